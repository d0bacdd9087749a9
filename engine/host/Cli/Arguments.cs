using System.CommandLine;

namespace LowLatency.Host.Cli;

/// <summary>Arguments and options that several verbs have.</summary>
internal static class Arguments
{
    /// <summary>A recording.</summary>
    public static Argument<string> Recording() =>
        new("RECORDING") { Description = "Folder of a recording, or one segment." };

    /// <summary>What to do about damage.</summary>
    public static Option<bool> PastDamage() => new("--past-damage")
    {
        Description = "Go on with the next segment file where one is damaged or missing.",
    };

    /// <summary>Output for machines.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON object." };
}
