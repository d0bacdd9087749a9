using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Host.Configuration;

namespace LowLatency.Tests.Support;

/// <summary>Limits that neither a busy machine nor a bad market reaches, for tests in which trading must go on: what is
/// read late is old, and the risk gate would rightly stop for it.</summary>
internal static class Patience
{
    private static readonly Dictionary<string, int> s_limits = new()
    {
        [nameof(RiskSettings.MaxBookAgeSeconds)] = 1_000_000,
        [nameof(RiskSettings.MaxClockOffsetSeconds)] = 1_000_000,
        [nameof(RiskSettings.MaxDisconnectedSeconds)] = 1_000_000,
        [nameof(RiskSettings.MaxDailyLoss)] = 1_000_000_000,
        [nameof(RiskSettings.MaxDrawdown)] = 1_000_000_000,
    };

    /// <summary>As settings.</summary>
    public static RiskSettings Risk => new()
    {
        MaxBookAgeSeconds = s_limits[nameof(RiskSettings.MaxBookAgeSeconds)],
        MaxClockOffsetSeconds = s_limits[nameof(RiskSettings.MaxClockOffsetSeconds)],
        MaxDisconnectedSeconds = s_limits[nameof(RiskSettings.MaxDisconnectedSeconds)],
        MaxDailyLoss = s_limits[nameof(RiskSettings.MaxDailyLoss)],
        MaxDrawdown = s_limits[nameof(RiskSettings.MaxDrawdown)],
    };

    /// <summary>As a command line's options.</summary>
    public static IEnumerable<string> Options { get; } = s_limits
        .SelectMany(limit => new[]
        {
            "--set", string.Create(CultureInfo.InvariantCulture, $"Risk:{limit.Key}={limit.Value}"),
        })
        .ToArray();
}
