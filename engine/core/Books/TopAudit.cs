using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Books;

/// <summary>
/// Judges the book by the venue's own words: where a top-of-book message has the update id at which the book stands,
/// both must show the same best prices and quantities. Tops come before their depth message as well as after it, so
/// the last few thousand are kept. Engine thread only.
/// </summary>
internal sealed class TopAudit
{
    private const int KeptBits = 13;

    private readonly Top[] _tops = new Top[1 << KeptBits];

    /// <summary>Tops compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Tops that differed.</summary>
    public long Different { get; private set; }

    /// <summary>A top-of-book message came.</summary>
    public void OnTopOfBook(OrderBook book, in MarketEvent item)
    {
        ref Top top = ref _tops[SlotOf(item.UpdateId)];
        top.UpdateId = item.UpdateId;
        top.BidPrice = item.BidPrice;
        top.BidQuantity = item.BidQuantity;
        top.AskPrice = item.AskPrice;
        top.AskQuantity = item.AskQuantity;
        if (book.HasSnapshot && book.UpdateId == item.UpdateId)
        {
            Compare(book, in top);
        }
    }

    /// <summary>The book has moved to a new update id; it may still be catching up.</summary>
    public void OnBook(OrderBook book)
    {
        ref readonly Top top = ref _tops[SlotOf(book.UpdateId)];
        if (top.UpdateId == book.UpdateId && book.UpdateId != 0)
        {
            Compare(book, in top);
        }
    }

    /// <summary>Counts the tops in finer increments.</summary>
    public void Rescale(long priceFactor, long quantityFactor)
    {
        foreach (ref Top top in _tops.AsSpan())
        {
            top.BidPrice *= priceFactor;
            top.AskPrice *= priceFactor;
            top.BidQuantity *= quantityFactor;
            top.AskQuantity *= quantityFactor;
        }
    }

    /// <summary>Forgets all tops: they may be of another session of the venue.</summary>
    public void Reset() => Array.Clear(_tops);

    private void Compare(OrderBook book, in Top top)
    {
        Compared++;
        bool isSame = top.BidPrice == book.Bids.BestPrice && top.BidQuantity == book.Bids.BestQuantity
            && top.AskPrice == book.Asks.BestPrice && top.AskQuantity == book.Asks.BestQuantity;
        Different += isSame ? 0 : 1;
    }

    // Neighbouring ids must not fall together, whatever their step: multiply, take the highest bits.
    private static int SlotOf(long updateId) =>
        (int)((ulong)updateId * 0x9e3779b97f4a7c15UL >> (64 - KeptBits));

    private struct Top
    {
        public long UpdateId;
        public long BidPrice;
        public long BidQuantity;
        public long AskPrice;
        public long AskQuantity;
    }
}
