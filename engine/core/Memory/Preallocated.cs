using System;

namespace LowLatency.Engine.Memory;

/// <summary>
/// Long-lived arrays that are written on the hot path. The system gives a new array its pages when they are first
/// written, which causes page faults on the hot path, and resident memory that grows for hours as rare slots are used.
/// These arrays have their pages from the start.
/// </summary>
public static class Preallocated
{
    /// <summary>Creates a zeroed array with all pages present. Any thread.</summary>
    /// <typeparam name="T">The element, a plain struct.</typeparam>
    /// <param name="length">Number of elements, 0 or more.</param>
    /// <param name="isPinned">Never moved by the garbage collector.</param>
    public static T[] NewArray<T>(int length, bool isPinned = false)
        where T : struct
    {
        T[] array = GC.AllocateArray<T>(length, isPinned);

        // It is already zero, so this only touches the pages.
        Array.Clear(array);
        return array;
    }
}
