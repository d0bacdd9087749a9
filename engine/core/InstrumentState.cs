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

    /// <summary>The strategy's context. Set once, by <see cref="EngineControl"/>.</summary>
    public StrategyContext Context { get; set; } = null!;

    /// <summary>This instrument in the strategy's context. Set once, by <see cref="EngineControl"/>.</summary>
    public TradedInstrument Traded { get; set; } = null!;

    public OrderBook Book { get; }

    public TopAudit Audit { get; }

    /// <summary>Copies of <see cref="View"/> for other threads.</summary>
    public Published<InstrumentView> Shown { get; } = new();

    /// <summary>Trade ids of the fills that were already counted.</summary>
    public TradeMemory Trades { get; } = new();

    /// <summary>The instrument's signals.</summary>
    public InstrumentSignals Signals { get; }

    /// <summary>What the strategy publishes of the instrument.</summary>
    public StrategyGauges Gauges { get; } = new();

    public InstrumentScale Scale;

    public Position Position;

    /// <summary>The last message of the venue's top-of-book stream, in the book's increments. Its kind is None before
    /// the first message, and after the book went stale.</summary>
    public EngineInput StreamTop;

    /// <summary>State of the limits.</summary>
    public RiskState RiskState;

    /// <summary>Remaining lots of open buy orders.</summary>
    public long OpenBuyLots;

    /// <summary>Remaining lots of open sell orders.</summary>
    public long OpenSellLots;

    /// <summary>Slot of the newest open order, or -1.</summary>
    public int OrderList = -1;

    /// <summary>Slot of the newest open composite order, or -1.</summary>
    public int CompositeList = -1;

    /// <summary>The working copy of the view.</summary>
    public InstrumentView View;

    /// <summary>true while <see cref="View"/> has unpublished changes.</summary>
    public bool IsDirty;

    /// <summary>Remaining lots of a side's open orders.</summary>
    public ref long OpenLots(Side side)
    {
        if (side == Side.Buy)
        {
            return ref OpenBuyLots;
        }

        return ref OpenSellLots;
    }

    /// <summary>Order counters of a side.</summary>
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
