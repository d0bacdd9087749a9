using System;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Orders;

/// <summary>
/// The venue's numbers of the last fills, so that one that is told twice counts once. Numbers that are 0 are not
/// compared. Engine thread only.
/// </summary>
internal sealed class TradeMemory
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 256;

    // A ring: the oldest is overwritten. Fills are rare beside market events, so a plain scan will do.
    private readonly long[] _ids = Preallocated.NewArray<long>(Capacity);
    private int _next;

    /// <summary>The numbers kept, in no order; 0 where there is none.</summary>
    public ReadOnlySpan<long> Ids => _ids;

    /// <summary>Remembers a number.</summary>
    /// <returns>false when it was known already.</returns>
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
