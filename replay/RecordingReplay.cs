using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Replay.Decoded;

namespace LowLatency.Replay;

/// <summary>Result of a replay.</summary>
public sealed record ReplayResult
{
    /// <summary>The session's settings.</summary>
    public required SessionManifest Manifest { get; init; }

    /// <summary>The runner with its engine, books and counters.</summary>
    public required ReplayRunner Runner { get; init; }

    /// <summary>Where the readable part of the recording ends early, or null.</summary>
    public required Truncation? Truncation { get; init; }

    /// <summary>Why the decoded events were not saved, as text; null if they were, or were not requested.</summary>
    public string? DecodedProblem { get; init; }

    /// <summary>Whether it was stopped before the end of the recording.</summary>
    public required bool IsStopped { get; init; }

    /// <summary>Whether it was the session itself, complete: only then can its decisions be compared.</summary>
    public required bool IsSession { get; init; }

    /// <summary>Count and hash of all decisions.</summary>
    public DecisionHash Decisions => Runner.Core.Engine.Decisions;

    /// <summary>The same as text: count, blank, 16 hexadecimal digits of the hash.</summary>
    public string DecisionText => $"{Decisions.Count} {Decisions.Value:x16}";

    /// <summary>
    /// The decisions in the recording's end record. null if it has none, comes from a program with other rules, or was
    /// not replayed unchanged.
    /// </summary>
    public string? RecordedDecisions => IsSession && Manifest.HasCurrentRules ? Runner.RecordedDecisions : null;
}

/// <summary>Replays a recording from its first record to its last, or a part of it. Single thread.</summary>
public sealed class RecordingReplay : IDisposable
{
    private const int RecordsBetweenChecks = 256;
    private const long DisorderNs = 1_000_000_000;

    private readonly SegmentReader _reader;
    private readonly RecordReadAhead _records;
    private readonly ulong _identity;
    private readonly DecodedReader? _decoded;
    private string? _decodedProblem;
    private readonly ReplayOptions _options;
    private readonly Stopwatch _pace = new();
    private long _paceStartNs;
    private int _sinceCheck;

    private RecordingReplay(
        string path, SegmentReader reader, SessionManifest manifest, byte[] settingsJson, ReplayRunner runner,
        ReplayOptions options)
    {
        _reader = reader;
        _records = new RecordReadAhead(reader);
        _options = options;
        SettingsJson = settingsJson;
        Manifest = manifest;
        Runner = runner;
        if (options.DecodedEvents is { } decoded)
        {
            _identity = DecodedFormat.Identity(path, settingsJson);
            _decoded = DecodedReader.TryOpen(decoded, _identity);
        }
    }

    /// <summary>The session's settings.</summary>
    public SessionManifest Manifest { get; }

    /// <summary>The same, as the session wrote them.</summary>
    public ReadOnlyMemory<byte> SettingsJson { get; }

    /// <summary>The runner; set its engine's callbacks before <see cref="RunToEnd"/>.</summary>
    public ReplayRunner Runner { get; }

    /// <summary>The reader, which knows the segment headers and damages. Use it only before and after
    /// <see cref="RunToEnd"/>.</summary>
    public SegmentReader Reader => _reader;

    /// <summary>Replays a whole recording.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="onOutput">Called with every decision, in order; may be null.</param>
    /// <param name="options">null for an exact replay, as fast as possible.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It does not begin with a session's settings, or a strategy is not in the
    /// catalog.</exception>
    public static ReplayResult Run(
        string path, Action<EngineOutput>? onOutput = null, ReplayOptions? options = null)
    {
        using RecordingReplay replay = Open(path, options ?? new ReplayOptions());
        replay.Runner.Core.OnOutput = onOutput;
        return replay.RunToEnd();
    }

    /// <summary>Opens a recording and creates its engine.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="options">How it is replayed.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It does not begin with a session's settings, or a strategy is not in the
    /// catalog.</exception>
    /// <exception cref="KeyNotFoundException">A symbol is not in the session.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static RecordingReplay Open(string path, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SegmentReader reader = OpenReader(path, options, from: null);
        try
        {
            byte[] settingsJson = ReadSettings(path, reader);
            SessionManifest manifest = SessionManifest.FromJson(settingsJson);
            var runner = new ReplayRunner(manifest, options);
            IReadOnlySet<ushort>? chosen = options.ChosenIn(manifest);
            if (options.FromNs is { } fromNs
                && ReplaySeek.Find(
                    path, manifest, feed => chosen?.Overlaps(feed.InstrumentIds) != false, fromNs) is { } place)
            {
                reader.Dispose();
                reader = OpenReader(path, options, place);
                runner.BeginInTheMiddle();
            }

            return new RecordingReplay(path, reader, manifest, settingsJson, runner, options);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Handles all remaining records.</summary>
    /// <param name="onRecord">Called with each record before it is handled; may be null. Not called for decoded
    /// events.</param>
    public ReplayResult RunToEnd(RecordAction? onRecord = null)
    {
        bool isStopped = _decoded is null ? RunRecords(onRecord) : RunDecoded(_decoded);
        Report(Runner.LastTimeNs);
        return new ReplayResult
        {
            Manifest = Manifest,
            Runner = Runner,
            Truncation = _reader.Truncation,
            IsStopped = isStopped,
            DecodedProblem = _decodedProblem,
            IsSession = _options.IsSession && !isStopped,
        };
    }

    // true if it was stopped before the end.
    private bool RunRecords(RecordAction? onRecord)
    {
        using DecodedWriter? writer = _options.DecodedEvents is { } path ? new DecodedWriter(path, _identity) : null;
        Runner.Decoded = writer;
        bool isStopped = false;
        int damages = 0;
        while (!isStopped && _records.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            if (_records.Damages != damages)
            {
                damages = _records.Damages;
                Runner.OnDamage();
            }

            isStopped = IsPast(in record, DisorderNs) || IsStopRequested(record.ReceiveTimeNs);
            if (!isStopped && !IsPast(in record, marginNs: 0))
            {
                if (record.Kind is not (InputKind.Settings or InputKind.Loss or InputKind.End))
                {
                    KeepPace(record.ReceiveTimeNs);
                }

                onRecord?.Invoke(in record, payload);
                Runner.Add(in record, payload);
            }
        }

        _records.End();
        Runner.Finish(isStopped);
        if (isStopped || _reader.Truncations.Count != 0)
        {
            writer?.Abandon(isStopped ? "the replay was stopped" : "the recording is incomplete");
        }
        else
        {
            writer?.Complete(Runner.Summary);
        }

        _decodedProblem = writer?.Problem;
        return isStopped;
    }

    private bool RunDecoded(DecodedReader decoded)
    {
        bool isStopped = false;
        while (!isStopped && decoded.Next() is { IsEmpty: false } events)
        {
            long timeNs = events[^1].ReceiveTimeNs;
            isStopped = IsStopRequested(timeNs);
            if (!isStopped)
            {
                KeepPace(timeNs);
                Runner.AddDecoded(events);
            }
        }

        Runner.FinishDecoded(decoded.Summary);
        return isStopped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoded?.Dispose();
        _records.Dispose();
        _reader.Dispose();
        Runner.Dispose();
    }

    // Producers are only roughly in order, so late records are skipped for a while before the end is assumed.
    private bool IsPast(in InputRecord record, long marginNs) => record.Kind != InputKind.Settings
        && _options.UntilNs is { } untilNs && record.ReceiveTimeNs - marginNs > untilNs;

    private bool IsStopRequested(long timeNs)
    {
        if (++_sinceCheck < RecordsBetweenChecks && _options.Speed is null)
        {
            return false;
        }

        _sinceCheck = 0;
        Report(timeNs);
        return _options.Stop.IsCancellationRequested;
    }

    private void Report(long timeNs) => _options.OnProgress?.Invoke(
        new ReplayProgress(
            _decoded?.ReadBytes ?? _records.ReadBytes,
            _decoded?.TotalBytes ?? _reader.TotalBytes,
            Runner.Events,
            timeNs));

    private void KeepPace(long timeNs)
    {
        if (_options.Speed is not { } speed || timeNs < (_options.FromNs ?? long.MinValue))
        {
            return;
        }

        if (!_pace.IsRunning)
        {
            _pace.Start();
            _paceStartNs = timeNs;
        }

        double aheadMs = ((timeNs - _paceStartNs) / speed / 1e6) - _pace.Elapsed.TotalMilliseconds;
        if (aheadMs >= 1)
        {
            _options.Stop.WaitHandle.WaitOne((int)Math.Min(aheadMs, int.MaxValue));
        }
    }

    private static byte[] ReadSettings(string path, SegmentReader reader) =>
        reader.TryRead(out InputRecord first, out ReadOnlySpan<byte> payload) && first.Kind == InputKind.Settings
            ? payload.ToArray()
            : throw new InvalidDataException(
                $"'{path}' does not begin with a session's settings"
                + (reader.Truncation is { } cut ? $": {cut}" : string.Empty));

    private static SegmentReader OpenReader(string path, ReplayOptions options, SegmentPosition? from)
    {
        if (!Path.Exists(path))
        {
            throw new FileNotFoundException($"no recording at '{path}'", path);
        }

        return SegmentReader.TryOpen(
            path, out SegmentReader? reader, out string problem, options.ContinueAfterDamage, from, trustsIndex: true)
            ? reader!
            : throw new InvalidDataException(problem);
    }
}

/// <summary>Receives a record and its payload, which is valid only during the call.</summary>
public delegate void RecordAction(in InputRecord record, ReadOnlySpan<byte> payload);
