using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// The depth book, read only, in ticks and lots. A price between ticks shows at the tick on its passive side: a bid at
/// the next lower, an ask at the next higher. Quantities are rounded down to whole lots. Nothing here changes the book
/// or allocates. Engine thread only.
/// </summary>
public sealed class BookView
{
    private readonly InstrumentState _state;
    private readonly DecisionWriter _writer;

    internal BookView(InstrumentState state, DecisionWriter writer)
    {
        _state = state;
        _writer = writer;
    }

    /// <summary>true while the book equals the venue's as of <see cref="UpdateId"/>.</summary>
    public bool IsLive => Book.IsLive;

    /// <summary>true if it is live, has caught up with the venue and has both sides: only then can orders be placed.
    /// </summary>
    public bool IsTwoSided => Book.IsTwoSided;

    /// <summary>The venue's update id that the book stands at.</summary>
    public long UpdateId => Book.UpdateId;

    /// <summary>Time since the book's last message was received, in nanoseconds; <see cref="long.MaxValue"/> before the
    /// first one.</summary>
    public long AgeNs =>
        _state.RiskState.BookTimeNs == 0 ? long.MaxValue : _writer.NowNs - _state.RiskState.BookTimeNs;

    /// <summary>Best bid in ticks; 0 if there is none.</summary>
    public long BestBidTicks => Scale.FloorTicks(Book.Bids.BestPrice);

    /// <summary>Best ask in ticks; 0 if there is none.</summary>
    public long BestAskTicks => Scale.CeilingTicks(Book.Asks.BestPrice);

    /// <summary>The mid of the unrounded best prices, rounded down to a tick.</summary>
    public long MidTicks => Scale.FloorTicks((Book.Bids.BestPrice + Book.Asks.BestPrice) / 2);

    /// <summary>The mid of the unrounded best prices in ticks, not rounded.</summary>
    public double ExactMidTicks =>
        (Book.Bids.BestPrice + (double)Book.Asks.BestPrice) / 2 / Scale.TickIncrements;

    /// <summary>The mid of the best prices in wire increments, exact: divide by <see cref="TickIncrements"/> for ticks.
    /// For a model that rounds its own prices.</summary>
    public double MidIncrements => (Book.Bids.BestPrice + (double)Book.Asks.BestPrice) / 2;

    /// <summary>Wire increments in a tick. Rises during a session when the venue writes finer prices.</summary>
    public long TickIncrements => Scale.TickIncrements;

    /// <summary>Best ask less best bid, in ticks as they show; 1 or more while the book is two-sided.</summary>
    public long SpreadTicks => BestAskTicks - BestBidTicks;

    /// <summary>Quantity at the best bid in lots.</summary>
    public long BestBidLots => Book.Bids.BestQuantity / Scale.LotIncrements;

    /// <summary>Quantity at the best ask in lots.</summary>
    public long BestAskLots => Book.Asks.BestQuantity / Scale.LotIncrements;

    internal OrderBook Book => _state.Book;

    internal ref readonly InstrumentScale Scale => ref _state.Scale;

    /// <summary>Best price of a side in ticks; 0 if it is empty.</summary>
    public long BestTicks(Side side) => side == Side.Buy ? BestBidTicks : BestAskTicks;

    /// <summary>Quantity at the best price of a side in lots.</summary>
    public long BestLots(Side side) => side == Side.Buy ? BestBidLots : BestAskLots;

    /// <summary>Number of price levels of a side.</summary>
    public int LevelCount(Side side) => Book[side].Count;

    /// <summary>Quantity at a price in lots: that of all levels which show at this tick.</summary>
    /// <remarks>The time it takes grows with the distance from the touch where prices between ticks occur.</remarks>
    public long LotsAt(Side side, long priceTicks)
    {
        BookSide levels = Book[side];
        long price = priceTicks * Scale.TickIncrements;
        if (Scale.TickIncrements == 1)
        {
            return levels.QuantityAtPrice(price) / Scale.LotIncrements;
        }

        // One tick towards the touch ends what shows at this one.
        long nearer = side == Side.Buy ? price + Scale.TickIncrements : price - Scale.TickIncrements;
        return (levels.QuantityTo(price) - levels.QuantityTo(nearer)) / Scale.LotIncrements;
    }

    /// <summary>Quantity at a price or better in lots.</summary>
    /// <param name="side">The side.</param>
    /// <param name="limitTicks">The worst price that counts: the lowest bid, the highest ask.</param>
    public long LotsTo(Side side, long limitTicks) =>
        Book[side].QuantityTo(limitTicks * Scale.TickIncrements) / Scale.LotIncrements;

    /// <summary>Walks from the touch into the book until at least <paramref name="lots"/> have been passed.</summary>
    /// <param name="side">The side that is walked: Sell for what a buyer could take.</param>
    /// <param name="lots">Quantity to pass, above 0.</param>
    public BookWalk Walk(Side side, long lots) => new(Book[side], side, lots, in Scale);

    /// <summary>Copies the best levels, best first.</summary>
    /// <param name="side">The side.</param>
    /// <param name="levels">Where to; its length is the most that are copied.</param>
    /// <returns>Number of levels copied.</returns>
    public int CopyTop(Side side, Span<LevelView> levels)
    {
        int copied = 0;
        BookSide.Enumerator walk = Book[side].GetEnumerator();
        while (copied < levels.Length && walk.MoveNext())
        {
            levels[copied++] = new LevelView(
                Scale.PassiveTicks(side, walk.Price), walk.Quantity / Scale.LotIncrements);
        }

        return copied;
    }
}

/// <summary>One price level.</summary>
/// <param name="PriceTicks">Price in ticks, rounded to the passive side.</param>
/// <param name="Lots">Quantity in lots, rounded down.</param>
public readonly record struct LevelView(long PriceTicks, long Lots);
