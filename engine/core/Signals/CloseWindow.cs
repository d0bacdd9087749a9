using System;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Signals;

/// <summary>The last closes and their exact sum. Engine thread only.</summary>
internal sealed class CloseWindow
{
    private readonly long[] _closes;
    private int _next;

    internal CloseWindow(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SimpleAverage.MaxLength);
        _closes = Preallocated.NewArray<long>(length);
    }

    /// <summary>The closes held, in no particular order.</summary>
    internal ReadOnlySpan<long> Closes => _closes.AsSpan(0, Count);

    internal int Count { get; private set; }

    internal bool IsFull => Count == _closes.Length;

    internal Int128 Sum { get; private set; }

    internal void Add(long close)
    {
        ref long oldest = ref _closes[_next];
        if (IsFull)
        {
            Sum -= oldest;
        }
        else
        {
            Count++;
        }

        oldest = close;
        Sum += close;
        _next = _next + 1 == _closes.Length ? 0 : _next + 1;
    }
}
