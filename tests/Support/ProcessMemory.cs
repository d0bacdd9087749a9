using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace LowLatency.Tests.Support;

/// <summary>What Linux says of a process's memory, in bytes.</summary>
internal static class ProcessMemory
{
    /// <summary>Resident memory now.</summary>
    public static long Resident(int process) => Bytes(process, "VmRSS:");

    /// <summary>The most that was resident since the start, or since <see cref="ForgetPeak"/>.</summary>
    public static long Peak(int process) => Bytes(process, "VmHWM:");

    /// <summary>Lets the peak begin again at what is resident now.</summary>
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
