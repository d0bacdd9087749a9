using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Numerics;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Recorder;
using LowLatency.Replay;

namespace LowLatency.Host;

/// <summary>A session's recorder, the folder that it writes into, and what it found there.</summary>
/// <param name="Thread">The recorder, on its thread.</param>
/// <param name="Folder">The session's own folder.</param>
/// <param name="Repairs">What killed sessions had left, in words.</param>
internal sealed record SessionRecorder(RecorderThread Thread, string Folder, IReadOnlyList<string> Repairs)
{
    private const double BytesInGiB = 1L << 30;

    /// <summary>Repairs what killed sessions have left, then starts to record.</summary>
    /// <param name="all">The session's settings.</param>
    /// <param name="manifest">What the session is: the first record.</param>
    /// <param name="nowNs">Market time.</param>
    /// <param name="journal">The session's journal, or null.</param>
    /// <returns>null when the settings say not to record.</returns>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static SessionRecorder? Start(LiveSettings all, SessionManifest manifest, long nowNs, string? journal)
    {
        RecorderSettings settings = all.Recorder;
        if (!settings.Enabled)
        {
            return null;
        }

        IReadOnlyList<string> repairs = RecordingRepair.RepairAll(settings.Directory);

        // The folder is named by the time of day, whatever day the market's own clock shows.
        long utcNs = new MonotonicUnixClock().NowNs;
        var clock = new ClockDescription(
            all.Embedded ? "the market that the embedded venue plays" : "monotonic, set to UTC once at the start",
            1e9 / Stopwatch.Frequency, nowNs, utcNs);
        string? journalPath = journal is null
            ? null
            : Path.GetRelativePath(Path.Combine(settings.Directory, "session"), journal);
        var recording = LowLatency.Recorder.Recording.Create(
            settings.Directory, utcNs, manifest.Program, SessionDescription.Of(manifest, clock, journalPath).ToJson(),
            manifest.ToJson());
        var thread = new RecorderThread(recording, Options(settings, manifest.Instruments.Count));
        return new SessionRecorder(thread, recording.Directory, repairs);
    }

    /// <summary>Memory that the recorder of these settings takes, as far as they name the symbols.</summary>
    public static int MemoryMiB(LiveSettings settings) =>
        settings.Recorder.MemoryMiB == 0 ? DefaultMemoryMiB(settings.Symbols.Count) : settings.Recorder.MemoryMiB;

    // Many seconds of any market's messages, where the disk stands still: a symbol brings some ten kilobytes a second.
    private static int DefaultMemoryMiB(int symbols) => Math.Clamp(16 + (symbols / 4), 16, 64);

    private static TickRecorderOptions Options(RecorderSettings settings, int symbols) => new()
    {
        MemoryBytes = (int)BitOperations.RoundUpToPowerOf2(
            (uint)(settings.MemoryMiB == 0 ? DefaultMemoryMiB(symbols) : settings.MemoryMiB) * 1024 * 1024),
        FlushInterval = TimeSpan.FromMilliseconds(settings.FlushMs),
        Sync = settings.Sync,
        SyncInterval = TimeSpan.FromMilliseconds(settings.SyncMs),
        FreeBytesMin = settings.MinFreeMiB * 1024L * 1024,
        Retention = new RetentionOptions
        {
            AgeMax = settings.KeepDays > 0 ? TimeSpan.FromDays(settings.KeepDays) : null,
            BytesMax = settings.KeepGiB > 0 ? (long)(settings.KeepGiB * BytesInGiB) : null,
        },
        Segments = new SegmentWriterOptions
        {
            SegmentBytesMax = settings.SegmentMiB * 1024L * 1024,
            SegmentAgeMax = TimeSpan.FromMinutes(settings.SegmentMinutes),
        },
    };
}
