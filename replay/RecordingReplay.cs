using System;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>What a replay has found.</summary>
public sealed record ReplayResult
{
    /// <summary>What the session was.</summary>
    public required SessionManifest Manifest { get; init; }

    /// <summary>The runner with its engine, books and counters.</summary>
    public required ReplayRunner Runner { get; init; }

    /// <summary>Where the readable part of the recording ended too early, or null.</summary>
    public required Truncation? Truncation { get; init; }

    /// <summary>Count and hash of all decisions.</summary>
    public DecisionHash Decisions => Runner.Engine.Engine.Decisions;

    /// <summary>The same as text: count, blank, hash in 16 hexadecimal digits.</summary>
    public string DecisionText => $"{Decisions.Count} {Decisions.Value:x16}";

    /// <summary>What the recording says of its session's decisions, or null when it has no end or comes from a program
    /// that hashed them otherwise.</summary>
    public string? RecordedDecisions =>
        Manifest.RecordedVersion == SessionManifest.CurrentVersion ? Runner.RecordedDecisions : null;
}

/// <summary>Replays a recording from its first record to its last. One thread.</summary>
public sealed class RecordingReplay : IDisposable
{
    private readonly SegmentReader _reader;

    private RecordingReplay(SegmentReader reader, SessionManifest manifest, ReplayRunner runner)
    {
        _reader = reader;
        Manifest = manifest;
        Runner = runner;
    }

    /// <summary>What the session was.</summary>
    public SessionManifest Manifest { get; }

    /// <summary>The runner; set its engine's callbacks before <see cref="RunToEnd"/>.</summary>
    public ReplayRunner Runner { get; }

    /// <summary>Runs the recording at full speed.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="onOutput">Called with every decision, in order; may be null.</param>
    /// <param name="catalog">Where the session's strategies are found; null for the engine's own.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It does not begin with a session's settings, or a strategy is not in the
    /// catalog.</exception>
    public static ReplayResult Run(
        string path, Action<EngineOutput>? onOutput = null, StrategyCatalog? catalog = null)
    {
        using RecordingReplay replay = Open(path, catalog ?? StrategyCatalog.BuiltIn);
        replay.Runner.Engine.OnOutput = onOutput;
        return replay.RunToEnd();
    }

    /// <summary>Opens a recording and makes its engine.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="catalog">Where the session's strategies are found; null to watch the market without them.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It does not begin with a session's settings, or a strategy is not in the
    /// catalog.</exception>
    public static RecordingReplay Open(string path, StrategyCatalog? catalog)
    {
        SegmentReader reader = OpenReader(path);
        try
        {
            if (!reader.TryRead(out InputRecord first, out ReadOnlySpan<byte> payload)
                || first.Kind != InputKind.Settings)
            {
                throw new InvalidDataException(
                    $"'{path}' does not begin with a session's settings"
                    + (reader.Truncation is { } cut ? $": {cut}" : string.Empty));
            }

            SessionManifest manifest = SessionManifest.FromJson(payload);
            var runner = catalog is null
                ? new ReplayRunner(manifest.WatchOnly())
                : new ReplayRunner(manifest, catalog);
            return new RecordingReplay(reader, manifest, runner);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Handles every record that is left.</summary>
    /// <param name="onRecord">Called with each record before it is handled; may be null.</param>
    public ReplayResult RunToEnd(RecordAction? onRecord = null)
    {
        while (_reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            onRecord?.Invoke(in record, payload);
            Runner.Add(in record, payload);
        }

        Runner.Finish();
        return new ReplayResult { Manifest = Manifest, Runner = Runner, Truncation = _reader.Truncation };
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static SegmentReader OpenReader(string path)
    {
        if (!Path.Exists(path))
        {
            throw new FileNotFoundException($"there is no recording at '{path}'", path);
        }

        return SegmentReader.TryOpen(path, out SegmentReader? reader, out string problem)
            ? reader!
            : throw new InvalidDataException(problem);
    }
}

/// <summary>Takes a record and its payload, which is valid during the call alone.</summary>
public delegate void RecordAction(in InputRecord record, ReadOnlySpan<byte> payload);
