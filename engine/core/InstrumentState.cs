using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine;

/// <summary>Everything that the engine thread owns for one instrument.</summary>
internal sealed class InstrumentState
{
    public InstrumentState(InstrumentSetup setup, int bookLevels)
    {
        Instrument = setup.Instrument;
        Limits = setup.Limits;
        Strategy = setup.Strategy;
        Scale = Instrument.Scale;
        RiskState = new RiskState(setup.Limits);
        Signals = new InstrumentSignals(drawsDirections: !setup.Strategy.DrawsDirections);
        Book = new OrderBook(bookLevels, Scale.TickIncrements);
        Audit = new TopAudit(bookLevels);
        View.Scale = Scale;
        View.Status = Instrument.Status;
    }

    public Instrument Instrument { get; }

    public RiskLimits Limits { get; }

    public IStrategy Strategy { get; }

    /// <summary>What the strategy sees: its own context, and this instrument in it. Set once, by
    /// <see cref="EngineControl"/>.</summary>
    public StrategyContext Context { get; set; } = null!;

    public TradedInstrument Traded { get; set; } = null!;

    public OrderBook Book { get; }

    public TopAudit Audit { get; }

    /// <summary>Copies of <see cref="View"/> for other threads.</summary>
    public Published<InstrumentView> Shown { get; } = new();

    /// <summary>Numbers of the fills that were counted already.</summary>
    public TradeMemory Trades { get; } = new();

    /// <summary>What the engine measures of the instrument.</summary>
    public InstrumentSignals Signals { get; }

    public InstrumentScale Scale;

    public Position Position;

    /// <summary>The last message of the venue's top-of-book stream, in the book's increments. Its kind is None before
    /// the first message, and after the book was lost.</summary>
    public EngineInput StreamTop;

    /// <summary>What the limits are measured by.</summary>
    public RiskState RiskState;

    /// <summary>Remaining lots of living buy orders.</summary>
    public long OpenBuyLots;

    /// <summary>Remaining lots of living sell orders.</summary>
    public long OpenSellLots;

    /// <summary>Slot of the youngest living order, or -1.</summary>
    public int OrderList = -1;

    /// <summary>Slot of the youngest living composite order, or -1.</summary>
    public int CompositeList = -1;

    /// <summary>The counters that the engine works on.</summary>
    public InstrumentView View;

    /// <summary>true while View has changes that were not published.</summary>
    public bool IsDirty;

    /// <summary>Remaining lots of a side's living orders.</summary>
    public ref long OpenLots(Side side)
    {
        if (side == Side.Buy)
        {
            return ref OpenBuyLots;
        }

        return ref OpenSellLots;
    }

    /// <summary>Counters of a side's orders.</summary>
    public ref OrderCounters Counters(Side side)
    {
        if (side == Side.Buy)
        {
            return ref View.Buys;
        }

        return ref View.Sells;
    }

    /// <summary>Sets one level of the book.</summary>
    public void SetLevel(in EngineInput item)
    {
        View.LevelUpdates++;
        Book.Set(item.Side, item.Price, item.Quantity);
    }

    /// <summary>Publishes the view for other threads.</summary>
    public void Show()
    {
        IsDirty = false;
        View.Scale = Scale;
        View.IsLive = Book.IsLive;
        View.StaleReason = Book.StaleReason;
        View.BidPrice = Book.Bids.BestPrice;
        View.AskPrice = Book.Asks.BestPrice;
        View.BidQuantity = Book.Bids.BestQuantity;
        View.AskQuantity = Book.Asks.BestQuantity;
        View.LastTwoMid = Book.IsTwoSided ? View.BidPrice + View.AskPrice : View.LastTwoMid;
        View.Levels = Book.Bids.Count + Book.Asks.Count;
        View.TopsCompared = Audit.Compared;
        View.TopsDifferent = Audit.Different;
        View.PositionLots = Position.Lots;
        View.CashTickLots = Position.CashTickLots;
        View.FeesMicroTickLots = Position.FeesMicroTickLots;
        View.MakerFeesMicroTickLots = Position.MakerFeesMicroTickLots;
        View.CostTickLots = Position.CostTickLots;
        View.OpenBuyLots = OpenBuyLots;
        View.OpenSellLots = OpenSellLots;
        View.ClockOffsetNs = RiskState.ClockOffsetNs;
        Shown.Write(in View);
    }
}
