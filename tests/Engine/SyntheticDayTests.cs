using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Engine;

/// <summary>A seeded day with every strategy and every order type on: the same decisions, to the bit, however it is
/// run.
/// </summary>
public sealed class SyntheticDayTests(ITestOutputHelper output)
{
    private const int Seed = 7;
    private const int Events = 10_000_000;

    public static TheoryData<string> Strategies =>
    [
        "AvellanedaStoikov", "BollingerRsi", "DirectionMask", "Glft", "Grid", "ImbalanceMaker", "Watch",
        "EveryOrderType",
    ];

    [Fact]
    public async Task ShouldDecideTheSameInEveryRuntime()
    {
        string here = new SyntheticDay(Seed).Run(Events);
        output.WriteLine(here);
        Assert.Equal(here, new SyntheticDay(Seed).Run(Events));
        foreach ((string setting, string value) in new[]
        {
            ("TieredCompilation", "0"), ("TieredCompilation", "1"), ("TieredPGO", "0"), ("EnableAVX", "0"),
            ("gcServer", "1"),
        })
        {
            Assert.Equal(here, await RunAsync($"DOTNET_{setting}", value, "Release"));
        }

        // The other build is there where it was made, and says something when it is as new as this one; CI makes both.
        if (EngineTime("Debug") >= EngineTime("Release"))
        {
            Assert.Equal(here, await RunAsync("DOTNET_TieredCompilation", "1", "Debug"));
            output.WriteLine("the Debug build agrees");
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void ShouldAllocateNothingWhateverItTrades(string strategy)
    {
#if DEBUG
        Assert.Skip("a Debug build checks more and is not the product: run the tests with -c Release");
#endif
        var day = new SyntheticDay(Seed, name => name == strategy);
        day.Play(300_000, stepNs: 5_000_000);
        long decisions = day.Engine.Decisions.Count;
        long allocated = -GC.GetAllocatedBytesForCurrentThread();
        day.Play(300_000, stepNs: 5_000_000);
        allocated += GC.GetAllocatedBytesForCurrentThread();

        output.WriteLine($"{day.Engine.Decisions.Count - decisions} decisions, {allocated} bytes");
        Assert.Equal(0, allocated);
        Assert.Equal(strategy == "Watch", day.Engine.Decisions.Count == decisions);
    }

    private static DateTime EngineTime(string configuration) => File.GetLastWriteTimeUtc(
        Path.Combine(Path.GetDirectoryName(ProgramOf(configuration))!, "LowLatency.Engine.Core.dll"));

    private static string ProgramOf(string configuration)
    {
        string own = AppContext.BaseDirectory;
        string bin = own[..own.LastIndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal)];
        return Path.Combine(bin, "Target", "bin", configuration, "net10.0", "LowLatency.TestTarget.dll");
    }

    private static async Task<string> RunAsync(string variable, string value, string configuration)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in new List<string>
        {
            ProgramOf(configuration), "day", Seed.ToString(CultureInfo.InvariantCulture),
            Events.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        string text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text.TrimEnd();
    }
}
