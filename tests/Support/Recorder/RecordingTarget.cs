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

/// <summary>A separate process that records under load until it is killed.</summary>
internal sealed class RecordingTarget : IDisposable
{
    private const string PromiseWord = "promised ";

    private readonly Process _process;
    private string? _lastPromise;

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

    /// <summary>Its next line of output: first its folder, then promises.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
        ?? throw new EndOfStreamException($"the target with seed {Seed} printed nothing more");

    /// <summary>Reads its output until it has promised some records.</summary>
    public async Task ReadPromiseAsync()
    {
        while (Promised(_lastPromise).Sum() == 0)
        {
            string line = await ReadLineAsync();
            _lastPromise = line.StartsWith(PromiseWord, StringComparison.Ordinal) ? line : _lastPromise;
        }
    }

    /// <summary>Kills it (SIGKILL) and reads the rest of its output.</summary>
    /// <returns>Number of records of each source in its last complete promise.</returns>
    public async Task<long[]> KillAsync()
    {
        Task<string> rest = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        _process.Kill();
        KilledAtNs = RecordRun.NowNs;
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Text after the last line break may be incomplete and does not count.
        return Promised((await rest).Split('\n')[..^1].LastOrDefault(
            line => line.StartsWith(PromiseWord, StringComparison.Ordinal)) ?? _lastPromise);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static long[] Promised(string? line) => line is null
        ? new long[RecordRun.Sources]
        : line.Split(' ')[1..].Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
}

/// <summary>Contents of a <see cref="RecordingTarget"/>'s folder, with every record verified.</summary>
/// <param name="OfSource">Number of records per source.</param>
/// <param name="Records">Total number of records, including losses.</param>
/// <param name="Losses">Number of refused records that they report.</param>
/// <param name="Bytes">Bytes of all payloads.</param>
/// <param name="Hash">Hash of all records.</param>
/// <param name="LastNs">When the last one was appended, by <see cref="RecordRun.NowNs"/>; 0 without one.</param>
/// <param name="Truncation">Where the recording is torn, or null.</param>
internal sealed record CheckedRecording(
    long[] OfSource, long Records, long Losses, long Bytes, ulong Hash, long LastNs, Truncation? Truncation)
{
    /// <summary>Reads a folder and verifies each record.</summary>
    /// <param name="folder">The recording; empty if it contains no segment.</param>
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
                $"seed {seed}: wrong record: {record} instead of {expected}");
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
