using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LowLatency.Engine.Books;

/// <content>The read-only part of a side. Depth 0 is the best level.</content>
public sealed partial class BookSide
{
    /// <summary>Number of levels.</summary>
    public int Count => _count;

    /// <summary>Best price in wire increments, or 0 when the side is empty.</summary>
    public long BestPrice => _count == 0 ? 0 : _sign * _bestKey;

    /// <summary>Quantity at the best price in wire increments, or 0 when the side is empty.</summary>
    public long BestQuantity => _count == 0 ? 0 : QuantityOf(_bestKey);

    /// <summary>Price of the level farthest from the touch, or 0 when the side is empty.</summary>
    public long WorstPrice => _count == 0 ? 0 : _sign * FindWorst();

    /// <summary>
    /// Price of a level in wire increments. Depth must be below <see cref="Count"/>. Takes time proportional to the
    /// depth: use <see cref="GetEnumerator"/> to read several levels.
    /// </summary>
    public long PriceAt(int depth) => LevelAt(depth).Price;

    /// <summary>Quantity of a level in wire increments; see <see cref="PriceAt"/>.</summary>
    public long QuantityAt(int depth) => LevelAt(depth).Quantity;

    /// <summary>Quantity at a price, 0 if there is no such level.</summary>
    public long QuantityAtPrice(long price) => QuantityOf(_sign * price);

    /// <summary>
    /// Walks from the best level into the book until at least <paramref name="quantity"/> is passed.
    /// </summary>
    /// <param name="quantity">Quantity to pass, in wire increments, above 0.</param>
    /// <param name="price">Price of the level that reaches the quantity; of the last level if the side is too thin; 0
    /// if it is empty.</param>
    /// <param name="levels">Number of levels passed, including the last one.</param>
    /// <returns>The quantity passed; less than requested if the side is too thin.</returns>
    public long Walk(long quantity, out long price, out int levels)
    {
        long passed = 0;
        price = 0;
        levels = 0;
        Enumerator walk = GetEnumerator();
        while (passed < quantity && walk.MoveNext())
        {
            passed += walk.Quantity;
            price = walk.Price;
            levels++;
        }

        return passed;
    }

    /// <summary>
    /// The cost of taking a quantity, starting at the best level and taking only what is needed of the last one. Exact:
    /// cost divided by <paramref name="passed"/> is the volume-weighted average price.
    /// </summary>
    /// <param name="quantity">Quantity to take, in wire increments, above 0.</param>
    /// <param name="passed">The quantity taken: less than requested if the side is too thin, 0 if it is empty.</param>
    /// <returns>Sum of price times quantity, in price increments times quantity increments.</returns>
    public Int128 Cost(long quantity, out long passed)
    {
        Int128 cost = 0;
        long left = quantity;
        Enumerator walk = GetEnumerator();
        while (left > 0 && walk.MoveNext())
        {
            long taken = Math.Min(left, walk.Quantity);
            cost += (Int128)walk.Price * taken;
            left -= taken;
        }

        passed = Math.Max(quantity, 0) - Math.Max(left, 0);
        return cost;
    }

    /// <summary>Quantity at a price or better, in wire increments.</summary>
    /// <param name="limitPrice">The worst price that counts: the lowest bid, the highest ask.</param>
    public long QuantityTo(long limitPrice)
    {
        long limit = _sign * limitPrice;
        long passed = 0;
        Enumerator walk = GetEnumerator();
        while (walk.MoveNext() && _sign * walk.Price >= limit)
        {
            passed += walk.Quantity;
        }

        return passed;
    }

    /// <summary>Copies the best levels, best first.</summary>
    /// <param name="levels">The destination; its length is the maximum number of levels.</param>
    /// <returns>Number of levels copied.</returns>
    public int CopyTop(Span<BookLevel> levels)
    {
        int copied = 0;
        Enumerator walk = GetEnumerator();
        while (copied < levels.Length && walk.MoveNext())
        {
            levels[copied++] = walk.Current;
        }

        return copied;
    }

    /// <summary>Enumerates the levels, best first, without allocating. The side must not change meanwhile.</summary>
    public Enumerator GetEnumerator() => new(this);

    private long QuantityOf(long key)
    {
        int rung = IndexOf(key);
        if (rung >= 0)
        {
            return _rungs[rung];
        }

        int index = FindFar(key);
        return index >= 0 ? _farQuantities[index] : 0;
    }

    private BookLevel LevelAt(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)depth, (uint)_count);
        Enumerator walk = GetEnumerator();
        for (int i = 0; i <= depth; i++)
        {
            walk.MoveNext();
        }

        return walk.Current;
    }

    private long FindWorst()
    {
        long worst = _farCount == 0 ? long.MaxValue : _farKeys[0];
        int word = _words.AsSpan().IndexOfAnyExcept(0UL);
        if (word >= 0)
        {
            int index = (word << 6) + BitOperations.TrailingZeroCount(_words[word]);
            worst = Math.Min(worst, _base + (index * _step));
        }

        return worst;
    }

    /// <summary>Enumerates the levels of a side, best first.</summary>
    public struct Enumerator
    {
        private const int NearText = 4;

        private readonly BookSide _side;

        // Still to come: the rest of _bits, then the ladder's words below _word.
        private ulong _bits;
        private int _word;

        // Still to come: far levels [0, _far). _farKey is the next of them, long.MinValue for none.
        private int _far;
        private long _farKey;
        private long _key;

        internal Enumerator(BookSide side)
        {
            _side = side;
            _far = side._farCount;
            _farKey = _far == 0 ? long.MinValue : side._farKeys[_far - 1];

            // There is no rung before the best one, so the empty words there are skipped.
            ulong offset = (ulong)(side._bestKey - side._base);
            bool isInWindow = side._count != 0 && offset < side._span;
            long index = side._step == 1 ? (long)offset : (long)(offset / (ulong)side._step);
            _word = isInWindow ? (int)(index >> 6) + 1 : side._words.Length;
        }

        /// <summary>The current level.</summary>
        public readonly BookLevel Current => new(Price, Quantity);

        /// <summary>Its price in wire increments.</summary>
        public readonly long Price => _side._sign * _key;

        /// <summary>Its quantity in wire increments, above 0.</summary>
        public long Quantity { readonly get; private set; }

        /// <summary>Moves to the next level, first to the best one; false if there is none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            BookSide side = _side;
            ulong bits = _bits;
            if (bits == 0)
            {
                bits = NextBits();
            }

            int bit = BitOperations.Log2(bits);
            int index = (_word << 6) + bit;
            long key = side._base + (index * side._step);
            if (bits == 0 || _farKey > key)
            {
                _bits = bits;
                return TakeFar();
            }

            _bits = bits ^ (1UL << bit);
            _key = key;
            Quantity = side._rungs[index];
            return true;
        }

        private ulong NextBits()
        {
            ulong[] words = _side._words;
            int nearest = Math.Max(0, _word - NearText);
            while (_word > nearest)
            {
                ulong bits = words[--_word];
                if (bits != 0)
                {
                    return bits;
                }
            }

            // A gap in the ladder: skip it in the largest possible steps.
            _word = words.AsSpan(0, _word).LastIndexOfAnyExcept(0UL);
            if (_word >= 0)
            {
                return words[_word];
            }

            _word = 0;
            return 0;
        }

        private bool TakeFar()
        {
            if (_far == 0)
            {
                return false;
            }

            _key = _farKey;
            Quantity = _side._farQuantities[--_far];
            _farKey = _far == 0 ? long.MinValue : _side._farKeys[_far - 1];
            return true;
        }
    }
}
