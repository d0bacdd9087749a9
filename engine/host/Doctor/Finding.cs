using LowLatency.Host.Cli;

namespace LowLatency.Host.Doctor;

/// <summary>Result levels of a check.</summary>
internal enum FindingLevel
{
    /// <summary>No problem.</summary>
    Ok,

    /// <summary>It will run, but not as well as possible.</summary>
    Warn,

    /// <summary>It will not run.</summary>
    Fail,
}

/// <summary>Result of a check.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Level">The level.</param>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do; empty if nothing.</param>
/// <param name="Code">The exit code that a start would end with; 0 unless the check failed.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string Advice, int Code)
{
    public static Finding Ok(string check, string words) =>
        new(check, FindingLevel.Ok, words, string.Empty, ExitCode.Ok);

    public static Finding Warn(string check, string words, string advice) =>
        new(check, FindingLevel.Warn, words, advice, ExitCode.Ok);

    public static Finding Fail(string check, int code, string words, string advice) =>
        new(check, FindingLevel.Fail, words, advice, code);
}
