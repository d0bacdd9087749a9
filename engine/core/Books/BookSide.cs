using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Books;

/// <summary>
/// The levels of one side. Levels near the touch are in a ladder, one rung per tick of a window; all others, far from
/// the touch or off the tick, are in a sorted array. Together they are always correct, wherever the window is: it is
/// only moved to make updates cheap, after enough updates outside it have paid for the move. Keys rise towards the
/// touch on both sides: the price of a bid, the negated price of an ask. Single thread.
/// </summary>
/// <remarks>
/// A level update on the ladder takes constant time. Outside it, an update takes a binary search and moves at most all
/// far levels. Moving the window touches each level once and happens at most once in 64 + Count / 16 such updates.
/// Nothing is allocated while the levels fit the capacity that the side was created with, or has grown to.
/// </remarks>
public sealed partial class BookSide
{
    private const int MinRungs = 64;
    private const int MaxRungs = 65_536;

    // Few of the ticks near the touch have a level.
    private const int RungsALevel = 8;

    // If a tick has so many increments that the window would exceed the range of keys, there is no window.
    private const long MaxSpan = 1L << 60;

    private readonly long _sign;

    // Quantity of the level at _base + index * _step, 0 for none.
    private readonly long[] _rungs;

    // Bit index % 64 of _words[index / 64] is set if the rung is above 0.
    private readonly ulong[] _words;

    // [0, _farCount) in strictly ascending order, none of them on a rung; every quantity is above 0.
    private long[] _farKeys;
    private long[] _farQuantities;
    private int _farCount;

    // A multiple of _step; [_base, _base + _span) is the window. _span is 0 without a window.
    private long _base;
    private ulong _span;
    private long _step;

    // 2^64 / _step, rounded up: see IndexOf. Unused for a step of 1.
    private ulong _reciprocal;

    private int _count;

    // long.MinValue while the side is empty.
    private long _bestKey = long.MinValue;

    // Updates since the last move that would have hit a rung if the window were around the touch.
    private int _misses;

    internal BookSide(bool isBid, int capacity, long tickIncrements)
    {
        _sign = isBid ? 1 : -1;
        int rungs = (int)BitOperations.RoundUpToPowerOf2((uint)(capacity / 2) + 1) * RungsALevel;
        rungs = Math.Clamp(rungs, MinRungs, MaxRungs);
        _rungs = Preallocated.NewArray<long>(rungs);
        _words = Preallocated.NewArray<ulong>(rungs / 64);
        _farKeys = Preallocated.NewArray<long>(capacity);
        _farQuantities = Preallocated.NewArray<long>(capacity);
        SetStep(tickIncrements);
    }

    internal void Clear()
    {
        // Most of a large ladder is empty.
        for (int word = 0; word < _words.Length; word++)
        {
            if (_words[word] != 0)
            {
                Array.Clear(_rungs, word << 6, 64);
                _words[word] = 0;
            }
        }

        _farCount = 0;
        _count = 0;
        _bestKey = long.MinValue;
        _misses = 0;
    }

    /// <summary>Sets a level to an absolute quantity; 0 removes it, and removing an absent level is normal.</summary>
    internal void Set(long price, long quantity)
    {
        long key = _sign * price;
        int index = IndexOf(key);
        if (index < 0)
        {
            SetFar(key, quantity);
            return;
        }

        SetRung(index, quantity);
        if (key >= _bestKey)
        {
            OnTouch(key, quantity);
        }
    }

    /// <summary>Multiplies all levels, for finer increments.</summary>
    /// <returns>false if a product is out of range; the side must then be discarded.</returns>
    internal bool Rescale(long priceFactor, long quantityFactor)
    {
        Flatten();
        SetStep(_step > long.MaxValue / priceFactor ? long.MaxValue : _step * priceFactor);
        for (int i = 0; i < _farCount; i++)
        {
            if (Math.Abs(_farKeys[i]) > long.MaxValue / priceFactor
                || _farQuantities[i] > long.MaxValue / quantityFactor)
            {
                return false;
            }

            _farKeys[i] *= priceFactor;
            _farQuantities[i] *= quantityFactor;
        }

        Settle();
        return true;
    }

    // About half of all updates remove a level, in no order that a processor could predict: so no branches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetRung(int index, long quantity)
    {
        ref long rung = ref _rungs[index];
        int had = rung != 0 ? 1 : 0;
        int has = quantity != 0 ? 1 : 0;
        rung = quantity;
        _count += has - had;
        ref ulong word = ref _words[index >> 6];
        word = (word & ~(1UL << index)) | ((ulong)has << index);
    }

    // The rung of a key, or -1 if it has none. The product with the reciprocal is the quotient for every multiple of
    // the step in the window; for others it may be one too high, but then neither quotient gives the offset back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int IndexOf(long key)
    {
        ulong offset = (ulong)(key - _base);
        if (offset >= _span)
        {
            return -1;
        }

        if (_step == 1)
        {
            return (int)offset;
        }

        ulong index = Math.BigMul(offset, _reciprocal, out _);
        return index * (ulong)_step == offset ? (int)index : -1;
    }

    private void OnTouch(long key, long quantity)
    {
        if (quantity != 0)
        {
            _bestKey = key;
        }
        else if (key == _bestKey)
        {
            _bestKey = FindBest();
        }
    }

    private long FindBest()
    {
        long best = _farCount == 0 ? long.MinValue : _farKeys[_farCount - 1];
        int word = _words.AsSpan().LastIndexOfAnyExcept(0UL);
        if (word >= 0)
        {
            int index = (word << 6) + BitOperations.Log2(_words[word]);
            best = Math.Max(best, _base + (index * _step));
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetFar(long key, long quantity)
    {
        if (_count == 0)
        {
            // There is nothing to move, so the window costs nothing.
            if (quantity == 0)
            {
                return;
            }

            PlaceWindow(key);
            int rung = IndexOf(key);
            if (rung >= 0)
            {
                SetRung(rung, quantity);
                _bestKey = key;
                return;
            }
        }

        int index = FindFar(key);
        if (index >= 0)
        {
            if (quantity != 0)
            {
                _farQuantities[index] = quantity;
            }
            else
            {
                RemoveFar(index);
            }
        }
        else if (quantity != 0)
        {
            InsertFar(~index, key, quantity);
        }

        if (key >= _bestKey)
        {
            OnTouch(key, quantity);
        }

        if (WouldHaveRung(key) && ++_misses > 64 + (_count >> 4))
        {
            Flatten();
            Settle();
        }
    }

    private bool WouldHaveRung(long key) =>
        _count != 0 && (ulong)(_bestKey - key) < _span - (_span >> 2) && (key - _base) % _step == 0;

    private int FindFar(long key)
    {
        int low = 0;
        int high = _farCount - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_farKeys[middle] < key)
            {
                low = middle + 1;
            }
            else if (_farKeys[middle] > key)
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

    private void RemoveFar(int index)
    {
        int moved = _farCount - 1 - index;
        Array.Copy(_farKeys, index + 1, _farKeys, index, moved);
        Array.Copy(_farQuantities, index + 1, _farQuantities, index, moved);
        _farCount--;
        _count--;
    }

    private void InsertFar(int index, long key, long quantity)
    {
        MakeRoom(_farCount + 1);
        int moved = _farCount - index;
        Array.Copy(_farKeys, index, _farKeys, index + 1, moved);
        Array.Copy(_farQuantities, index, _farQuantities, index + 1, moved);
        _farKeys[index] = key;
        _farQuantities[index] = quantity;
        _farCount++;
        _count++;
    }

    private void MakeRoom(int farLevels)
    {
        if (farLevels > _farKeys.Length)
        {
            int length = Math.Max(2 * _farKeys.Length, farLevels);
            Array.Resize(ref _farKeys, length);
            Array.Resize(ref _farQuantities, length);
        }
    }

    private void SetStep(long step)
    {
        _step = step;
        _span = step > MaxSpan / _rungs.Length ? 0 : (ulong)(_rungs.Length * step);
        _reciprocal = (ulong.MaxValue / (ulong)step) + 1;
    }

    // A quarter of the window ahead of the touch, three quarters behind it.
    private void PlaceWindow(long bestKey)
    {
        _misses = 0;
        if (_span != 0)
        {
            long remainder = bestKey % _step;
            long floor = bestKey - (remainder < 0 ? remainder + _step : remainder);
            _base = floor - ((long)(_span >> 2) * 3);
        }
    }

    // Merges the ladder into the far levels from the top down, so that nothing is overwritten before it is read.
    private void Flatten()
    {
        MakeRoom(_count);
        int read = _farCount - 1;
        int written = _count - 1;
        for (int word = _words.Length - 1; word >= 0; word--)
        {
            for (ulong bits = _words[word]; bits != 0;)
            {
                int bit = BitOperations.Log2(bits);
                bits ^= 1UL << bit;
                int index = (word << 6) + bit;
                long key = _base + (index * _step);
                for (; read >= 0 && _farKeys[read] > key; read--, written--)
                {
                    _farKeys[written] = _farKeys[read];
                    _farQuantities[written] = _farQuantities[read];
                }

                _farKeys[written] = key;
                _farQuantities[written--] = _rungs[index];
                _rungs[index] = 0;
            }

            _words[word] = 0;
        }

        _farCount = _count;
    }

    // Places the window around the touch and moves levels with a rung to the ladder. Before, all levels are far.
    private void Settle()
    {
        _bestKey = _farCount == 0 ? long.MinValue : _farKeys[_farCount - 1];
        PlaceWindow(_farCount == 0 ? 0 : _bestKey);
        int all = _farCount;
        _farCount = 0;
        _count = 0;
        for (int i = 0; i < all; i++)
        {
            int index = IndexOf(_farKeys[i]);
            if (index >= 0)
            {
                SetRung(index, _farQuantities[i]);
            }
            else
            {
                _farKeys[_farCount] = _farKeys[i];
                _farQuantities[_farCount++] = _farQuantities[i];
                _count++;
            }
        }
    }
}
