using System;
using System.IO;
using LowLatency.Engine.Events;
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
}

/// <summary>Replays a recording from its first record to its last.</summary>
public static class RecordingReplay
{
    /// <summary>Runs the recording at full speed.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="onOutput">Called with every decision, in order; may be null.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It does not begin with a session's settings.</exception>
    public static ReplayResult Run(string path, Action<EngineOutput>? onOutput = null)
    {
        using SegmentReader reader = Open(path);
        if (!reader.TryRead(out InputRecord first, out ReadOnlySpan<byte> payload) || first.Kind != InputKind.Settings)
        {
            throw new InvalidDataException(
                $"'{path}' does not begin with a session's settings"
                + (reader.Truncation is { } cut ? $": {cut}" : string.Empty));
        }

        SessionManifest manifest = SessionManifest.FromJson(payload);
        var runner = new ReplayRunner(manifest);
        runner.Engine.OnOutput = onOutput;
        while (reader.TryRead(out InputRecord record, out payload))
        {
            runner.Add(in record, payload);
        }

        runner.Finish();
        return new ReplayResult { Manifest = manifest, Runner = runner, Truncation = reader.Truncation };
    }

    internal static SegmentReader Open(string path)
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
