using System;
using System.Runtime.InteropServices;

namespace LowLatency.Host;

/// <summary>
/// The heap of the C library, which the JIT compiler uses. glibc keeps freed memory: after 15 minutes 12 of 18 MB were
/// free, and resident memory still grew as if there were a leak. Trimming returns free pages to the system, so that
/// resident memory is memory in use.
/// </summary>
internal static class NativeHeap
{
    /// <summary>Interval between trims. The JIT compiler still runs now and then after hours.</summary>
    public static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(1);

    // mallopt(3): M_ARENA_MAX.
    private const int MaxArenas = -8;

    private static readonly TrimCall? s_trim = Find<TrimCall>("malloc_trim");

    private delegate int TrimCall(nint kept);

    private delegate int OptionCall(int option, int value);

    /// <summary>Limits glibc to one arena. With one per thread, used and free memory are mixed and little can be
    /// trimmed. To be called before threads start. Does nothing if the C library is not glibc.</summary>
    public static void KeepTogether() => Find<OptionCall>("mallopt")?.Invoke(MaxArenas, 1);

    /// <summary>Returns free pages to the system. Takes about 1 ms and blocks only threads that allocate on this heap,
    /// which the hot path does not. Any thread.</summary>
    /// <returns>false if the C library is not glibc.</returns>
    public static bool Trim()
    {
        s_trim?.Invoke(0);
        return s_trim is not null;
    }

    // null if the C library does not have the function.
    private static T? Find<T>(string name)
        where T : Delegate =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc)
            && NativeLibrary.TryGetExport(libc, name, out nint address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;
}
