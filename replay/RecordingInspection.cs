using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>One segment file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="IsSealed">Whether it ended cleanly, with an index.</param>
public sealed record SegmentFacts(string File, long Bytes, bool IsSealed);

/// <summary>Records of one kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">Number of records.</param>
/// <param name="PayloadBytes">Bytes of their payloads.</param>
public sealed record KindFacts(InputKind Kind, long Count, long PayloadBytes);

/// <summary>Contents of a recording for one symbol.</summary>
/// <param name="Venue">Short name of its venue.</param>
/// <param name="Symbol">The symbol.</param>
/// <param name="BookMessages">Depth messages and snapshots that reached the engine.</param>
/// <param name="LevelUpdates">Their level updates.</param>
/// <param name="Trades">Trades.</param>
/// <param name="TopsOfBook">Messages of the venue's top-of-book stream.</param>
/// <param name="Snapshots">Snapshots that started a book.</param>
/// <param name="Gaps">Sequence gaps.</param>
/// <param name="ChecksumsWrong">Checksum mismatches.</param>
/// <param name="StaleBooks">How often a live book was invalidated, for any reason.</param>
public sealed record SymbolFacts(
    string Venue, string Symbol, long BookMessages, long LevelUpdates, long Trades, long TopsOfBook, long Snapshots,
    long Gaps, long ChecksumsWrong, long StaleBooks);

/// <summary>Activity of one producer.</summary>
/// <param name="Source">Its number.</param>
/// <param name="Frames">Websocket messages.</param>
/// <param name="LongestSilenceNs">Longest time between two of them, in nanoseconds.</param>
/// <param name="LongestSilenceAtNs">When it began, in nanoseconds since the Unix epoch.</param>
public sealed record SourceFacts(ushort Source, long Frames, long LongestSilenceNs, long LongestSilenceAtNs);

/// <summary>The contents of a recording, found by reading all of it through the live sessions.</summary>
public sealed class RecordingInspection
{
    private const long SecondNs = 1_000_000_000;

    private readonly SortedDictionary<InputKind, (long Count, long Bytes)> _kinds = [];
    private readonly SortedDictionary<ushort, (long Frames, long LastNs, long SilenceNs, long AtNs)> _sources = [];
    private long _second;
    private long _inSecond;

    private RecordingInspection(SessionManifest manifest) => Manifest = manifest;

    /// <summary>The session's settings.</summary>
    public SessionManifest Manifest { get; }

    /// <summary>
    /// The session's description in the first segment header, or null in recordings of format version 1.
    /// </summary>
    public SessionDescription? Description { get; private set; }

    /// <summary>Format version of the segments.</summary>
    public int FormatVersion { get; private set; }

    /// <summary>The files.</summary>
    public IReadOnlyList<SegmentFacts> Segments { get; private set; } = [];

    /// <summary>Records by kind.</summary>
    public IReadOnlyList<KindFacts> Kinds =>
        _kinds.Select(pair => new KindFacts(pair.Key, pair.Value.Count, pair.Value.Bytes)).ToArray();

    /// <summary>Symbols.</summary>
    public IReadOnlyList<SymbolFacts> Symbols { get; private set; } = [];

    /// <summary>Connections.</summary>
    public IReadOnlyList<SourceFacts> Sources => _sources.Select(
        pair => new SourceFacts(pair.Key, pair.Value.Frames, pair.Value.SilenceNs, pair.Value.AtNs)).ToArray();

    /// <summary>Receive time of the first input, in nanoseconds since the Unix epoch.</summary>
    public long FirstTimeNs { get; private set; }

    /// <summary>Receive time of the last.</summary>
    public long LastTimeNs { get; private set; }

    /// <summary>Websocket messages.</summary>
    public long Frames { get; private set; }

    /// <summary>Maximum number of websocket messages in one second of the clock.</summary>
    public long MaxFramesInASecond { get; private set; }

    /// <summary>Events that reached the engine.</summary>
    public long Events { get; private set; }

    /// <summary>Records that the recorder had to drop.</summary>
    public long LostRecords { get; private set; }

    /// <summary>Messages that could not be read.</summary>
    public long RejectedMessages { get; private set; }

    /// <summary>Whether the reading was stopped before the end: all figures but those of the files are of the part that
    /// was read.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Bytes of all payloads.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Why the recording is incomplete, as text; empty if it is complete.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Bytes of all files.</summary>
    public long FileBytes => Segments.Sum(segment => segment.Bytes);

    /// <summary>Reads a recording.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="continueAfterDamage">Whether to continue after damage.</param>
    /// <param name="onProgress">Called now and then; may be null.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It does not begin with a session's settings.</exception>
    public static RecordingInspection Read(
        string path, bool continueAfterDamage, Action<ReplayProgress>? onProgress, CancellationToken stop)
    {
        var options = new ReplayOptions
        {
            Catalog = null,
            ContinueAfterDamage = continueAfterDamage,
            OnProgress = onProgress,
            Stop = stop,
        };
        using RecordingReplay replay = RecordingReplay.Open(path, options);
        var inspection = new RecordingInspection(replay.Manifest)
        {
            Description = SessionDescription.FromJson(replay.Reader.Description),
            FormatVersion = replay.Reader.FormatVersion,
        };
        ReplayResult result = replay.RunToEnd(inspection.Count);
        inspection.Conclude(path, result);
        return inspection;
    }

    private void Count(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        (long count, long bytes) = _kinds.GetValueOrDefault(record.Kind);
        _kinds[record.Kind] = (count + 1, bytes + payload.Length);
        PayloadBytes += payload.Length;
        if (record.Kind != InputKind.Frame)
        {
            return;
        }

        Frames++;
        long second = record.ReceiveTimeNs / SecondNs;
        _inSecond = second == _second ? _inSecond + 1 : 1;
        _second = second;
        MaxFramesInASecond = Math.Max(MaxFramesInASecond, _inSecond);
        (long frames, long lastNs, long silenceNs, long atNs) = _sources.GetValueOrDefault(record.Source);
        long quietNs = frames == 0 ? 0 : record.ReceiveTimeNs - lastNs;
        _sources[record.Source] = quietNs > silenceNs
            ? (frames + 1, record.ReceiveTimeNs, quietNs, lastNs)
            : (frames + 1, record.ReceiveTimeNs, silenceNs, atNs);
    }

    private void Conclude(string path, ReplayResult result)
    {
        ReplayRunner runner = result.Runner;
        FirstTimeNs = runner.FirstTimeNs;
        LastTimeNs = runner.LastTimeNs;
        Events = runner.Events;
        LostRecords = runner.LostRecords;
        IsStopped = result.IsStopped;
        SegmentReader.TryList(path, out IReadOnlyList<(int Index, string Path)> files, out _);
        Segments = files.Select(file => new SegmentFacts(
            Path.GetFileName(file.Path), new FileInfo(file.Path).Length,
            SegmentIndex.TryLoad(file.Path) is not null)).ToArray();
        FeedSession[] sessions = Manifest.Feeds.Select(feed => runner.Session(feed.Source)).OfType<FeedSession>()
            .ToArray();
        RejectedMessages = sessions.Sum(session => session.Messages.Rejected);
        Symbols = Manifest.Instruments.Select(item => Describe(item, runner, sessions)).ToArray();
        var faults = new List<string>();
        if (result.Truncation is { } cut)
        {
            bool isOpen = cut.File.EndsWith(SegmentFormat.OpenSuffix, StringComparison.Ordinal);
            string why = isOpen ? "it is still being written, or its writer was killed: " : string.Empty;
            faults.Add($"it ends early: {why}{cut}");
        }
        else if (!result.IsStopped && runner.RecordedDecisions is null)
        {
            faults.Add("it has no end record: its session was killed, or is still running");
        }

        faults.AddRange(runner.Faults);
        Faults = faults;
    }

    private static SymbolFacts Describe(InstrumentManifest item, ReplayRunner runner, FeedSession[] sessions)
    {
        Engine.InstrumentView view = runner.Core.Engine.View(item.Instrument.Id);
        long snapshots = 0;
        long gaps = 0;
        long wrong = 0;
        foreach (FeedSession session in sessions)
        {
            for (int symbol = 0; symbol < session.SymbolCount; symbol++)
            {
                if (session.Instrument(symbol).Id == item.Instrument.Id)
                {
                    BookFeedCounters counters = session.Counters(symbol);
                    snapshots += counters.Snapshots;
                    gaps += counters.Gaps;
                    wrong += counters.ChecksumsWrong;
                }
            }
        }

        return new SymbolFacts(
            item.Instrument.Venue, item.Instrument.Symbol, view.BookMessages, view.LevelUpdates, view.Trades,
            view.TopOfBooks, snapshots, gaps, wrong, view.StaleBooks);
    }
}
