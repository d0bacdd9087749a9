using LowLatency.Host.Cli;

namespace LowLatency.Host.Doctor;

/// <summary>How a check has ended.</summary>
internal enum FindingLevel
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>It will run, but not as well as it could.</summary>
    Warn,

    /// <summary>It will not run.</summary>
    Fail,
}

/// <summary>What a check has found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Level">How it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do about it; empty where nothing needs doing.</param>
/// <param name="Code">The exit code that a start would meet it with; 0 unless it failed.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string Advice, int Code)
{
    public static Finding Ok(string check, string words) =>
        new(check, FindingLevel.Ok, words, string.Empty, ExitCode.Ok);

    public static Finding Warn(string check, string words, string advice) =>
        new(check, FindingLevel.Warn, words, advice, ExitCode.Ok);

    public static Finding Fail(string check, int code, string words, string advice) =>
        new(check, FindingLevel.Fail, words, advice, code);
}
