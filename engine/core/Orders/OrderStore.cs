using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Orders;

/// <summary>
/// All open orders of the engine in pre-allocated slots, with their expiry times in a binary heap. Slots are reused as
/// late as possible, because reports about an order that has ended can come late. Engine thread only.
/// </summary>
public sealed class OrderStore
{
    private readonly Order[] _orders;
    private readonly OrderIds _ids;

    // A ring of free slots: [_freeHead, _freeHead + _freeCount).
    private readonly int[] _free;
    private readonly int[] _heap;
    private int _freeHead;
    private int _freeCount;
    private int _heapCount;

    /// <summary>Creates the store with ids of its own, for tests and tools.</summary>
    /// <param name="capacity">Maximum number of open orders, 1 to <see cref="OrderIds.MaxSlots"/>.</param>
    public OrderStore(int capacity)
        : this(capacity, new OrderIds(1))
    {
    }

    /// <summary>Creates the store.</summary>
    /// <param name="capacity">Maximum number of open orders, 1 to <see cref="OrderIds.MaxSlots"/>.</param>
    /// <param name="ids">Creates the ids.</param>
    public OrderStore(int capacity, OrderIds ids)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, OrderIds.MaxSlots);
        _ids = ids;
        _orders = Preallocated.NewArray<Order>(capacity);
        _free = new int[capacity];
        _heap = Preallocated.NewArray<int>(capacity);
        _freeCount = capacity;
        for (int i = 0; i < capacity; i++)
        {
            _free[i] = i;
            _orders[i].HeapIndex = -1;
        }
    }

    /// <summary>Creates the ids.</summary>
    public OrderIds Ids => _ids;

    /// <summary>Number of open orders.</summary>
    public int Count => _heapCount;

    /// <summary>true if no further order can be added.</summary>
    public bool IsFull => _freeCount == 0;

    /// <summary>Number of slots; every open order's slot is below it.</summary>
    public int Capacity => _orders.Length;

    /// <summary>The slot itself.</summary>
    public ref Order Slot(int index) => ref _orders[index];

    /// <summary>Adds an order. The store must not be full.</summary>
    /// <param name="expireTimeNs">Its expiry time, nanoseconds since the Unix epoch.</param>
    /// <param name="list">The instrument's list of open orders: slot of the youngest, or -1.</param>
    /// <returns>The slot, with its id and expiry set; the caller fills in the rest.</returns>
    public ref Order Add(long expireTimeNs, ref int list)
    {
        int slot = _free[_freeHead];
        _freeHead = _freeHead + 1 == _free.Length ? 0 : _freeHead + 1;
        _freeCount--;
        return ref AddAt(slot, _ids.Next(slot), expireTimeNs, ref list);
    }

    /// <summary>Adds an order of an earlier session under its own id. Before the first event only.</summary>
    /// <returns>The slot, or a null reference if the store has no such slot free.</returns>
    public ref Order Restore(long id, long expireTimeNs, ref int list)
    {
        int wanted = OrderIds.SlotOf(id);
        for (int i = 0; i < _freeCount; i++)
        {
            int place = (_freeHead + i) % _free.Length;
            if (_free[place] == wanted)
            {
                _free[place] = _free[_freeHead];
                _freeHead = _freeHead + 1 == _free.Length ? 0 : _freeHead + 1;
                _freeCount--;
                return ref AddAt(wanted, id, expireTimeNs, ref list);
            }
        }

        return ref Unsafe.NullRef<Order>();
    }

    /// <summary>Finds an open order.</summary>
    /// <returns>The order, or a null reference (<see cref="Unsafe.IsNullRef{T}"/>) when none has this id.</returns>
    public ref Order Find(long id)
    {
        ref Order order = ref FindEnded(id);
        if (Unsafe.IsNullRef(ref order) || order.HeapIndex < 0)
        {
            return ref Unsafe.NullRef<Order>();
        }

        return ref order;
    }

    /// <summary>Finds an order that is open, or has ended and is still in its slot.</summary>
    /// <returns>The order, or a null reference if none has this id.</returns>
    public ref Order FindEnded(long id)
    {
        int slot = OrderIds.SlotOf(id);
        if (id <= 0 || slot >= _orders.Length || _orders[slot].Id != id)
        {
            return ref Unsafe.NullRef<Order>();
        }

        return ref _orders[slot];
    }

    /// <summary>Removes an order that has ended. Its slot keeps it for a while.</summary>
    /// <param name="order">An open order of this store.</param>
    /// <param name="list">The list that it was added to.</param>
    public void Remove(ref Order order, ref int list)
    {
        int slot = OrderIds.SlotOf(order.Id);
        Unlink(in order, slot, ref list);
        int hole = order.HeapIndex;
        int last = _heap[--_heapCount];
        if (hole != _heapCount)
        {
            _heap[hole] = last;
            _orders[last].HeapIndex = hole;
            SiftDown(hole);
            SiftUp(_orders[last].HeapIndex);
        }

        order.HeapIndex = -1;
        int tail = _freeHead + _freeCount;
        _free[tail >= _free.Length ? tail - _free.Length : tail] = slot;
        _freeCount++;
    }

    /// <summary>Finds the order that expires first, if it has expired.</summary>
    /// <returns>true if there is one with an expiry time at or before <paramref name="nowNs"/>.</returns>
    public bool TryPeekExpired(long nowNs, out int slot)
    {
        slot = _heapCount == 0 ? -1 : _heap[0];
        return slot >= 0 && _orders[slot].ExpireTimeNs <= nowNs;
    }

    /// <summary>Moves an order's expiry time.</summary>
    public void SetExpiry(ref Order order, long expireTimeNs)
    {
        order.ExpireTimeNs = expireTimeNs;
        SiftDown(order.HeapIndex);
        SiftUp(order.HeapIndex);
    }

    /// <summary>The slot of the next older order in an instrument's list, or -1.</summary>
    public int Older(int slot) => _orders[slot].PreviousSlot;

    private ref Order AddAt(int slot, long id, long expireTimeNs, ref int list)
    {
        ref Order order = ref _orders[slot];
        order = default;
        order.Id = id;
        order.State = OrderState.PendingNew;
        order.ExpireTimeNs = expireTimeNs;
        order.PreviousSlot = list;
        order.NextSlot = -1;
        if (list >= 0)
        {
            _orders[list].NextSlot = slot;
        }

        list = slot;
        _heap[_heapCount] = slot;
        SiftUp(_heapCount++);
        return ref order;
    }

    private void Unlink(in Order order, int slot, ref int list)
    {
        if (order.PreviousSlot >= 0)
        {
            _orders[order.PreviousSlot].NextSlot = order.NextSlot;
        }

        if (order.NextSlot >= 0)
        {
            _orders[order.NextSlot].PreviousSlot = order.PreviousSlot;
        }

        if (list == slot)
        {
            list = order.PreviousSlot;
        }
    }

    private void SiftUp(int index)
    {
        int slot = _heap[index];
        long expiry = _orders[slot].ExpireTimeNs;
        while (index > 0)
        {
            int parent = (index - 1) >> 1;
            if (_orders[_heap[parent]].ExpireTimeNs <= expiry)
            {
                break;
            }

            Put(index, _heap[parent]);
            index = parent;
        }

        Put(index, slot);
    }

    private void SiftDown(int index)
    {
        int slot = _heap[index];
        long expiry = _orders[slot].ExpireTimeNs;
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= _heapCount)
            {
                break;
            }

            if (child + 1 < _heapCount
                && _orders[_heap[child + 1]].ExpireTimeNs < _orders[_heap[child]].ExpireTimeNs)
            {
                child++;
            }

            if (_orders[_heap[child]].ExpireTimeNs >= expiry)
            {
                break;
            }

            Put(index, _heap[child]);
            index = child;
        }

        Put(index, slot);
    }

    private void Put(int index, int slot)
    {
        _heap[index] = slot;
        _orders[slot].HeapIndex = index;
    }
}
