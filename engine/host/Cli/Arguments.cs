using System.CommandLine;

namespace LowLatency.Host.Cli;

/// <summary>Arguments and options shared by several verbs.</summary>
internal static class Arguments
{
    /// <summary>A recording.</summary>
    public static Argument<string> Recording() =>
        new("RECORDING") { Description = "Folder of a recording, or one segment." };

    /// <summary>How to handle damage.</summary>
    public static Option<bool> PastDamage() => new("--past-damage")
    {
        Description = "Continue with the next segment file if one is damaged or missing.",
    };

    /// <summary>Machine-readable output.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON object." };
}
