using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace LowLatency.Tests.Support;

/// <summary>Linux's figures for a process's memory, in bytes.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident memory now.</summary>
    public static long Resident(int process) => Bytes(process, "VmRSS:");

    /// <summary>Peak resident memory since the start, or since <see cref="ForgetPeak"/>.</summary>
    public static long Peak(int process) => Bytes(process, "VmHWM:");

    /// <summary>Resets the peak to the current resident memory.</summary>
    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    // The system counts in units of 1024 bytes.
    private static long Bytes(int process, string name)
    {
        string line = File.ReadLines($"/proc/{process}/status")
            .First(text => text.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
