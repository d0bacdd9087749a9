using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Orders;

/// <summary>All open composite orders in pre-allocated slots, reused as late as possible. Engine thread only.</summary>
internal sealed class CompositeStore
{
    private readonly Composite[] _items;
    private readonly bool[] _isLiving;
    private readonly OrderIds _ids;
    private int _cursor;

    public CompositeStore(int capacity, OrderIds ids)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, OrderIds.MaxSlots);
        _items = Preallocated.NewArray<Composite>(capacity);
        _isLiving = new bool[capacity];
        _ids = ids;
    }

    /// <summary>Number of open composite orders.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == _items.Length;

    public ref Composite Slot(int index) => ref _items[index];

    /// <summary>The slot of the next older one in an instrument's list, or -1.</summary>
    public int Older(int slot) => _items[slot].PreviousSlot;

    /// <summary>Adds one. The store must not be full.</summary>
    public ref Composite Add(ref int list)
    {
        while (_isLiving[_cursor])
        {
            _cursor = (_cursor + 1) % _items.Length;
        }

        int slot = _cursor;
        _cursor = (_cursor + 1) % _items.Length;
        return ref AddAt(slot, _ids.NextComposite(slot), ref list);
    }

    /// <summary>Adds one of an earlier session under its own id; a null reference when its slot is taken.</summary>
    public ref Composite Restore(long id, ref int list)
    {
        int slot = OrderIds.SlotOf(id);
        if (slot >= _items.Length || _isLiving[slot])
        {
            return ref Unsafe.NullRef<Composite>();
        }

        return ref AddAt(slot, id, ref list);
    }

    /// <summary>Finds one that is open, or has ended and is still in its slot; otherwise a null reference.</summary>
    public ref Composite FindEnded(long id)
    {
        int slot = OrderIds.SlotOf(id);
        if (!OrderIds.IsComposite(id) || slot >= _items.Length || _items[slot].Id != id)
        {
            return ref Unsafe.NullRef<Composite>();
        }

        return ref _items[slot];
    }

    /// <summary>true while it is open.</summary>
    public bool IsLiving(in Composite item) => _isLiving[OrderIds.SlotOf(item.Id)];

    /// <summary>Removes one that has ended.</summary>
    public void Remove(ref Composite item, ref int list)
    {
        int slot = OrderIds.SlotOf(item.Id);
        if (item.PreviousSlot >= 0)
        {
            _items[item.PreviousSlot].NextSlot = item.NextSlot;
        }

        if (item.NextSlot >= 0)
        {
            _items[item.NextSlot].PreviousSlot = item.PreviousSlot;
        }

        list = list == slot ? item.PreviousSlot : list;
        _isLiving[slot] = false;
        Count--;
    }

    private ref Composite AddAt(int slot, long id, ref int list)
    {
        ref Composite item = ref _items[slot];
        item = default;
        item.Id = id;
        item.PreviousSlot = list;
        item.NextSlot = -1;
        if (list >= 0)
        {
            _items[list].NextSlot = slot;
        }

        list = slot;
        _isLiving[slot] = true;
        Count++;
        return ref item;
    }
}
