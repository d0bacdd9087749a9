using System.Runtime.InteropServices;

namespace LowLatency.Bench.Latency;

/// <summary>Sleeps for microseconds, which .NET cannot. Linux only.</summary>
internal static class ShortSleep
{
    // prctl(2): PR_SET_TIMERSLACK.
    private const int TimerSlack = 29;
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Sets the timer slack of the calling thread to the minimum; by default it may wake 50 µs late.</summary>
    public static void Sharpen() => _ = Control(TimerSlack, 1);

    /// <summary>Sleeps; returns at once if the time is not positive.</summary>
    public static void For(long ns)
    {
        if (ns > 0)
        {
            var time = new TimeSpec { Seconds = ns / NsPerSecond, Nanoseconds = ns % NsPerSecond };
            _ = Sleep(in time, 0);
        }
    }

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int what, nuint value);

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sleep(in TimeSpec time, nint left);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
