using System;
using System.Collections.Generic;
using System.Threading;

namespace LowLatency.Replay;

/// <summary>Long sequences that can be stopped while they are read.</summary>
public static class StoppedSequence
{
    /// <summary>The same items, until a stop is requested.</summary>
    /// <param name="items">The items, read on the caller's thread.</param>
    /// <param name="stop">Checked before each item.</param>
    /// <exception cref="OperationCanceledException">It was stopped before the last item.</exception>
    public static IEnumerable<T> StoppedBy<T>(this IEnumerable<T> items, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Read(items, stop);
    }

    private static IEnumerable<T> Read<T>(IEnumerable<T> items, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        foreach (T item in items)
        {
            stop.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
