using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Recorder;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>
/// A process that records under load is killed (SIGKILL) at random moments: everything flushed is there, nothing read
/// is wrong, and a repair turns the rest into ordinary segments.
/// </summary>
public sealed class RecorderKillTests(ITestOutputHelper output)
{
    private const int Kills = 5;
    private const int LongestMs = 120;
    private const int EarlyOneIn = 8;
    private const int RotationsBeside = 40;

    private readonly Totals _totals = new();

#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
    [Fact]
    [FaultRow("F18")]
    public async Task ShouldLoseNothingThatAFlushPromisedAtWhateverMomentItIsKilled()
    {
        int kills = Cases.Times(Kills);
        Random random = Seeds.Start(output, 20261205);
        for (int i = 0; i < kills; i++)
        {
            using var parent = new TemporaryFolder();
            int seed = random.Next();
            using var target = new RecordingTarget(parent.Path, seed);

            // Every other kill comes after a promise, however slow the machine is.
            bool isAfterPromise = i % 2 == 1;
            if (isAfterPromise || random.Next(EarlyOneIn) != 0)
            {
                await target.ReadLineAsync();
            }

            if (isAfterPromise)
            {
                await target.ReadPromiseAsync();
            }

            await Task.Delay(random.Next(LongestMs), TestContext.Current.CancellationToken);
            long[] promised = await target.KillAsync();
            string? folder = Directory.GetDirectories(parent.Path).SingleOrDefault();
            Assert.True(folder is not null || promised.Sum() == 0, $"seed {seed}: there is no recording");
            if (folder is not null)
            {
                CheckedRecording read = Check(folder, seed, promised);
                if (read.LastNs != 0)
                {
                    _totals.AddLost(RecordLoad.Draw(seed), target.KilledAtNs - read.LastNs);
                }
            }
        }

        string figure = $"{kills} kills: {_totals}; 0 promised records lost, 0 files unreadable; {_totals.Lost()}";
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure, 20261205);
        Assert.True(_totals.Promised > 0, "no run reached a promise");
    }
#pragma warning restore CA5394

    [Fact]
    public async Task ShouldLeaveAloneWhatALivingProcessRecords()
    {
        using var parent = new TemporaryFolder();
        using var living = new RecordingTarget(parent.Path, 1);
        string livingFolder = await living.ReadLineAsync();
        using var killed = new RecordingTarget(parent.Path, 2);
        string killedFolder = await killed.ReadLineAsync();
        await killed.ReadLineAsync();
        await killed.KillAsync();
        AgeNewborns(killedFolder);
        var said = new List<string>();
        int before = Directory.GetFiles(livingFolder).Length;
        while (Directory.GetFiles(livingFolder).Length < before + RotationsBeside)
        {
            said.AddRange(RecordingRepair.RepairAll(parent.Path));
            RecordingRetention.Apply(
                parent.Path, new RetentionOptions { BytesMax = 0 }, DateTimeOffset.UtcNow, killedFolder);
        }

        Assert.All(said, line => Assert.StartsWith(killedFolder, line, StringComparison.Ordinal));
        Assert.InRange(said.Count, 0, 1);
        long[] promised = await living.KillAsync();
        Check(livingFolder, living.Seed, promised);
        Assert.Null(CheckedRecording.Read(killedFolder, killed.Seed).Truncation);
    }

    // Repairs leave a segment alone for its first seconds, in case its writer is just creating it.
    private static void AgeNewborns(string folder)
    {
        foreach (string file in Directory.GetFiles(folder, "*" + SegmentFormat.OpenSuffix))
        {
            if (new FileInfo(file).Length == 0)
            {
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
            }
        }
    }

    // The folder as left by the kill, then as repaired at the next start.
    private CheckedRecording Check(string folder, int seed, long[] promised)
    {
        CheckedRecording torn = CheckedRecording.Read(folder, seed);
        for (int source = 0; source < promised.Length; source++)
        {
            Assert.True(
                torn.OfSource[source] >= promised[source],
                $"seed {seed}: {promised[source]} records of source {source} were promised, {torn.OfSource[source]} "
                + $"are there; {torn.Truncation}");
        }

        // Most kills hit between two blocks, so that nothing must be cut.
        bool isCut = torn.Truncation is { } end && end.Offset < new FileInfo(end.File).Length;
        string[] open = Directory.GetFiles(folder, "*" + SegmentFormat.OpenSuffix);
        Assert.InRange(open.Length, 0, 1);
        Assert.True(
            torn.Truncation is null || torn.Truncation.File == open.Single(),
            $"seed {seed}: a segment with its final name is incomplete: {torn.Truncation}");
        AgeNewborns(folder);
        IReadOnlyList<string> said = RecordingRepair.RepairAll(Path.GetDirectoryName(folder)!);
        Assert.Equal(open.Length, said.Count);
        Assert.All(said, line => Assert.Contains("its writer was killed", line, StringComparison.Ordinal));
        Assert.Equal(isCut, said.Any(line => line.Contains(" bytes were cut: ", StringComparison.Ordinal)));
        string[] files = Directory.GetFiles(folder);
        Assert.All(files, file => Assert.EndsWith(SegmentFormat.FileSuffix, file, StringComparison.Ordinal));
        Assert.All(files, file => Assert.NotNull(SegmentIndex.TryLoad(file)));
        if (Lz4Tool.IsHere && files.Length != 0)
        {
            Lz4Tool.Run("-t -m " + string.Join(' ', files));
        }

        CheckedRecording repaired = CheckedRecording.Read(folder, seed);
        Assert.True(repaired.Truncation is null, $"seed {seed}: incomplete after the repair: {repaired.Truncation}");
        Assert.Equal((torn.Records, torn.Bytes, torn.Hash), (repaired.Records, repaired.Bytes, repaired.Hash));
        _totals.Add(torn, promised.Sum(), open.Length, files.Length);
        return repaired;
    }

    private sealed class Totals
    {
        private long _recordings;
        private long _records;
        private long _bytes;
        private long _losses;
        private long _repaired;
        private long _segments;
        private readonly List<double> _followedLostMs = [];
        private readonly List<double> _floodedLostMs = [];
        private double _beyondPromiseMs;

        public long Promised { get; private set; }

        public void Add(CheckedRecording read, long promised, int open, int segments)
        {
            _recordings++;
            _records += read.Records;
            _bytes += read.Bytes;
            _losses += read.Losses;
            Promised += promised;
            _repaired += open;
            _segments += segments;
        }

        /// <param name="load">The load of the killed process.</param>
        /// <param name="lostNs">Time from the last readable record to the kill.</param>
        public void AddLost(RecordLoad load, long lostNs)
        {
            double ms = Math.Max(0, lostNs / 1e6);
            (load.CanBeFollowed ? _followedLostMs : _floodedLostMs).Add(ms);
            if (load.CanBeFollowed)
            {
                _beyondPromiseMs = Math.Max(_beyondPromiseMs, ms - load.Options.FlushInterval.TotalMilliseconds);
            }
        }

        /// <summary>The losses in time, compared with the promises.</summary>
        public string Lost() => string.Create(
            CultureInfo.InvariantCulture,
            $"lost of the last data before the kill: {Spread(_followedLostMs)}, of a flush interval of 5 to 20 ms, at "
            + $"most {_beyondPromiseMs:0.0} ms beyond it; where more comes than can be written: "
            + $"{Spread(_floodedLostMs)}");

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{_recordings} recordings of {_segments} segments, {_repaired} repaired; {_records} records and {_bytes} "
            + $"bytes read and right, {Promised} records had been promised; {_losses} refused ones on record as lost");

        private static string Spread(List<double> values)
        {
            double[] sorted = values.Order().ToArray();
            return sorted.Length == 0 ? "no kill" : string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {sorted[sorted.Length / 2]:0.0}, max {sorted[^1]:0.0} ms over {sorted.Length} kills");
        }
    }
}
