using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Replay;

namespace LowLatency.TestTarget;

/// <summary>Replays a recording unchanged, or with another strategy on every instrument.</summary>
internal static class StrategyReplay
{
    /// <summary>Means the session's own strategy.</summary>
    public const string AsItWas = "as-it-was";

    /// <summary>Replays, and returns count and hash of all decisions.</summary>
    public static string Run(
        string recording, string strategy, WaitStrategyKind? wait = null, double? speed = null, IInputLog? log = null,
        long? untilNs = null) =>
        RecordingReplay.Run(recording, onOutput: null, new ReplayOptions
        {
            Change = strategy == AsItWas ? null : manifest => With(manifest, strategy),
            WaitStrategy = wait,
            Speed = speed,
            Log = log,
            UntilNs = untilNs,
        }).DecisionText;

    private static SessionManifest With(SessionManifest manifest, string strategy) => manifest with
    {
        Instruments = manifest.Instruments
            .Select(item => item with
            {
                Strategy = new StrategyManifest(strategy, new Dictionary<string, string>(StringComparer.Ordinal)),
            })
            .ToArray(),
    };
}
