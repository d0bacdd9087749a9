using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>The words for the reasons that a session's strategies gave. Immutable; not for the hot path.</summary>
public sealed class StrategyReasonText
{
    // Recordings from before strategies had reasons of their own: the engine's list had those of the built-in
    // strategies, and two for all others.
    private static readonly Dictionary<int, string> s_older = StrategyCatalog.BuiltIn.Strategies
        .SelectMany(strategy => strategy.Reasons)
        .DistinctBy(reason => reason.Key)
        .Append(new KeyValuePair<int, string>(6, "the strategy changed its mind"))
        .Append(new KeyValuePair<int, string>(20, "the strategy's own reason"))
        .ToDictionary();

    private readonly IReadOnlyDictionary<int, string>?[] _words;

    private StrategyReasonText(IReadOnlyDictionary<int, string>?[] words) => _words = words;

    /// <summary>The words of a session.</summary>
    /// <param name="manifest">What the session was: it has the words that it was recorded with.</param>
    /// <param name="catalog">The strategies that are known, for older recordings.</param>
    public static StrategyReasonText Of(SessionManifest manifest, StrategyCatalog catalog) => new(manifest.Instruments
        .Select(item => item.Strategy.Reasons ?? catalog.Find(item.Strategy.Name)?.Reasons)
        .ToArray());

    /// <summary>The words for a strategy's reason.</summary>
    /// <param name="instrumentId">The instrument that the decision is about.</param>
    /// <param name="reason">The reason as it is recorded.</param>
    /// <returns>null for a reason of the engine's own, and for a number that no strategy has named.</returns>
    public string? Find(ushort instrumentId, DecisionReason reason)
    {
        IReadOnlyDictionary<int, string>? words = instrumentId < _words.Length ? _words[instrumentId] : null;
        return words is not null && words.TryGetValue((int)reason, out string? text) ? text
            : s_older.GetValueOrDefault((int)reason);
    }
}
