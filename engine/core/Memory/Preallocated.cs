using System;

namespace LowLatency.Engine.Memory;

/// <summary>
/// Arrays that live as long as their owner and are written on the hot path. The system gives a fresh array its pages
/// when they are first written: a page fault in the middle of an order's way, and resident memory that creeps up for
/// hours as one rare slot after another is used. These have their pages from the start.
/// </summary>
public static class Preallocated
{
    /// <summary>Creates an array of zeros whose pages are all there. Any thread.</summary>
    /// <typeparam name="T">The element, a plain struct.</typeparam>
    /// <param name="length">Number of elements, 0 or more.</param>
    /// <param name="isPinned">Never moved by the garbage collector.</param>
    public static T[] NewArray<T>(int length, bool isPinned = false)
        where T : struct
    {
        T[] array = GC.AllocateArray<T>(length, isPinned);

        // It is zero already, so this only touches the pages.
        Array.Clear(array);
        return array;
    }
}
