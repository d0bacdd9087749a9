using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Web;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace LowLatency.Host.Doctor;

/// <summary>The machine's resources: clock, port, open files, cores, memory.</summary>
internal static class MachineChecks
{
    private const string ClockSource = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    private const string Limits = "/proc/self/limits";
    private const string Memory = "/proc/meminfo";
    private const int MinFiles = 256;
    private const int FilesASymbol = 4;
    private const int CoresThatSpin = 3;
    private const double BytesInMiB = 1 << 20;

    // The whole live process with one symbol, without recorder and ring: see the figures in the README.
    private const int BareMiB = 144;

    public static IEnumerable<Finding> Run(LiveSettings settings)
    {
        yield return Clock();
        if (settings.Metrics.Enabled)
        {
            yield return Port(settings.Metrics);
        }

        yield return Files(settings);
        yield return Cores(settings.Engine);
        yield return FreeSpace(settings);
    }

    private static Finding Clock()
    {
        const string Check = "clock";
        string? source = ReadFirst(ClockSource);
        return source is null
            ? Finding.Ok(Check, "this system does not name its clock source")
            : source == "tsc"
                ? Finding.Ok(Check, "the clock source is tsc")
                : Finding.Warn(
                    Check, $"the clock source is {source}", "reading it may need a system call, tsc does not: "
                    + "see current_clocksource in ARCHITECTURE.md");
    }

    private static Finding Port(MetricsSettings metrics)
    {
        const string Check = "metrics page";
        // The loader has already rejected invalid addresses.
        IPAddress address = WebAccess.ParseAddress(metrics.Address) ?? IPAddress.Loopback;
        try
        {
            using Socket probe = SocketTransportOptions.CreateDefaultBoundListenSocket(
                new IPEndPoint(address, metrics.Port));
            probe.Listen();
            return Finding.Ok(Check, metrics.Port == 0 ? "any free port" : $"port {metrics.Port} is free");
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return Finding.Fail(
                Check, ExitCode.Refused, $"{metrics.Address} is not an address of this machine",
                "choose another Metrics:Address, or use --no-metrics");
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return Finding.Fail(
                Check, ExitCode.Refused, $"port {metrics.Port}: {fault.Message}",
                "choose another port with --metrics-port, or use --no-metrics");
        }
    }

    private static Finding Files(LiveSettings settings)
    {
        const string Check = "open files";
        string? line = FindLine(Limits, "Max open files");
        string? soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(3);
        long wanted = MinFiles + ((long)FilesASymbol * settings.Symbols.Count);
        return !long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long most)
            ? Finding.Ok(Check, soft ?? "this system does not report a limit")
            : most < wanted
                ? Finding.Warn(Check, $"limit {most}, {wanted} may be needed", $"ulimit -n {wanted}")
                : Finding.Ok(Check, $"limit {most}");
    }

    private static Finding Cores(EngineSettings engine)
    {
        const string Check = "cores";
        int cores = Environment.ProcessorCount;
        bool spins = engine.WaitStrategy is WaitStrategyKind.Yield or WaitStrategyKind.BusySpin;
        return spins && cores <= CoresThatSpin
            ? Finding.Warn(
                Check, $"{cores}, wait strategy {engine.WaitStrategy}",
                "feed, engine and gateway need one core each; otherwise use Engine:WaitStrategy=Block")
            : Finding.Ok(Check, $"{cores}, wait strategy {engine.WaitStrategy}");
    }

    private static Finding FreeSpace(LiveSettings settings)
    {
        const string Check = "memory";
        VenueProfile profile = Venues.Find(settings.Venue).Profile;
        double ring = Math.Max(settings.Engine.RingCapacity, profile.RingCapacity) * (double)EngineInput.SizeBytes;
        double recorder = settings.Recorder.Enabled ? SessionRecorder.MemoryMiB(settings) : 0;
        double wanted = BareMiB + recorder + (ring / BytesInMiB);
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesInMiB;
        string? line = FindLine(Memory, "MemAvailable");
        if (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kib, ..]
            && double.TryParse(kib, NumberStyles.None, CultureInfo.InvariantCulture, out double free))
        {
            available = Math.Min(available, free / 1024);
        }

        string words = string.Create(
            CultureInfo.InvariantCulture, $"{available:0} MiB available, about {wanted:0} MiB needed");
        return available < wanted
            ? Finding.Warn(Check, words, "lower Recorder:MemoryMiB and Engine:RingCapacity")
            : Finding.Ok(Check, words);
    }

    private static string? FindLine(string path, string start) =>
        ReadLines(path).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));

    private static string? ReadFirst(string path) => ReadLines(path).FirstOrDefault();

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
