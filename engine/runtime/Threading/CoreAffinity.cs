using System;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// Pins the calling thread to a core, so that it keeps its caches and is not moved. This helps where the core is
/// reserved for it (isolcpus, cpusets); elsewhere it can only do harm.
/// </summary>
public static class CoreAffinity
{
    private const int MaxCores = 1024;
    private const int BitsAWord = 64;

    /// <summary>Pins the calling thread to a core. Linux only.</summary>
    /// <param name="core">The core's number from 0, as the system counts.</param>
    /// <returns>false when the system does not support it, or has no such core for this process.</returns>
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

    /// <summary>Whether a thread of this process can be pinned to a core; tries it with a short-lived thread.</summary>
    public static bool CanPin(int core) => TrialThread.Can(() => TryPin(core));

    // sched_setaffinity(2): the number 0 means the calling thread.
    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nint bytes, ulong[] mask);
}
