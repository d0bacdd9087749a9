using System.Runtime.CompilerServices;

namespace LowLatency.Engine.Orders;

/// <summary>
/// All living orders of the engine in pre-allocated slots, with their expiry times in a binary heap. An order's id
/// holds its slot in the low bits, so that finding it needs no table. Engine thread only.
/// </summary>
public sealed class OrderStore
{
    private const int SlotBits = 16;

    private readonly Order[] _orders;
    private readonly int[] _free;
    private readonly int[] _heap;
    private int _freeCount;
    private int _heapCount;
    private long _counter;

    /// <summary>Creates the store.</summary>
    /// <param name="capacity">Most orders that can live at a time, 1 to 65,536.</param>
    /// <param name="firstCounter">Start of the id counter; a session that follows another must start above it.</param>
    public OrderStore(int capacity, long firstCounter = 1)
    {
        _orders = new Order[capacity];
        _free = new int[capacity];
        _heap = new int[capacity];
        _freeCount = capacity;
        _counter = firstCounter;
        for (int i = 0; i < capacity; i++)
        {
            _free[i] = capacity - 1 - i;
        }
    }

    /// <summary>Number of living orders.</summary>
    public int Count => _heapCount;

    /// <summary>true when no further order can be added.</summary>
    public bool IsFull => _freeCount == 0;

    /// <summary>Number of slots; every living order's slot is below it.</summary>
    public int Capacity => _orders.Length;

    /// <summary>The slot itself; its <see cref="Order.Id"/> is 0 when it is free.</summary>
    public ref Order Slot(int index) => ref _orders[index];

    /// <summary>Adds an order. The store must not be full.</summary>
    /// <param name="expireTimeNs">When it is to be cancelled as stale.</param>
    /// <param name="list">The instrument's list of living orders: slot of the youngest, or -1.</param>
    /// <returns>The slot, with its id and expiry set; the caller fills in the rest.</returns>
    public ref Order Add(long expireTimeNs, ref int list)
    {
        int slot = _free[--_freeCount];
        ref Order order = ref _orders[slot];
        order = default;
        order.Id = (_counter++ << SlotBits) | (uint)slot;
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

    /// <summary>Finds a living order.</summary>
    /// <returns>The order, or a null reference (<see cref="Unsafe.IsNullRef{T}"/>) when none has this id.</returns>
    public ref Order Find(long id)
    {
        int slot = (int)(id & ((1 << SlotBits) - 1));
        if (id <= 0 || slot >= _orders.Length || _orders[slot].Id != id)
        {
            return ref Unsafe.NullRef<Order>();
        }

        return ref _orders[slot];
    }

    /// <summary>Takes an order out: it has reached its end.</summary>
    /// <param name="order">A living order of this store.</param>
    /// <param name="list">The list that it was added to.</param>
    public void Remove(ref Order order, ref int list)
    {
        int slot = (int)(order.Id & ((1 << SlotBits) - 1));
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

        order.Id = 0;
        order.State = OrderState.None;
        _free[_freeCount++] = slot;
    }

    /// <summary>Gives the order that expires first, when its time has come.</summary>
    /// <returns>true when there is one whose expiry time is at or before <paramref name="nowNs"/>.</returns>
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
