using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;

namespace LowLatency.Sessions.Figures;

/// <summary>A session's figures at one moment, summed over its instruments.</summary>
public sealed record SessionFigures
{
    /// <summary>Each instrument's state, in the order of their ids.</summary>
    public required IReadOnlyList<InstrumentView> Views { get; init; }

    /// <summary>Orders of both sides by outcome.</summary>
    public required OrderCounters Orders { get; init; }

    /// <summary>Directions, up and down.</summary>
    public required long Directions { get; init; }

    /// <summary>Triggers of the direction mask.</summary>
    public required long Triggers { get; init; }

    /// <summary>Orders that may still trade.</summary>
    public required int OpenOrders { get; init; }

    /// <summary>Gaps in the venue's sequence, and checksum mismatches.</summary>
    public required long Gaps { get; init; }

    /// <summary>Resyncs of books.</summary>
    public required long Resyncs { get; init; }

    /// <summary>Counters of all connections.</summary>
    public required FeedCounters Feed { get; init; }

    /// <summary>Bad inputs of all kinds.</summary>
    public required long BadInputs { get; init; }

    /// <summary>Tops of book compared with the venue's.</summary>
    public required long TopsCompared { get; init; }

    /// <summary>Tops of book that differed from the venue's.</summary>
    public required long TopsDifferent { get; init; }

    /// <summary>Profit and loss by quote currency, after fees; null if a position cannot be valued.</summary>
    public required IReadOnlyDictionary<string, decimal?> ProfitAndLoss { get; init; }

    /// <summary>Sums a status.</summary>
    /// <param name="session">The status.</param>
    public static SessionFigures Of(SessionStatus session)
    {
        IReadOnlyList<InstrumentView> views = session.Views;
        IReadOnlyList<SymbolCounters> symbols = session.Symbols;
        return new SessionFigures
        {
            Views = views,
            Orders = Add(views.SelectMany(view => new[] { view.Buys, view.Sells })),
            Directions = views.Sum(view => view.DirectionsUp + view.DirectionsDown),
            Triggers = views.Sum(view => view.Triggers),
            OpenOrders = views.Sum(view => view.OpenOrders),
            Gaps = symbols.Sum(symbol => symbol.Gaps),
            Resyncs = symbols.Sum(symbol => symbol.Resyncs),
            Feed = session.Feed,
            BadInputs = session.BadInputs.Values.Sum(),
            TopsCompared = views.Sum(view => view.TopsCompared),
            TopsDifferent = views.Sum(view => view.TopsDifferent),
            ProfitAndLoss = session.Instruments
                .GroupBy(instrument => instrument.QuoteAsset)
                .ToDictionary(group => group.Key, group => Sum(group, views)),
        };
    }

    private static decimal? Sum(IEnumerable<Instrument> instruments, IReadOnlyList<InstrumentView> views)
    {
        decimal? total = 0;
        foreach (Instrument instrument in instruments)
        {
            InstrumentView view = views[instrument.Id];
            total += InstrumentFigures.ProfitAndLoss(instrument, in view);
        }

        return total;
    }

    private static OrderCounters Add(IEnumerable<OrderCounters> counters)
    {
        var total = default(OrderCounters);
        foreach (OrderCounters item in counters)
        {
            total.Placed += item.Placed;
            total.Accepted += item.Accepted;
            total.Filled += item.Filled;
            total.Fills += item.Fills;
            total.Cancelled += item.Cancelled;
            total.Expired += item.Expired;
            total.Refused += item.Refused;
            total.Rejected += item.Rejected;
        }

        return total;
    }
}
