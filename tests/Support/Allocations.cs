using System;

namespace LowLatency.Tests.Support;

/// <summary>Counts what the calling thread allocates.</summary>
internal static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Bytes that a piece of work allocates: the least of some rounds, for what allocates does so in each. A single
    /// round may show what is not its own: a collection that another test's thread asks for counts the rest of this
    /// thread's room as allocated, and so does some of the compiler's work.
    /// </summary>
    public static long Least(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least != 0; round++)
        {
            long allocated = -GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, allocated + GC.GetAllocatedBytesForCurrentThread());
        }

        return least;
    }
}
