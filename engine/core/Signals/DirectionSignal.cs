using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Signals;

/// <summary>Which quote is the reference, and how a one-sided move counts.</summary>
public enum DirectionRule
{
    /// <summary>
    /// Against the quote just before: both up draws a 1, both down a 0, anything else draws nothing. The default.
    /// </summary>
    Step,

    /// <summary>Against the quote of the last direction: both up draws a 1, both down a 0.</summary>
    SinceLast,

    /// <summary>Against the quote just before: both up draws a 1, any other change of a price draws a 0.</summary>
    AnyOtherDown,
}

/// <summary>A direction.</summary>
public enum Direction
{
    /// <summary>No direction.</summary>
    None = -1,

    /// <summary>A fall.</summary>
    Down = 0,

    /// <summary>A rise.</summary>
    Up = 1,
}

/// <summary>
/// Draws directions from the movement of best bid and best ask. Of a book or a top it takes the unrounded prices, so a
/// move of less than a tick counts. Engine thread only.
/// </summary>
public struct DirectionSignal
{
    private readonly DirectionRule _rule;
    private long _bid;
    private long _ask;

    // Wire increments in a tick when the reference was taken; 1 for prices of any other unit.
    private long _tickIncrements;

    // false before the first quote of a live book.
    private bool _hasReference;

    /// <summary>Creates the signal with no reference quote.</summary>
    public DirectionSignal(DirectionRule rule)
    {
        _rule = rule;
        _bid = 0;
        _ask = 0;
        _tickIncrements = 1;
        _hasReference = false;
    }

    /// <summary>Adds the best prices of a depth book.</summary>
    /// <returns>The direction that they draw.</returns>
    public Direction OnQuote(BookView book) =>
        OnQuote(book.Book.Bids.BestPrice, book.Book.Asks.BestPrice, book.Scale.TickIncrements);

    /// <summary>Adds a top of book.</summary>
    /// <returns>The direction that it draws.</returns>
    public Direction OnQuote(in TopView top) => OnQuote(top.BidIncrements, top.AskIncrements, top.TickIncrements);

    /// <summary>Adds a quote in a fixed unit, such as ticks.</summary>
    /// <returns>The direction that it draws.</returns>
    public Direction OnQuote(long bid, long ask) => OnQuote(bid, ask, tickIncrements: 1);

    /// <summary>Adds a quote in wire increments.</summary>
    /// <param name="bid">Best bid.</param>
    /// <param name="ask">Best ask.</param>
    /// <param name="tickIncrements">Increments per tick now; the reference is converted if it has grown.</param>
    /// <returns>The direction that it draws.</returns>
    public Direction OnQuote(long bid, long ask, long tickIncrements)
    {
        if (tickIncrements != _tickIncrements)
        {
            long factor = _hasReference ? tickIncrements / _tickIncrements : 1;
            _bid *= factor;
            _ask *= factor;
            _tickIncrements = tickIncrements;
        }

        if (!_hasReference)
        {
            _hasReference = true;
            (_bid, _ask) = (bid, ask);
            return Direction.None;
        }

        Direction direction = Compare(bid, ask);
        if (_rule != DirectionRule.SinceLast || direction != Direction.None)
        {
            (_bid, _ask) = (bid, ask);
        }

        return direction;
    }

    /// <summary>Clears the reference quote, because the book was not live.</summary>
    public void Reset() => _hasReference = false;

    private readonly Direction Compare(long bid, long ask)
    {
        if (bid > _bid && ask > _ask)
        {
            return Direction.Up;
        }

        bool down = _rule == DirectionRule.AnyOtherDown
            ? bid != _bid || ask != _ask
            : bid < _bid && ask < _ask;
        return down ? Direction.Down : Direction.None;
    }
}
