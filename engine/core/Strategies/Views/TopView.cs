using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>A top of book in ticks and lots: best bid and ask with their quantities. Prices between ticks are rounded
/// to the passive side, quantities down.</summary>
public readonly struct TopView
{
    private readonly long _nowNs;
    private readonly long _lotIncrements;
    private readonly long _bidQuantity;
    private readonly long _askQuantity;

    internal TopView(in EngineInput stream, in InstrumentScale scale, long nowNs)
        : this(in scale, nowNs, stream.ReceiveTimeNs)
    {
        IsStream = true;
        BidIncrements = stream.BidPrice;
        AskIncrements = stream.AskPrice;
        _bidQuantity = stream.BidQuantity;
        _askQuantity = stream.AskQuantity;
        ExchangeTimeNs = stream.ExchangeTimeNs;
    }

    internal TopView(OrderBook book, long receiveTimeNs, in InstrumentScale scale, long nowNs)
        : this(in scale, nowNs, receiveTimeNs)
    {
        BidIncrements = book.Bids.BestPrice;
        AskIncrements = book.Asks.BestPrice;
        _bidQuantity = book.Bids.BestQuantity;
        _askQuantity = book.Asks.BestQuantity;
    }

    private TopView(in InstrumentScale scale, long nowNs, long receiveTimeNs)
    {
        TickIncrements = scale.TickIncrements;
        _lotIncrements = scale.LotIncrements;
        _nowNs = nowNs;
        ReceiveTimeNs = receiveTimeNs;
    }

    /// <summary>true if it came over the venue's top-of-book stream; false if it is the depth book's.</summary>
    public bool IsStream { get; }

    /// <summary>When its message was received, nanoseconds since the Unix epoch; 0 where none has come.</summary>
    public long ReceiveTimeNs { get; }

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 where it is not known.</summary>
    public long ExchangeTimeNs { get; }

    /// <summary>Time since its message was received, in nanoseconds; <see cref="long.MaxValue"/> where none has come.
    /// </summary>
    public long AgeNs => ReceiveTimeNs == 0 ? long.MaxValue : _nowNs - ReceiveTimeNs;

    /// <summary>true if it has a bid and an ask.</summary>
    public bool IsTwoSided => BidIncrements > 0 && AskIncrements > 0;

    /// <summary>Best bid in ticks; 0 if there is none.</summary>
    public long BestBidTicks => TickIncrements == 0 ? 0 : BidIncrements / TickIncrements;

    /// <summary>Best ask in ticks; 0 if there is none.</summary>
    public long BestAskTicks => TickIncrements == 0 ? 0 : (AskIncrements + TickIncrements - 1) / TickIncrements;

    /// <summary>The mid of the unrounded best prices in ticks, not rounded.</summary>
    public double ExactMidTicks =>
        TickIncrements == 0 ? 0 : (BidIncrements + (double)AskIncrements) / 2 / TickIncrements;

    /// <summary>Quantity at the best bid in lots.</summary>
    public long BestBidLots => _lotIncrements == 0 ? 0 : _bidQuantity / _lotIncrements;

    /// <summary>Quantity at the best ask in lots.</summary>
    public long BestAskLots => _lotIncrements == 0 ? 0 : _askQuantity / _lotIncrements;

    internal long BidIncrements { get; }

    internal long AskIncrements { get; }

    internal long TickIncrements { get; }
}
