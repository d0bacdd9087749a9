using System;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Counts what the calling thread allocates.</summary>
internal static class Allocations
{
    private const int MaxRounds = 20;

    /// <summary>
    /// Bytes that a piece of work allocates in one round. A round that shows some is excused, and repeated, only where
    /// there was a collection meanwhile, whichever thread asked for it: a collection counts the rest of this thread's
    /// room as allocated. It never takes anything away, so a round that shows 0 is right either way.
    /// </summary>
    /// <param name="work">Warmed up; it is repeated where a collection disturbed it.</param>
    public static long Of(Action work)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            int collections = GC.CollectionCount(0);
            long allocated = -GC.GetAllocatedBytesForCurrentThread();
            work();
            allocated += GC.GetAllocatedBytesForCurrentThread();
            if (allocated == 0 || GC.CollectionCount(0) == collections)
            {
                return allocated;
            }
        }

        Assert.Fail($"a collection disturbed each of {MaxRounds} rounds");
        return 0;
    }
}
