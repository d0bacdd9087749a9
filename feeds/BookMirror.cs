using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Decimals of a symbol's numbers as the venue writes them, including trailing zeros.</summary>
internal readonly record struct WireDecimals(int Price, int Quantity);

/// <summary>A venue's checksum over a book. Stateless.</summary>
internal interface IBookChecksum
{
    /// <summary>true if it covers numbers padded to the decimals of the pair, which messages may not show.</summary>
    bool DependsOnDecimals { get; }

    /// <summary>The CRC-32 that the venue would send for this book.</summary>
    /// <param name="book">The book.</param>
    /// <param name="scale">The scale of the book.</param>
    /// <param name="wire">Decimals of prices and quantities on the wire, if the venue pads them.</param>
    uint Compute(OrderBook book, in InstrumentScale scale, WireDecimals wire);
}

/// <summary>
/// A session's own copy of a book, for venues that send checksums or cut their books to a depth without removing the
/// levels that drop out. With it, the engine sees only verified messages and an explicit removal for each level. Single
/// thread.
/// </summary>
internal sealed class BookMirror
{
    private const int InitialLevels = 64;

    private readonly IBookChecksum? _checksum;
    private readonly int[] _depths;

    /// <summary>Creates an empty copy.</summary>
    /// <param name="checksum">The venue's checksum, or null.</param>
    /// <param name="maxLevels">Levels per side that the venue keeps; 0 for all.</param>
    /// <param name="depths">Depths of the venue's books in ascending order, if its messages do not name theirs: a
    /// snapshot then shows it.</param>
    public BookMirror(IBookChecksum? checksum, int maxLevels, ReadOnlySpan<int> depths = default)
    {
        _checksum = checksum;
        _depths = depths.ToArray();
        MaxLevels = maxLevels;
    }

    /// <summary>Levels per side that the venue keeps; 0 for all.</summary>
    public int MaxLevels { get; set; }

    /// <summary>The book.</summary>
    public OrderBook Book { get; } = new(InitialLevels);

    /// <summary>Replaces the copy by a snapshot.</summary>
    /// <param name="batch">The batch with its levels.</param>
    /// <param name="mark">Index of the first one.</param>
    /// <param name="depth">Levels per side that the venue keeps, if it has said so; otherwise 0.</param>
    public void Replace(EventBatch batch, int mark, int depth)
    {
        Book.BeginSnapshot();
        if (depth != 0)
        {
            MaxLevels = depth;
        }
        else if (_depths.Length != 0)
        {
            MaxLevels = DepthOf(batch.Items[mark..]);
        }

        Apply(batch, mark);
    }

    /// <summary>Refines the increments.</summary>
    public bool Rescale(long priceFactor, long quantityFactor) => Book.Rescale(priceFactor, quantityFactor);

    /// <summary>Applies level updates, and appends a removal for each level that drops out of the depth.</summary>
    public void Apply(EventBatch batch, int mark)
    {
        int end = batch.Count;
        for (int i = mark; i < end; i++)
        {
            ref readonly EngineInput item = ref batch.Items[i];
            Book.Set(item.Side, item.Price, item.Quantity);
        }

        if (MaxLevels != 0 && end > mark)
        {
            EngineInput pattern = batch.Items[mark];
            Cut(batch, in pattern, Side.Buy);
            Cut(batch, in pattern, Side.Sell);
        }
    }

    /// <summary>
    /// true if the venue's checksum matches. If it does not, the decimals of the pair may be unknown or may have been
    /// declared wrongly: those that match are used from here on.
    /// </summary>
    public bool Verify(uint expected, BookFeed feed) =>
        _checksum is null || _checksum.Compute(Book, feed.Scale, feed.WireDecimals) == expected
        || (_checksum.DependsOnDecimals && TryFindDecimals(_checksum, expected, feed));

    // 169 tries in 2^32 values: that a wrong book passes is as unlikely as before.
    private bool TryFindDecimals(IBookChecksum checksum, uint expected, BookFeed feed)
    {
        for (int price = 0; price <= InstrumentScale.MaxDecimals; price++)
        {
            for (int quantity = 0; quantity <= InstrumentScale.MaxDecimals; quantity++)
            {
                var decimals = new WireDecimals(price, quantity);
                if (checksum.Compute(Book, feed.Scale, decimals) == expected)
                {
                    feed.WireDecimals = decimals;
                    return true;
                }
            }
        }

        return false;
    }

    // A side with exactly as many levels as one of the depths is a full one; a thinner book shows nothing.
    private int DepthOf(ReadOnlySpan<EngineInput> levels)
    {
        int bids = 0;
        foreach (ref readonly EngineInput level in levels)
        {
            bids += level.Side == Side.Buy ? 1 : 0;
        }

        int most = Math.Max(bids, levels.Length - bids);
        return Array.IndexOf(_depths, most) >= 0 ? most : _depths[^1];
    }

    private void Cut(EventBatch batch, in EngineInput pattern, Side side)
    {
        BookSide levels = Book[side];
        while (levels.Count > MaxLevels)
        {
            long price = levels.WorstPrice;
            Book.Set(side, price, 0);
            ref EngineInput removal = ref batch.Add();
            removal = pattern;
            removal.Side = side;
            removal.Price = price;
            removal.Quantity = 0;
        }
    }
}
