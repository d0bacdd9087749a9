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
        Status = Instrument.Status;
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

    /// <summary>The venue's trading status of the instrument.</summary>
    public TradingStatus Status;

    /// <summary>Orders that may still trade.</summary>
    public int OpenOrders;

    /// <summary>Open composite orders.</summary>
    public int Composites;

    /// <summary>Twice the last mid: best bid plus best ask when the book was last live and two-sided, in the book's
    /// increments; 0 before.</summary>
    public long LastTwoMid;

    /// <summary>Counters of buy orders.</summary>
    public OrderCounters Buys;

    /// <summary>Counters of sell orders.</summary>
    public OrderCounters Sells;

    /// <summary>What other threads are shown, see <see cref="Show"/>. The engine writes it, and decides nothing by
    /// it.</summary>
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
            return ref Buys;
        }

        return ref Sells;
    }

    /// <summary>Sets one level of the book.</summary>
    public void SetLevel(in EngineInput item)
    {
        View.LevelUpdates++;
        Book.Set(item.Side, item.Price, item.Quantity);
    }

    /// <summary>Keeps the book's mid, if it has one, for the time when it has none.</summary>
    public void KeepMid() =>
        LastTwoMid = Book.IsTwoSided ? Book.Bids.BestPrice + Book.Asks.BestPrice : LastTwoMid;

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
        KeepMid();
        View.LastTwoMid = LastTwoMid;
        View.Status = Status;
        View.OpenOrders = OpenOrders;
        View.Composites = Composites;
        View.Buys = Buys;
        View.Sells = Sells;
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
