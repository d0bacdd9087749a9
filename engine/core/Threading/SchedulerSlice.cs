using System;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Threading;

/// <summary>
/// Asks the system to let the calling thread run soon after it is woken, in exchange for shorter turns: it takes no
/// more of the processor than others do, but does not wait until the one that runs has used up its turn.
/// Linux knows it from 6.12 on (a custom slice of the fair scheduler, sched_setattr(2), EEVDF); no privilege is needed.
/// </summary>
public static class SchedulerSlice
{
    /// <summary>The shortest that Linux takes, in nanoseconds. The work for one event takes far less.</summary>
    public const ulong ShortestNs = 100_000;

    private const int CallOnX64 = 314;
    private const int CallOnArm64 = 274;
    private const int OwnNice = 0;
    private const int FairPolicy = 0;

    /// <summary>Asks for it for the calling thread. The kernel's priority of the thread (nice) stays what it is.
    /// </summary>
    /// <param name="sliceNs">The length of a turn, in nanoseconds; what is outside the system's bounds is brought into
    /// them.</param>
    /// <returns>false when it was not asked for: the system has no such call, or the thread is under another policy
    /// than the fair one, such as one for real time, which is better and stays. Kernels before 6.12 take the wish and
    /// do not heed it.</returns>
    public static bool TrySet(ulong sliceNs)
    {
        int call = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => CallOnX64,
            Architecture.Arm64 => CallOnArm64,
            _ => 0,
        };
        if (!OperatingSystem.IsLinux() || call == 0 || GetPolicy(0) != FairPolicy)
        {
            return false;
        }

        var attributes = new Attributes
        {
            Size = (uint)Marshal.SizeOf<Attributes>(),
            Nice = GetPriority(OwnNice, 0),
            RuntimeNs = sliceNs,
        };
        return SetAttributes(call, 0, ref attributes, 0) == 0;
    }

    // libc has no wrapper in the versions that are about, so it is called by number.
    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetAttributes(nint call, nint thread, ref Attributes attributes, nint flags);

    [DllImport("libc", EntryPoint = "sched_getscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPolicy(int thread);

    [DllImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPriority(int which, int thread);

    // struct sched_attr of linux/sched/types.h, its first version.
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong RuntimeNs;
        public ulong DeadlineNs;
        public ulong PeriodNs;
    }
}
