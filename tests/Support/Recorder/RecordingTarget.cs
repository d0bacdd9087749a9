using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>A process of its own that records under load until it is killed.</summary>
internal sealed class RecordingTarget : IDisposable
{
    private readonly Process _process;

    public RecordingTarget(string parentFolder, int seed)
    {
        Seed = seed;
        _process = Process.Start(new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "LowLatency.TestTarget.dll"),
                "record",
                parentFolder,
                seed.ToString(CultureInfo.InvariantCulture),
            },
        })!;
    }

    public int Seed { get; }

    /// <summary>When it was killed, by <see cref="RecordRun.NowNs"/>; 0 before.</summary>
    public long KilledAtNs { get; private set; }

    /// <summary>The next line that it says: its folder first, then promises.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
        ?? throw new EndOfStreamException($"the target with seed {Seed} said nothing more");

    /// <summary>Kills it (SIGKILL) and hears the rest of what it had said.</summary>
    /// <returns>How many records of each source its last whole promise covers.</returns>
    public async Task<long[]> KillAsync()
    {
        Task<string> rest = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        _process.Kill();
        KilledAtNs = RecordRun.NowNs;
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // What follows the last line break may be a part of a line, and promises nothing.
        string? last = (await rest).Split('\n')[..^1].LastOrDefault(
            line => line.StartsWith("promised ", StringComparison.Ordinal));
        return last is null
            ? new long[RecordRun.Sources]
            : last.Split(' ')[1..].Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

/// <summary>What a folder of a <see cref="RecordingTarget"/> holds, every record of it found right.</summary>
/// <param name="OfSource">How many records of each source.</param>
/// <param name="Records">How many in all, losses among them.</param>
/// <param name="Losses">How many refused ones they tell of.</param>
/// <param name="Bytes">Of all payloads.</param>
/// <param name="Hash">Of all records.</param>
/// <param name="LastNs">When the last one was appended, by <see cref="RecordRun.NowNs"/>; 0 without one.</param>
/// <param name="Truncation">Where the recording is torn, or null.</param>
internal sealed record CheckedRecording(
    long[] OfSource, long Records, long Losses, long Bytes, ulong Hash, long LastNs, Truncation? Truncation)
{
    /// <summary>Reads a folder and judges each record.</summary>
    /// <param name="folder">The recording; with no segment in it, it holds nothing.</param>
    /// <param name="seed">The target's.</param>
    public static CheckedRecording Read(string folder, int seed)
    {
        long[] ofSource = new long[RecordRun.Sources];
        long[] next = new long[RecordRun.Sources];
        long[] refused = new long[RecordRun.Sources];
        long[] timesNs = new long[RecordRun.Sources];
        long losses = 0;
        long bytes = 0;
        ulong hash = 0;
        if (!SegmentReader.TryOpen(folder, out SegmentReader? reader, out string problem))
        {
            Assert.Contains("contains no segment", problem, StringComparison.Ordinal);
            return new(ofSource, 0, 0, 0, 0, 0, null);
        }

        byte[] buffer = new byte[RecordPattern.PayloadLengthMax];
        using SegmentReader open = reader!;
        while (open.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            bytes += payload.Length;
            hash = (hash * 31) + (ulong)record.GetHashCode();
            if (record.Kind == InputKind.Loss)
            {
                losses += record.Tag;
                continue;
            }

            int source = record.Source;
            Assert.InRange(source, 0, RecordRun.Sources - 1);
            InputRecord expected = RecordPattern.Make(
                seed, record.Source, record.Tag, record.RingSequence, buffer, out int length);
            expected = expected with { ReceiveTimeNs = record.ReceiveTimeNs };
            Assert.True(
                record == expected && record.ReceiveTimeNs >= timesNs[source]
                    && payload.SequenceEqual(buffer.AsSpan(0, length)),
                $"seed {seed}: a wrong record came out: {record} instead of {expected}");
            long lost = record.Tag - next[source] - (record.RingSequence - refused[source]);
            Assert.True(lost == 0, $"seed {seed}: {lost} records of source {source} are missing before {record}");
            next[source] = record.Tag + 1;
            refused[source] = record.RingSequence;
            timesNs[source] = record.ReceiveTimeNs;
            ofSource[source]++;
        }

        return new(ofSource, open.Records, losses, bytes, hash, timesNs.Max(), open.Truncation);
    }
}
