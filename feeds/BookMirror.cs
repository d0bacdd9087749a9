using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Decimals of a symbol's numbers as the venue writes them, trailing zeros and all.</summary>
internal readonly record struct WireDecimals(int Price, int Quantity);

/// <summary>How a venue sums a book. Stateless.</summary>
internal interface IBookChecksum
{
    /// <summary>The CRC-32 that the venue would send for this book.</summary>
    /// <param name="book">The book.</param>
    /// <param name="scale">The scale that the book is counted in.</param>
    /// <param name="wire">Decimals that the venue writes prices and quantities with, where it pads them.</param>
    uint Compute(OrderBook book, in InstrumentScale scale, WireDecimals wire);
}

/// <summary>
/// A feed's own copy of a book, for the venues that cannot do without: those that send checksums, and those that cut
/// their books to a depth without naming the levels that fall out. So the engine sees only messages that were proved
/// right, and an explicit removal for each level. One thread.
/// </summary>
internal sealed class BookMirror
{
    private const int InitialLevels = 64;

    private readonly IBookChecksum? _checksum;
    private readonly int _maxLevels;

    /// <summary>Creates an empty copy.</summary>
    /// <param name="checksum">How the venue sums its books, or null.</param>
    /// <param name="maxLevels">Levels that the venue keeps a side; 0 for all.</param>
    public BookMirror(IBookChecksum? checksum, int maxLevels)
    {
        _checksum = checksum;
        _maxLevels = maxLevels;
    }

    /// <summary>The book.</summary>
    public OrderBook Book { get; } = new(InitialLevels);

    /// <summary>Empties the copy for a snapshot.</summary>
    public void Clear() => Book.BeginSnapshot();

    /// <summary>Counts in finer increments.</summary>
    public bool Rescale(long priceFactor, long quantityFactor) => Book.Rescale(priceFactor, quantityFactor);

    /// <summary>Applies level updates, and appends a removal for each level that falls out of the depth.</summary>
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

    /// <summary>true when the venue's sum is the book's.</summary>
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
