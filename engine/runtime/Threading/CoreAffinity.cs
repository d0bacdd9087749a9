using System;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// Ties the calling thread to a core, so that it keeps its caches and nobody has to wake it elsewhere. It helps where
/// the core is kept free for it (isolcpus, cpusets); elsewhere it can only do harm.
/// </summary>
public static class CoreAffinity
{
    private const int MaxCores = 1024;
    private const int BitsAWord = 64;

    /// <summary>Ties the calling thread to a core. Linux alone knows how.</summary>
    /// <param name="core">The core's number from 0, as the system counts.</param>
    /// <returns>false when the system cannot, or has no such core for this process.</returns>
    public static bool TryPin(int core)
    {
        if (!OperatingSystem.IsLinux() || (uint)core >= MaxCores)
        {
            return false;
        }

        ulong[] mask = new ulong[MaxCores / BitsAWord];
        mask[core / BitsAWord] = 1UL << (core % BitsAWord);
        return SetAffinity(0, MaxCores / 8, mask) == 0;
    }

    /// <summary>Whether a thread of this process could be tied to a core; tries it with one that ends at once.
    /// </summary>
    public static bool CanPin(int core) => TrialThread.Can(() => TryPin(core));

    // sched_setaffinity(2): of the calling thread where the number is 0.
    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nint bytes, ulong[] mask);
}
