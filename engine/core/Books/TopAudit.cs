using System;
using System.Numerics;
using LowLatency.Engine.Events;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Books;

/// <summary>
/// Compares the book with the venue's top-of-book stream: if a top has the update id of the book, both must show the
/// same best prices and quantities. Tops may come before or after their depth message, so the latest ones are kept: few
/// for a quiet instrument, a few thousand for a busy one. Engine thread only.
/// </summary>
internal sealed class TopAudit
{
    private const int MaxBits = 13;

    // For this long after a synchronisation, a difference indicates a bad snapshot: real ones have contained levels
    // that the stream never corrected.
    private const long WatchNs = 1_000_000_000;

    private Top[] _tops = [];
    private int _bits;
    private long _sinceGrowth;
    private long _lastUpdateId;
    private long _liveSinceNs;
    private bool _isWatching;
    private bool _wasDifferent;

    /// <summary>Creates the audit of one instrument.</summary>
    /// <param name="room">Initial number of tops kept.</param>
    public TopAudit(int room) => _bits = Math.Min(MaxBits, BitOperations.Log2((uint)Math.Max(2, room)));

    /// <summary>Tops compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Tops that differed.</summary>
    public long Different { get; private set; }

    /// <summary>A top-of-book message came.</summary>
    public void OnTopOfBook(OrderBook book, in EngineInput item)
    {
        // Venues without update ids cannot be compared.
        if (item.UpdateId == 0)
        {
            return;
        }

        MakeRoom();
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

    /// <summary>A message was applied to the book; it may still be catching up.</summary>
    public void OnBook(OrderBook book, long nowNs)
    {
        if (book.IsLive && _liveSinceNs == 0)
        {
            _liveSinceNs = nowNs;
            _isWatching = true;
            _wasDifferent = false;
        }

        if (_tops.Length == 0 || book.UpdateId == 0 || book.UpdateId == _lastUpdateId)
        {
            return;
        }

        _lastUpdateId = book.UpdateId;
        ref readonly Top top = ref _tops[SlotOf(book.UpdateId)];
        if (top.UpdateId == book.UpdateId)
        {
            Compare(book, in top);
        }
    }

    /// <summary>
    /// Returns true once, when the second after a synchronisation is over and its last comparison showed a difference.
    /// </summary>
    public bool IsLastingDifference(long nowNs)
    {
        if (!_isWatching || nowNs - _liveSinceNs < WatchNs)
        {
            return false;
        }

        _isWatching = false;
        return _wasDifferent;
    }

    /// <summary>Converts the tops to finer increments.</summary>
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

    /// <summary>Drops all tops: they may belong to another session of the venue.</summary>
    public void Reset()
    {
        Array.Clear(_tops);
        _liveSinceNs = 0;
        _lastUpdateId = 0;
        _isWatching = false;
    }

    private void Compare(OrderBook book, in Top top)
    {
        Compared++;
        bool isSame = top.BidPrice == book.Bids.BestPrice && top.BidQuantity == book.Bids.BestQuantity
            && top.AskPrice == book.Asks.BestPrice && top.AskQuantity == book.Asks.BestQuantity;
        Different += isSame ? 0 : 1;
        _wasDifferent = !isSame;
    }

    // Doubles each time that four times as many tops as slots have come, up to the maximum.
    private void MakeRoom()
    {
        if (_tops.Length == 0)
        {
            _tops = Preallocated.NewArray<Top>(1 << _bits);
        }
        else if (_bits < MaxBits && ++_sinceGrowth > 4L * _tops.Length)
        {
            Top[] old = _tops;
            _bits++;
            _sinceGrowth = 0;
            _tops = Preallocated.NewArray<Top>(1 << _bits);
            foreach (Top top in old)
            {
                _tops[SlotOf(top.UpdateId)] = top;
            }
        }
    }

    // Neighbouring ids must not collide, whatever their step: multiply, take the highest bits.
    private int SlotOf(long updateId) => (int)((ulong)updateId * 0x9e3779b97f4a7c15UL >> (64 - _bits));

    private struct Top
    {
        public long UpdateId;
        public long BidPrice;
        public long BidQuantity;
        public long AskPrice;
        public long AskQuantity;
    }
}
