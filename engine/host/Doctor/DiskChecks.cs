using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.Journal;
using LowLatency.Host.Security;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Host.Doctor;

/// <summary>
/// The disks of recordings and journals: free space, permissions, speed, and whether another process writes there. Test
/// files are removed.
/// </summary>
internal static class DiskChecks
{
    private const int ProbeBytes = 8 << 20;
    private const int PieceBytes = 1 << 20;
    private const double BytesInMiB = 1 << 20;

    // A busy symbol needs some ten kilobytes a second; a slow sync of the journal delays nothing else.
    private const double SlowMiBASecond = 10;
    private const double SlowSyncMs = 100;

    public static IEnumerable<Finding> Run(LiveSettings settings)
    {
        foreach (string problem in FolderCheck.Run(settings))
        {
            yield return Finding.Warn("folders", problem, string.Empty);
        }

        if (settings.Recorder.Enabled)
        {
            yield return Probe("recordings", settings.Recorder.Directory, settings.Recorder.MinFreeMiB);
        }

        if (settings.Journal.Enabled)
        {
            string folder = SessionJournal.FolderOf(settings);
            yield return Probe("journal", folder, minFreeMiB: 1);
            yield return Lock(settings, folder);
            if (SessionJournal.Resumes(settings))
            {
                yield return FindLastSession(settings, folder);
            }
        }
    }

    private static Finding Lock(LiveSettings settings, string folder)
    {
        const string Check = "second instance";
        return JournalLock.FindObstacle(folder) is not { } words
            ? Finding.Ok(Check, $"no other process uses {folder}")
            : settings.Embedded && !SessionJournal.Resumes(settings)
                ? Finding.Warn(Check, words, "a session on an embedded market will use another folder next to it")
                : Finding.Fail(Check, ExitCode.Refused, words, "end the other process, or choose another folder");
    }

    // What a start with --resume would say of the journal that it goes on from.
    private static Finding FindLastSession(LiveSettings settings, string folder)
    {
        const string Check = "last session";
        try
        {
            LastSession last = JournalRecovery.ReadLast(folder);
            if (last.State is { } state)
            {
                SessionStart.CheckRoom(settings.Engine.MaxOrders, settings.Engine.MaxComposites, state);
            }

            (NewestJournal newest, long cutBytes) = (last.Newest, last.TornBytes);
            string words = newest.Path ?? $"{folder} has no journal yet";
            var warnings = new List<string>(newest.Skipped);
            if (cutBytes != 0)
            {
                warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cutBytes} bytes after its last whole record will be cut off: compare the open orders with the "
                    + $"venue's"));
            }

            return warnings.Count == 0 ? Finding.Ok(Check, words)
                : Finding.Warn(Check, words, string.Join("; ", warnings));
        }
        catch (SessionRoomException fault)
        {
            return Finding.Fail(
                Check, ExitCode.Configuration, $"Engine:{fault.Message}", "or begin without them with --fresh");
        }
        catch (InvalidDataException fault)
        {
            return Finding.Fail(
                Check, ExitCode.DamagedData, fault.Message,
                "look at the venue for what is open, and begin without it with --fresh");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(
                Check, ExitCode.Refused, $"{folder}: {fault.Message}", "name a folder that can be read");
        }
    }

    private static Finding Probe(string check, string folder, int minFreeMiB)
    {
        string existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        try
        {
            double freeMiB = new DriveInfo(existing).AvailableFreeSpace / BytesInMiB;
            string room = string.Create(
                CultureInfo.InvariantCulture, $"{folder}: {freeMiB / 1024:0.0} GiB free, {minFreeMiB} MiB required");
            if (freeMiB < minFreeMiB + (ProbeBytes / BytesInMiB))
            {
                return Finding.Fail(check, ExitCode.Refused, room, "free some space, or choose another folder");
            }

            (double speed, double slowestMs) = Measure(existing);
            string words = string.Create(
                CultureInfo.InvariantCulture, $"{room}; {speed:0} MiB/s, slowest fsync {slowestMs:0.0} ms");
            return speed < SlowMiBASecond || slowestMs > SlowSyncMs
                ? Finding.Warn(check, words, "the disk is slow: choose a folder on a faster one")
                : Finding.Ok(check, words);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Fail(
                check, ExitCode.Refused, $"{folder}: {fault.Message}", "choose a writable folder");
        }
    }

    private static (double MiBASecond, double SlowestSyncMs) Measure(string folder)
    {
        byte[] piece = new byte[PieceBytes];
        Random.Shared.NextBytes(piece);
        var watch = Stopwatch.StartNew();
        double slowest = 0;
        using (FileStream probe = TemporaryFile.CreateScratch(Path.Combine(folder, ".lowlatency-doctor")))
        {
            for (int written = 0; written < ProbeBytes; written += PieceBytes)
            {
                probe.Write(piece);
                double before = watch.Elapsed.TotalMilliseconds;
                probe.Flush(flushToDisk: true);
                slowest = Math.Max(slowest, watch.Elapsed.TotalMilliseconds - before);
            }
        }

        return (ProbeBytes / BytesInMiB / watch.Elapsed.TotalSeconds, slowest);
    }
}
