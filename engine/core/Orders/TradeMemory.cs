using System;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Orders;

/// <summary>
/// The venue's trade ids of the last fills, so that a duplicate fill counts once. Ids of 0 are not compared. Engine
/// thread only.
/// </summary>
internal sealed class TradeMemory
{
    /// <summary>Number of ids kept.</summary>
    public const int Capacity = 256;

    // A ring: the oldest is overwritten. Fills are rare compared with market events, so a plain scan suffices.
    private readonly long[] _ids = Preallocated.NewArray<long>(Capacity);
    private int _next;

    /// <summary>The ids, in no particular order; 0 for an empty place.</summary>
    public ReadOnlySpan<long> Ids => _ids;

    /// <summary>Adds an id.</summary>
    /// <returns>false if it is a duplicate.</returns>
    public bool TryAdd(long id)
    {
        if (id == 0)
        {
            return true;
        }

        if (_ids.AsSpan().Contains(id))
        {
            return false;
        }

        _ids[_next] = id;
        _next = (_next + 1) % Capacity;
        return true;
    }
}
