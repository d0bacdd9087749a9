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

    private static readonly TrimCall? s_trim = Find();

    private delegate int TrimCall(nint kept);

    /// <summary>Gives the free pages back to the system. Takes a millisecond or so, in which only those wait who
    /// allocate there: no thread on the way of an order does. Any thread.</summary>
    /// <returns>false where the C library is another, and knows no such call.</returns>
    public static bool Trim()
    {
        s_trim?.Invoke(0);
        return s_trim is not null;
    }

    // malloc_trim(3) of glibc.
    private static TrimCall? Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc)
            && NativeLibrary.TryGetExport(libc, "malloc_trim", out nint address)
            ? Marshal.GetDelegateForFunctionPointer<TrimCall>(address)
            : null;
}
