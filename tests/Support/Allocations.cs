using System;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Counts the bytes that the calling thread allocates.</summary>
internal static class Allocations
{
    private const int MaxRounds = 20;

    /// <summary>
    /// Bytes that a piece of work allocates in one round. A round with allocations is repeated only if there was a
    /// collection meanwhile, on any thread: a collection counts the rest of this thread's allocation buffer as
    /// allocated. It never subtracts, so a round with 0 is always correct.
    /// </summary>
    /// <param name="work">The work, already warmed up; repeated if a collection disturbs it.</param>
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
