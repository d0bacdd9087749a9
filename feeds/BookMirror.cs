using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Decimals of a symbol's numbers as the venue writes them, including trailing zeros.</summary>
internal readonly record struct WireDecimals(int Price, int Quantity);

/// <summary>A venue's checksum over a book. Stateless.</summary>
internal interface IBookChecksum
{
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
    private readonly int _maxLevels;

    /// <summary>Creates an empty copy.</summary>
    /// <param name="checksum">The venue's checksum, or null.</param>
    /// <param name="maxLevels">Levels per side that the venue keeps; 0 for all.</param>
    public BookMirror(IBookChecksum? checksum, int maxLevels)
    {
        _checksum = checksum;
        _maxLevels = maxLevels;
    }

    /// <summary>The book.</summary>
    public OrderBook Book { get; } = new(InitialLevels);

    /// <summary>Empties the copy for a snapshot.</summary>
    public void Clear() => Book.BeginSnapshot();

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

        if (_maxLevels != 0 && end > mark)
        {
            EngineInput pattern = batch.Items[mark];
            Cut(batch, in pattern, Side.Buy);
            Cut(batch, in pattern, Side.Sell);
        }
    }

    /// <summary>true if the venue's checksum matches.</summary>
    public bool Verify(uint expected, BookFeed feed) =>
        _checksum is null || _checksum.Compute(Book, feed.Scale, feed.WireDecimals) == expected;

    private void Cut(EventBatch batch, in EngineInput pattern, Side side)
    {
        BookSide levels = Book[side];
        while (levels.Count > _maxLevels)
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
