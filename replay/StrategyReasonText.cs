using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>Text of the reasons that a session's strategies recorded. Immutable; not for the hot path.</summary>
public sealed class StrategyReasonText
{
    // For recordings from before strategies had reasons of their own: the engine's list had those of the built-in
    // strategies, and two for all others.
    private static readonly Dictionary<int, string> s_older = StrategyCatalog.BuiltIn.Strategies
        .SelectMany(strategy => strategy.Reasons)
        .DistinctBy(reason => reason.Key)
        .Append(new KeyValuePair<int, string>(6, "the strategy changed its mind"))
        .Append(new KeyValuePair<int, string>(20, "the strategy's own reason"))
        .ToDictionary();

    private readonly IReadOnlyDictionary<int, string>?[] _texts;

    private StrategyReasonText(IReadOnlyDictionary<int, string>?[] texts) => _texts = texts;

    /// <summary>The text of a session's reasons.</summary>
    /// <param name="manifest">The session's manifest, which contains the text in newer recordings.</param>
    /// <param name="catalog">The known strategies, for older recordings.</param>
    public static StrategyReasonText Of(SessionManifest manifest, StrategyCatalog catalog) => new(manifest.Instruments
        .Select(item => item.Strategy.Reasons ?? catalog.Find(item.Strategy.Name)?.Reasons)
        .ToArray());

    /// <summary>The text of a strategy's reason.</summary>
    /// <param name="instrumentId">The decision's instrument.</param>
    /// <param name="reason">The reason as recorded.</param>
    /// <returns>null for one of the engine's own reasons, and for a number that no strategy has named.</returns>
    public string? Find(ushort instrumentId, DecisionReason reason)
    {
        IReadOnlyDictionary<int, string>? texts = instrumentId < _texts.Length ? _texts[instrumentId] : null;
        return texts is not null && texts.TryGetValue((int)reason, out string? text) ? text
            : s_older.GetValueOrDefault((int)reason);
    }
}
