using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;
using LowLatency.Replay;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>
/// The same recording gives the same decisions, to the bit: again, elsewhere, at any speed, with any wait strategy,
/// with the recorder on or off, in every runtime; and the same as when <c>Golden/decisions.txt</c> was written.
/// </summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    private const string Sample = "binance-btcusdt";

    private static readonly string[] s_strategies = ["DirectionMask", "Glft", "Grid"];

    /// <summary>Shipped recordings: one strategy as in the session, the others on paper.</summary>
    public static TheoryData<string> Samples => new(
        Directory.GetDirectories(SamplesFolder).Select(folder => Path.GetFileName(folder)!).Order());

    public static TheoryData<string> Captures => new(CaptureCase.All.Select(item => item.Name));

    public static TheoryData<WaitStrategyKind> Waits => new(Enum.GetValues<WaitStrategyKind>());

    private static string SamplesFolder => Path.Combine(AppContext.BaseDirectory, "Golden", "samples");

    private static string SamplePath => Path.Combine(SamplesFolder, Sample);

    [Theory]
    [MemberData(nameof(Samples))]
    [FaultRow("I7")]
    public void ShouldDecideAsOnTheDayThatTheSampleWasMade(string name)
    {
        string path = Path.Combine(SamplesFolder, name);
        ReplayResult result = RecordingReplay.Run(path);
        Assert.Null(result.Truncation);
        Assert.Null(result.Runner.Divergence);
        Assert.Equal(result.RecordedDecisions, result.DecisionText);
        AssertGolden(
        [
            $"samples/{name} {StrategyReplay.AsItWas} {result.DecisionText}",
            .. s_strategies.Select(strategy => $"samples/{name} {strategy} {StrategyReplay.Run(path, strategy)}"),
        ]);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void ShouldDecideAsEverOnTheCaptures(string name)
    {
        using var folder = new TemporaryFolder();
        ImportResult imported = CaptureCase.All.Single(item => item.Name == name).Import(folder.Path);
        string[] Lines() => s_strategies
            .Select(strategy => $"{name} {strategy} {StrategyReplay.Run(imported.Folder, strategy)}").ToArray();
        string[] once = Lines();
        Assert.Equal(once, Lines());
        AssertGolden(once);
    }

    [Fact]
    public void ShouldReadTheFormatBeforeToTheSameDecisions()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", "format-v1");
        AssertGolden($"format-v1 {StrategyReplay.AsItWas} {StrategyReplay.Run(path, StrategyReplay.AsItWas)}");
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void ShouldDecideTheSameHoweverThreadsWait(WaitStrategyKind wait)
    {
        string alone = StrategyReplay.Run(SamplePath, StrategyReplay.AsItWas);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(alone, StrategyReplay.Run(SamplePath, StrategyReplay.AsItWas, wait));
        }
    }

    [Fact]
    [FaultRow("I7")]
    [FaultRow("F20")]
    public void ShouldDecideTheSameAtTheRecordedPace()
    {
        string busy = Path.Combine(SamplesFolder, "okx-btcusdt");
        long untilNs = StartNs(busy) + 3_000_000_000;
        string flatOut = StrategyReplay.Run(busy, StrategyReplay.AsItWas, untilNs: untilNs);
        Assert.NotEqual('0', flatOut[0]);
        Assert.Equal(flatOut, StrategyReplay.Run(busy, StrategyReplay.AsItWas, speed: 1, untilNs: untilNs));
        Assert.Equal(
            StrategyReplay.Run(SamplePath, StrategyReplay.AsItWas),
            StrategyReplay.Run(SamplePath, StrategyReplay.AsItWas, speed: 20));
    }

    [Fact]
    public void ShouldDecideTheSameWithTheRecorderOn()
    {
        using var folder = new TemporaryFolder();
        var again = LowLatency.Recorder.Recording.Create(folder.Path, 0, "test");
        string off = StrategyReplay.Run(SamplePath, StrategyReplay.AsItWas);
        using (var thread = new RecorderThread(again))
        {
            TickRecorder recorder = thread.Recorder;
            Assert.True(RecordSettings(recorder));
            Assert.Equal(off, StrategyReplay.Run(SamplePath, StrategyReplay.AsItWas, log: recorder));
            Assert.Equal(0, recorder.DroppedRecords);
        }

        // The recording of the replay is the same session again.
        Assert.Equal(off, StrategyReplay.Run(again.Directory, StrategyReplay.AsItWas));
    }

    [Fact]
    [FaultRow("I7")]
    public async Task ShouldDecideTheSameInEveryRuntime()
    {
        foreach (string strategy in new[] { StrategyReplay.AsItWas, "Glft" })
        {
            string here = StrategyReplay.Run(SamplePath, strategy);
            string[] words = ["replay", SamplePath, strategy];
            foreach ((string setting, string value) in TargetProcess.Runtimes)
            {
                Assert.Equal(here, await TargetProcess.RunAsync(setting, value, "Release", words));
            }

            if (TargetProcess.HasDebugBuild)
            {
                Assert.Equal(here, await TargetProcess.RunAsync("TieredCompilation", "1", "Debug", words));
                output.WriteLine("the Debug build agrees");
            }
        }
    }

    private static bool RecordSettings(TickRecorder recorder)
    {
        using RecordingReplay replay = RecordingReplay.Open(SamplePath, new ReplayOptions());
        return recorder.Append(
            new LowLatency.Engine.Events.InputRecord(LowLatency.Engine.Events.InputKind.Settings, 0, 0, -1, 0, 0),
            replay.SettingsJson.Span);
    }

    private static long StartNs(string path) => RecordingReplay.Run(path).Runner.FirstTimeNs;

    // The output contains the correct lines, for intended changes of decisions.
    private void AssertGolden(params string[] lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        string[] golden = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "decisions.txt"));
        Assert.Equal([], lines.Except(golden));
    }
}
