using System;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Runtime.Threading;

/// <summary>The system's calls that say how the calling thread shares the processor: sched_setattr(2) and its kin.
/// Linux alone has them.</summary>
internal static class SchedulerCall
{
    /// <summary>The fair policy, which threads begin with (SCHED_OTHER).</summary>
    public const int Fair = 0;

    /// <summary>First in, first out: before all threads of the fair policy (SCHED_FIFO).</summary>
    public const int FirstInFirstOut = 1;

    private const int NumberOnX64 = 314;
    private const int NumberOnArm64 = 274;

    private static readonly int s_number = !OperatingSystem.IsLinux() ? 0
        : RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => NumberOnX64,
            Architecture.Arm64 => NumberOnArm64,
            _ => 0,
        };

    /// <summary>The calling thread's policy, or -1 where the system has no such thing.</summary>
    public static int OwnPolicy => s_number == 0 ? -1 : GetPolicy(0);

    /// <summary>The calling thread's priority among the fair ones.</summary>
    public static int OwnNice => s_number == 0 ? 0 : GetPriority(0, 0);

    /// <summary>Gives the calling thread a policy.</summary>
    /// <param name="policy">One of those above.</param>
    /// <param name="nice">Of the fair policy: the priority among its threads.</param>
    /// <param name="priority">Of the other: 1 to 99.</param>
    /// <param name="sliceNs">Of the fair policy: the length of a turn in nanoseconds; 0 for the system's own.</param>
    /// <returns>false where the system has no such call, or refuses.</returns>
    public static bool TrySet(int policy, int nice = 0, int priority = 0, ulong sliceNs = 0)
    {
        var attributes = new Attributes
        {
            Size = (uint)Marshal.SizeOf<Attributes>(),
            Policy = (uint)policy,
            Nice = nice,
            Priority = (uint)priority,
            RuntimeNs = sliceNs,
        };
        return s_number != 0 && SetAttributes(s_number, 0, ref attributes, 0) == 0;
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
