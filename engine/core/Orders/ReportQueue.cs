using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Orders;

/// <summary>
/// A first-in first-out queue of reports on their way to the engine. It grows when it must, so that its writer
/// never waits for its reader. One thread.
/// </summary>
public sealed class ReportQueue
{
    private EngineInput[] _items = Preallocated.NewArray<EngineInput>(1024);
    private int _head;

    /// <summary>Number of reports waiting.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them make the open orders unknown: an order that was decided before the engine has handled
    /// them must not be sent.</summary>
    public int Doubts { get; private set; }

    /// <summary>The oldest report. The queue must not be empty.</summary>
    public ref readonly EngineInput Peek() => ref _items[_head];

    /// <summary>Removes the oldest report. The queue must not be empty.</summary>
    public void Dequeue()
    {
        Doubts -= IsDoubt(in _items[_head]) ? 1 : 0;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
    }

    /// <summary>Appends a report.</summary>
    public void Enqueue(in EngineInput report)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[(_head + Count++) & (_items.Length - 1)] = report;
        Doubts += IsDoubt(in report) ? 1 : 0;
    }

    /// <summary>Whether a report makes the open orders unknown.</summary>
    public static bool IsDoubt(in EngineInput report) =>
        report.Kind is EventKind.ReconcileBegin or EventKind.GatewayLost;

    private void Grow()
    {
        var items = Preallocated.NewArray<EngineInput>(_items.Length * 2);
        int tail = _items.Length - _head;
        Array.Copy(_items, _head, items, 0, tail);
        Array.Copy(_items, 0, items, tail, _head);
        (_items, _head) = (items, 0);
    }
}
