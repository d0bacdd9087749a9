using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Simulation.Simulator;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Simulation;

/// <summary>
/// The whole system on virtual time with seeded faults: 60 seeds in the quick run, starting at LOWLATENCY_SEED.
/// <c>lowlatency simulate --seed N</c> repeats one.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scripts => new(Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Scripts"), "*.txt")
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    public static TheoryData<string> Planted => new(Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Planted"), "*.patch")
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Fact]
    [FaultRow("F4")]
    [FaultRow("F5")]
    [FaultRow("F6")]
    [FaultRow("F16")]
    [FaultRow("F17")]
    [FaultRow("F20")]
    [FaultRow("F21")]
    [FaultRow("F22")]
    [FaultRow("F23")]
    [FaultRow("F26")]
    [FaultRow("I1")]
    [FaultRow("I2")]
    [FaultRow("I3")]
    [FaultRow("I4")]
    [FaultRow("I5")]
    [FaultRow("I6")]
    [FaultRow("I7")]
    public void ShouldHoldEveryInvariantAmongEveryFault()
    {
        ulong seed = Seeds.Value(output, 1);
        var campaign = new SimulationCampaign
        {
            FirstSeed = seed,
            Seeds = Cases.Times(60),
            Jobs = Environment.ProcessorCount,
        };

        campaign.Run(TestContext.Current.CancellationToken);

        string figure = string.Create(
            CultureInfo.InvariantCulture,
            $"{campaign.Done} seeds, {campaign.Simulated.TotalHours:f1} hours simulated, "
            + $"{campaign.Faults.Values.Sum():n0} faults of {campaign.Faults.Count} kinds, "
            + $"{campaign.Decisions:n0} orders, {campaign.Fills:n0} fills, {campaign.Processes:n0} processes, "
            + $"{campaign.Replayed:n0} replayed, {campaign.Failures.Count} failures");
        output.WriteLine(figure);
        foreach (SimulationResult failure in campaign.Failures)
        {
            output.WriteLine($"seed {failure.Seed}: {failure.Failure}; lowlatency simulate --seed {failure.Seed}");
        }

        FaultLedger.AddFigure(figure, (long)seed);
        Assert.Empty(campaign.Failures);
        Assert.Equal(Enum.GetValues<FaultKind>(), campaign.Faults.Keys);
        Assert.True(campaign.Decisions > 10 * campaign.Done, "too few orders: the seeds prove nothing");
    }

    [Fact]
    public void ShouldRepeatASeedBitForBit()
    {
        foreach (ulong seed in new ulong[] { 3, 7, 11 })
        {
            SimulationResult once = SimulationCampaign.RunOne(seed);
            SimulationResult again = SimulationCampaign.RunOne(seed);
            SimulationResult asScript = SimulationCampaign.RunOne(seed, once.Faults);

            Assert.Null(once.Failure);
            Assert.Equal(once.Faults, again.Faults);
            Assert.Equal(once.Faults, asScript.Faults);
            Assert.Equal((once.Digest, once.Steps, once.Frames), (again.Digest, again.Steps, again.Frames));
            Assert.Equal((once.Digest, once.Steps, once.Frames), (asScript.Digest, asScript.Steps, asScript.Frames));
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void ShouldHoldWhereItOnceFailed(string script)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Scripts", script);
        using var text = new StreamReader(path);
        (ulong seed, SimulationSpan? span, IReadOnlyList<Fault> faults) = SimulationScript.Read(text, script);

        SimulationResult result = SimulationCampaign.RunOne(seed, faults, span, output.WriteLine);

        Assert.Null(result.Failure);
    }

    // planted-bugs.sh applies them and shows that the simulator finds each.
    [Theory]
    [MemberData(nameof(Planted))]
    public void ShouldPlantBugsIntoTheSourcesAsTheyAre(string patch)
    {
        string root = FindRoot();
        var start = new ProcessStartInfo("git", ["apply", "--check", $"tests/Simulation/Planted/{patch}"])
        {
            WorkingDirectory = root,
            RedirectStandardError = true,
        };
        using Process git = Process.Start(start)!;
        string words = git.StandardError.ReadToEnd();
        git.WaitForExit();

        Assert.True(git.ExitCode == 0, $"{patch} no longer applies to the sources: {words}");
    }

    [Fact]
    public void ShouldShrinkToTheFaultsThatMatter()
    {
        Fault[] faults = Enumerable.Range(0, 500).Select(i => new Fault(i, FaultKind.Drop)).ToArray();
        int runs = 0;

        IReadOnlyList<Fault> rest = SimulationShrinker.Shrink(
            faults,
            less =>
            {
                runs++;
                return less.Contains(faults[77]) && less.Contains(faults[401]);
            },
            maxRuns: 400);

        Assert.Equal([faults[77], faults[401]], rest);
        Assert.InRange(runs, 10, 400);
    }

    [Fact]
    public void ShouldWriteAScriptAndReadItBack()
    {
        Fault[] faults = [new(12, FaultKind.Kill), new(7, FaultKind.LostReport)];
        var span = new SimulationSpan(0.25, 40);
        string text = SimulationScript.Write(42, span, faults, "what it shows", "over two\nlines");

        (ulong seed, SimulationSpan? readSpan, IReadOnlyList<Fault> read) =
            SimulationScript.Read(new StringReader(text), "a script");

        Assert.Equal(42UL, seed);
        Assert.Equal(span, readSpan);
        Assert.Equal(faults, read);
    }

    [Theory]
    [InlineData("seed 1\nat 5 Kil", "line 2: 'at 5 Kil'")]
    [InlineData("seed -1", "line 1: 'seed -1'")]
    [InlineData("seed 1\nseed 2", "line 2: 'seed 2'")]
    [InlineData("seed 1\nat five Kill", "line 2: 'at five Kill'")]
    [InlineData("seed 1\nat 5 77", "line 2: 'at 5 77'")]
    [InlineData("seed 1\nspan 0 5", "line 2: 'span 0 5'")]
    [InlineData("at 5 Kill", "names no seed")]
    public void ShouldSayWhichLineOfAScriptIsWrong(string text, string words)
    {
        InvalidDataException fault = Assert.Throws<InvalidDataException>(
            () => SimulationScript.Read(new StringReader(text), "a script"));

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LowLatency.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
