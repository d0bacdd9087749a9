using System;

namespace LowLatency.Bench.Rivals;

/// <summary>
/// The engine's book before the ladder: sorted with the best level last, so that busy levels near the touch move few
/// others. Keys rise towards the touch on both sides.
/// </summary>
internal sealed class SortedArraySide
{
    private readonly long _sign;

    // [0, _count) in strictly ascending order; every quantity is above 0.
    private long[] _keys;
    private long[] _quantities;
    private int _count;

    public SortedArraySide(bool isBid, int capacity)
    {
        _sign = isBid ? 1 : -1;
        _keys = new long[capacity];
        _quantities = new long[capacity];
    }

    /// <summary>Number of levels.</summary>
    public int Count => _count;

    /// <summary>Price of a level in wire increments; depth 0 is the best. Depth must be below <see cref="Count"/>.
    /// </summary>
    public long PriceAt(int depth) => _sign * _keys[_count - 1 - depth];

    /// <summary>Quantity of a level in wire increments; depth 0 is the best.</summary>
    public long QuantityAt(int depth) => _quantities[_count - 1 - depth];

    /// <summary>Best price, or 0 if the side is empty.</summary>
    public long BestPrice => _count == 0 ? 0 : PriceAt(0);

    /// <summary>Quantity at the best price, or 0 if the side is empty.</summary>
    public long BestQuantity => _count == 0 ? 0 : QuantityAt(0);

    /// <summary>
    /// Walks from the touch into the book until at least <paramref name="quantity"/> has been passed.
    /// </summary>
    /// <param name="quantity">Quantity to pass, in wire increments, above 0.</param>
    /// <param name="price">Price of the level where it is reached; of the last level if the side is too thin; 0 if it
    /// is empty.</param>
    /// <param name="levels">Number of levels passed, including the last one.</param>
    /// <returns>The quantity passed; less than requested if the side is too thin.</returns>
    public long Walk(long quantity, out long price, out int levels)
    {
        long passed = 0;
        int index = _count;
        while (index > 0 && passed < quantity)
        {
            passed += _quantities[--index];
        }

        levels = _count - index;
        price = levels == 0 ? 0 : _sign * _keys[index];
        return passed;
    }

    public void Clear() => _count = 0;

    /// <summary>Sets a level to an absolute quantity; 0 removes it, and removing an absent level is normal.</summary>
    public void Set(long price, long quantity)
    {
        long key = _sign * price;
        int index = Find(key);
        if (index >= 0)
        {
            if (quantity != 0)
            {
                _quantities[index] = quantity;
            }
            else
            {
                RemoveAt(index);
            }
        }
        else if (quantity != 0)
        {
            InsertAt(~index, key, quantity);
        }
    }

    private int Find(long key)
    {
        // Most updates are near the touch: a short linear search from that end, then a binary search.
        int low = 0;
        int high = _count - 1;
        for (int i = 0; i < 8 && high >= 0; i++, high--)
        {
            if (_keys[high] <= key)
            {
                return _keys[high] == key ? high : ~(high + 1);
            }
        }

        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_keys[middle] < key)
            {
                low = middle + 1;
            }
            else if (_keys[middle] > key)
            {
                high = middle - 1;
            }
            else
            {
                return middle;
            }
        }

        return ~low;
    }

    private void RemoveAt(int index)
    {
        int moved = _count - 1 - index;
        Array.Copy(_keys, index + 1, _keys, index, moved);
        Array.Copy(_quantities, index + 1, _quantities, index, moved);
        _count--;
    }

    private void InsertAt(int index, long key, long quantity)
    {
        if (_count == _keys.Length)
        {
            Grow();
        }

        int moved = _count - index;
        Array.Copy(_keys, index, _keys, index + 1, moved);
        Array.Copy(_quantities, index, _quantities, index + 1, moved);
        _keys[index] = key;
        _quantities[index] = quantity;
        _count++;
    }

    private void Grow()
    {
        Array.Resize(ref _keys, _keys.Length * 2);
        Array.Resize(ref _quantities, _quantities.Length * 2);
    }
}
