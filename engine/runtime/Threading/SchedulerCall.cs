using System;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// The system calls for the scheduling policy of the calling thread: sched_setattr(2) and related ones. Linux only.
/// </summary>
internal static class SchedulerCall
{
    /// <summary>The fair policy, which threads start with (SCHED_OTHER).</summary>
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

    /// <summary>The calling thread's policy, or -1 where the system has no such call.</summary>
    public static int OwnPolicy => s_number == 0 ? -1 : GetPolicy(0);

    /// <summary>The calling thread's nice value.</summary>
    public static int OwnNice => s_number == 0 ? 0 : GetPriority(0, 0);

    /// <summary>Sets the policy of the calling thread.</summary>
    /// <param name="policy">One of the policies above.</param>
    /// <param name="nice">For the fair policy: the nice value.</param>
    /// <param name="priority">For the other policy: 1 to 99.</param>
    /// <param name="sliceNs">For the fair policy: the length of a time slice in nanoseconds; 0 for the system's
    /// default.</param>
    /// <returns>false where the system has no such call, or refuses it.</returns>
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

    // Current versions of libc have no wrapper, so it is called by number.
    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetAttributes(nint call, nint thread, ref Attributes attributes, nint flags);

    [DllImport("libc", EntryPoint = "sched_getscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPolicy(int thread);

    [DllImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPriority(int which, int thread);

    // struct sched_attr of linux/sched/types.h, first version.
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
