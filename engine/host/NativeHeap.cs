using System;
using System.Runtime.InteropServices;

namespace LowLatency.Host;

/// <summary>
/// The C library's heap, which the compiler of the runtime works in. glibc keeps what was freed for later: after a
/// quarter of an hour 12 of 18 MB were free, and resident memory still crept up, as a leak would. Given back, what is
/// resident is in use.
/// </summary>
internal static class NativeHeap
{
    /// <summary>How often it is worth it: the compiler works now and then for hours.</summary>
    public static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(1);

    // mallopt(3): M_ARENA_MAX.
    private const int MaxArenas = -8;

    private static readonly TrimCall? s_trim = Find<TrimCall>("malloc_trim");

    private delegate int TrimCall(nint kept);

    private delegate int OptionCall(int option, int value);

    /// <summary>Keeps the heap in one piece: in one for each thread what is in use lies among what is free, and little
    /// can be given back. Before there are many threads; does nothing where the C library is another.</summary>
    public static void KeepTogether() => Find<OptionCall>("mallopt")?.Invoke(MaxArenas, 1);

    /// <summary>Gives the free pages back to the system. Takes a millisecond or so, in which only those wait who
    /// allocate there: no thread on the way of an order does. Any thread.</summary>
    /// <returns>false where the C library is another, and knows no such call.</returns>
    public static bool Trim()
    {
        s_trim?.Invoke(0);
        return s_trim is not null;
    }

    // Functions of glibc, which other C libraries lack.
    private static T? Find<T>(string name)
        where T : Delegate =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc)
            && NativeLibrary.TryGetExport(libc, name, out nint address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;
}
