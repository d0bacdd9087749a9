using System.Collections.Generic;
using LowLatency.Engine.Journal;

namespace LowLatency.Engine;

/// <summary>What an engine needs to know besides its instruments. Immutable.</summary>
public sealed record EngineOptions
{
    /// <summary>Most orders that can live at a time, 1 to <see cref="Orders.OrderIds.MaxSlots"/>.</summary>
    public int MaxOrders { get; init; } = 4096;

    /// <summary>Most composite orders that can live at a time, 1 to <see cref="Orders.OrderIds.MaxSlots"/>.</summary>
    public int MaxComposites { get; init; } = 256;

    /// <summary>Where the counter in the ids of orders starts, above 0; greater than in every session before.</summary>
    public long FirstOrderCounter { get; init; } = 1;

    /// <summary>How long the gateway may take to answer before it is asked what became of the order, in nanoseconds.
    /// </summary>
    public long AnswerTimeoutNs { get; init; } = 10_000_000_000;

    /// <summary>What is owned at the start, by currency. A currency that is not named is not limited.</summary>
    public IReadOnlyDictionary<string, decimal> Balances { get; init; } = new Dictionary<string, decimal>();

    /// <summary>What an earlier session left; null to start anew.</summary>
    public EngineSnapshot? Snapshot { get; init; }

    /// <summary>Room for levels a side before a book has to grow; 0 for much where there are few instruments and little
    /// where there are many.</summary>
    public int BookLevelsPerSide { get; init; }

    /// <summary>Least time between two publications of an instrument's view while events keep coming, in nanoseconds of
    /// the events' clock; 0 for one with each batch. Copying a view costs as much as handling some events.</summary>
    public long ViewIntervalNs { get; init; }
}
