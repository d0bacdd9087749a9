using System.Globalization;
using System.Threading.Tasks;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Engine;

/// <summary>
/// A seeded day with every strategy and every order type: the same decisions, to the bit, however it is run.
/// </summary>
public sealed class SyntheticDayTests(ITestOutputHelper output)
{
    private const int Seed = 7;
    private static readonly int s_events = Cases.Times(1_000_000);

    public static TheoryData<string> Strategies =>
    [
        "AvellanedaStoikov", "BollingerRsi", "DirectionMask", "Glft", "Grid", "ImbalanceMaker", "Watch",
        "EveryOrderType",
    ];

    [Fact]
    [FaultRow("I7")]
    public async Task ShouldDecideTheSameInEveryRuntime()
    {
        string here = new SyntheticDay(Seed).Run(s_events);
        output.WriteLine(here);
        Assert.Equal(here, new SyntheticDay(Seed).Run(s_events));
        string[] words =
        [
            "day", Seed.ToString(CultureInfo.InvariantCulture), s_events.ToString(CultureInfo.InvariantCulture),
        ];
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

    [Theory]
    [MemberData(nameof(Strategies))]
    public void ShouldAllocateNothingWhateverItTrades(string strategy)
    {
#if DEBUG
        Assert.Skip("Debug builds allocate for extra checks: run the tests with -c Release");
#endif
        var day = new SyntheticDay(Seed, name => name == strategy);
        day.Play(300_000, stepNs: 5_000_000);
        long decisions = day.Engine.Decisions.Count;
        long allocated = Allocations.Of(() => day.Play(300_000, stepNs: 5_000_000));

        output.WriteLine($"{day.Engine.Decisions.Count - decisions} decisions, {allocated} bytes");
        Assert.Equal(0, allocated);
        Assert.Equal(strategy == "Watch", day.Engine.Decisions.Count == decisions);
    }
}
