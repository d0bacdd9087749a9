using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Bench.Rivals;

/// <summary>
/// Sorted blocks of at most 64 levels with a directory of their lowest keys; both are searched eight keys at a time,
/// without branches. It is independent of ticks. Unused slots of a block contain the maximum key.
/// </summary>
internal sealed class BlockedArraySide
{
    private const int Places = 64;
    private readonly long _sign;
    private Block[] _blocks = new Block[16];
    private long[] _lowest = new long[16];
    private int _blockCount;

    public BlockedArraySide(bool isBid)
    {
        _sign = isBid ? 1 : -1;
        Clear();
    }

    public int Count { get; private set; }

    public long BestPrice
    {
        get
        {
            Block last = _blocks[_blockCount - 1];
            return last.Count == 0 ? 0 : _sign * last.Keys[last.Count - 1];
        }
    }

    public void Clear()
    {
        _blocks[0] ??= new Block();
        _blocks[0].Clear();
        _blockCount = 1;
        Count = 0;
        Array.Fill(_lowest, long.MaxValue);
        _lowest[0] = long.MinValue;
    }

    public void Set(long price, long quantity)
    {
        long key = _sign * price;
        int place = CountBelow(_lowest, _blockCount, key + 1) - 1;
        Block block = _blocks[place];
        int index = CountBelow(block.Keys, Places, key);
        bool isThere = index < block.Count && block.Keys[index] == key;
        if (quantity != 0)
        {
            if (isThere)
            {
                block.Quantities[index] = quantity;
                return;
            }

            if (block.Count == Places)
            {
                Split(place);
                Set(price, quantity);
                return;
            }

            block.Insert(index, key, quantity);
            Count++;
        }
        else if (isThere)
        {
            block.Remove(index);
            Count--;
            if (block.Count == 0 && _blockCount > 1)
            {
                Drop(place);
            }
        }
    }

    public long Walk(long quantity, out long price)
    {
        long passed = 0;
        price = 0;
        for (int place = _blockCount - 1; place >= 0; place--)
        {
            Block block = _blocks[place];
            for (int i = block.Count - 1; i >= 0 && passed < quantity; i--)
            {
                passed += block.Quantities[i];
                price = _sign * block.Keys[i];
            }
        }

        return passed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountBelow(long[] keys, int count, long key)
    {
        ref long first = ref MemoryMarshal.GetArrayDataReference(keys);
        var wanted = Vector512.Create(key);
        int below = 0;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<long> eight = Vector512.LoadUnsafe(ref first, (nuint)i);
            below += BitOperations.PopCount(Vector512.LessThan(eight, wanted).ExtractMostSignificantBits());
        }

        return below;
    }

    private void Split(int place)
    {
        if (_blockCount == _blocks.Length)
        {
            Array.Resize(ref _blocks, 2 * _blockCount);
            Array.Resize(ref _lowest, 2 * _blockCount);
            Array.Fill(_lowest, long.MaxValue, _blockCount, _blockCount);
        }

        Block spare = _blocks[_blockCount] ?? new Block();
        Array.Copy(_blocks, place + 1, _blocks, place + 2, _blockCount - place - 1);
        Array.Copy(_lowest, place + 1, _lowest, place + 2, _blockCount - place - 1);
        _blocks[place + 1] = spare;
        _blockCount++;
        _blocks[place].MoveUpperHalf(spare);
        _lowest[place + 1] = spare.Keys[0];
    }

    private void Drop(int place)
    {
        Block empty = _blocks[place];
        _blockCount--;
        Array.Copy(_blocks, place + 1, _blocks, place, _blockCount - place);
        Array.Copy(_lowest, place + 1, _lowest, place, _blockCount - place);
        _blocks[_blockCount] = empty;
        _lowest[_blockCount] = long.MaxValue;
        _lowest[0] = long.MinValue;
    }

    private sealed class Block
    {
        public long[] Keys { get; } = new long[Places];

        public long[] Quantities { get; } = new long[Places];

        public int Count { get; private set; }

        public void Clear()
        {
            Count = 0;
            Array.Fill(Keys, long.MaxValue);
        }

        public void Insert(int index, long key, long quantity)
        {
            Array.Copy(Keys, index, Keys, index + 1, Count - index);
            Array.Copy(Quantities, index, Quantities, index + 1, Count - index);
            Keys[index] = key;
            Quantities[index] = quantity;
            Count++;
        }

        public void Remove(int index)
        {
            Count--;
            Array.Copy(Keys, index + 1, Keys, index, Count - index);
            Array.Copy(Quantities, index + 1, Quantities, index, Count - index);
            Keys[Count] = long.MaxValue;
        }

        public void MoveUpperHalf(Block target)
        {
            target.Clear();
            Array.Copy(Keys, Places / 2, target.Keys, 0, Places / 2);
            Array.Copy(Quantities, Places / 2, target.Quantities, 0, Places / 2);
            target.Count = Places / 2;
            Array.Fill(Keys, long.MaxValue, Places / 2, Places / 2);
            Count = Places / 2;
        }
    }
}
