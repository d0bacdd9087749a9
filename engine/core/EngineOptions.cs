using System.Collections.Generic;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine;

/// <summary>Options of an engine besides its instruments. Immutable.</summary>
public sealed record EngineOptions
{
    /// <summary>Maximum number of open orders, 1 to <see cref="Orders.OrderIds.MaxSlots"/>.</summary>
    public int MaxOrders { get; init; } = 4096;

    /// <summary>Maximum number of open composite orders, 1 to <see cref="Orders.OrderIds.MaxSlots"/>.</summary>
    public int MaxComposites { get; init; } = 256;

    /// <summary>First counter of order ids, above 0; greater than in all earlier sessions.</summary>
    public long FirstOrderCounter { get; init; } = 1;

    /// <summary>Timeout of an answer from the gateway, in nanoseconds; after it, the order is queried.</summary>
    public long AnswerTimeoutNs { get; init; } = 10_000_000_000;

    /// <summary>Initial balances by venue and currency. A currency that is not listed is not limited.</summary>
    public IReadOnlyDictionary<VenueCurrency, decimal> Balances { get; init; } =
        new Dictionary<VenueCurrency, decimal>();

    /// <summary>State of an earlier session to continue from; null to start with nothing.</summary>
    public EngineSnapshot? Snapshot { get; init; }

    /// <summary>Maximum number of lines of the strategies' log that wait for the reader, a power of two; 0 if nobody
    /// reads the log.</summary>
    public int StrategyLogCapacity { get; init; }

    /// <summary>Initial capacity of a book in levels per side; 0 for a default that depends on the number of
    /// instruments.</summary>
    public int BookLevelsPerSide { get; init; }

    /// <summary>Minimum interval between two publications of an instrument's view under load, in nanoseconds of event
    /// time; 0 to publish after each batch. Copying a view costs as much as handling several events.</summary>
    public long ViewIntervalNs { get; init; }
}
