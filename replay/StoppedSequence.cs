using System;
using System.Collections.Generic;
using System.Threading;

namespace LowLatency.Replay;

/// <summary>Sequences that are long to read, and whose reader can be told to stop.</summary>
public static class StoppedSequence
{
    /// <summary>The same items, until it is told to stop.</summary>
    /// <param name="items">The items, on the caller's thread.</param>
    /// <param name="stop">Looked at before each item.</param>
    /// <exception cref="OperationCanceledException">It was told to stop; the items were not read to their end.
    /// </exception>
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
