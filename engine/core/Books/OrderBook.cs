using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Books;

/// <summary>Full depth by price in wire increments. It is either live, that is equal to the venue's book as of
/// <see cref="UpdateId"/>, or it is unavailable. Single thread.
/// </summary>
public sealed class OrderBook
{
    private const int InitialLevels = 512;

    /// <summary>Creates a book that is not live.</summary>
    public OrderBook()
        : this(InitialLevels)
    {
    }

    /// <summary>Creates a book that is not live.</summary>
    /// <param name="levelsASide">Initial capacity in levels per side, above 0. The window of the ladder is four to
    /// eight times as many ticks wide.</param>
    /// <param name="tickIncrements">Wire increments per tick, 1 or more. Prices off the tick are correct too, but
    /// slower.</param>
    public OrderBook(int levelsASide, long tickIncrements = 1)
    {
        Bids = new BookSide(isBid: true, levelsASide, tickIncrements);
        Asks = new BookSide(isBid: false, levelsASide, tickIncrements);
    }

    /// <summary>Levels per side for each of several books: more for few books, fewer for many.</summary>
    public static int DefaultLevelsPerSide(int books) => Math.Clamp(65_536 / Math.Max(1, books), 64, 8192);

    /// <summary>The buyers' levels.</summary>
    public BookSide Bids { get; }

    /// <summary>The sellers' levels.</summary>
    public BookSide Asks { get; }

    /// <summary>
    /// true from the start of a snapshot until the book is marked stale. After a commit the levels are then the
    /// venue's, even if they are still behind. While false, updates cannot make half a book live.
    /// </summary>
    public bool HasSnapshot { get; private set; }

    /// <summary>true from the commit of a snapshot until the book is marked stale.</summary>
    public bool IsLive { get; private set; }

    /// <summary>Newer messages are known to be buffered, so the book must not be used for decisions.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Why the book is not live. Undefined while it is.</summary>
    public StaleReason StaleReason { get; private set; }

    /// <summary>The venue's update id of the book.</summary>
    public long UpdateId { get; private set; }

    /// <summary>true if both sides have levels and the best bid is at or above the best ask.</summary>
    public bool IsCrossed => Bids.Count != 0 && Asks.Count != 0 && Bids.BestPrice >= Asks.BestPrice;

    /// <summary>true if it is live and both sides have levels: the only state in which prices are computed.</summary>
    public bool IsTwoSided => IsLive && !IsBehind && Bids.Count != 0 && Asks.Count != 0;

    /// <summary>The book side of an order side.</summary>
    public BookSide this[Side side] => side == Side.Buy ? Bids : Asks;

    /// <summary>Empties the book for a snapshot; it is not live until the commit.</summary>
    public void BeginSnapshot()
    {
        Bids.Clear();
        Asks.Clear();
        IsLive = false;
        StaleReason = StaleReason.NotSynchronised;
        HasSnapshot = true;
    }

    /// <summary>Sets one level to an absolute quantity; 0 removes it.</summary>
    public void Set(Side side, long price, long quantity) => this[side].Set(price, quantity);

    /// <summary>Ends a message: the book is as of <paramref name="updateId"/>.</summary>
    /// <param name="updateId">The venue's update id.</param>
    /// <param name="isCatchingUp">true while newer messages are buffered: the book does not become live, and a live one
    /// is behind until they are applied.</param>
    public void Commit(long updateId, bool isCatchingUp)
    {
        UpdateId = updateId;
        IsLive = HasSnapshot && (IsLive || !isCatchingUp);
        IsBehind = isCatchingUp;
    }

    /// <summary>Invalidates the book and drops its levels, so that nobody can use them.</summary>
    public void MarkStale(StaleReason reason)
    {
        BeginSnapshot();
        HasSnapshot = false;
        StaleReason = reason;
    }

    /// <summary>Converts the levels to finer increments.</summary>
    /// <returns>false if a number is out of range; the book is then stale.</returns>
    public bool Rescale(long priceFactor, long quantityFactor)
    {
        // Both sides, even if the first fails: they continue in the new increments even if their levels do not.
        if (Bids.Rescale(priceFactor, quantityFactor) & Asks.Rescale(priceFactor, quantityFactor))
        {
            return true;
        }

        MarkStale(StaleReason.OutOfRange);
        return false;
    }

    /// <summary>A hash of all levels, bids first, best first: equal books have equal hashes.</summary>
    public ulong StateHash()
    {
        var hash = default(StateHash);
        Add(ref hash, Bids);
        Add(ref hash, Asks);
        return hash.Value;
    }

    private static void Add(ref StateHash hash, BookSide side)
    {
        hash.Add(side.Count);
        foreach (BookLevel level in side)
        {
            hash.Add(level.Price);
            hash.Add(level.Quantity);
        }
    }
}
