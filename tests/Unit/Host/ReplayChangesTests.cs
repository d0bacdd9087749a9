using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Host.Cli;
using LowLatency.Replay;
using LowLatency.Tests.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>What <c>replay --config</c> and <c>--set</c> change of a recorded session.</summary>
public sealed class ReplayChangesTests
{
    private static readonly Instrument[] s_instruments =
    [
        Fixture.Spot(),
        Fixture.Usdm(1) with { Scale = new InstrumentScale(1, 3, 5, 10) },
        Fixture.Spot(2, "ETHUSDT") with { MakerFeePpm = 77 },
    ];

    [Fact]
    public void ShouldConvertTheAmountsOfASettingsFileForEachInstrument()
    {
        SessionManifest changed = Change(
            """
            {"Strategy":{"Name":"Grid"},"Risk":{"MaxOrderNotional":500,"MaxOpenOrders":7},
            "Symbols":["XRPUSDT"],"Venue":"kraken","Paper":{"MakerFeePpm":1}}
            """);

        // 500 USDT: 0.01 · 0.00001 a tick·lot, and 0.5 · 0.01.
        Assert.Equal(
            [5_000_000_000, 100_000, 5_000_000_000], changed.Instruments.Select(item => item.Limits.MaxOrderTickLots));
        Assert.All(changed.Instruments, item => Assert.Equal(7, item.Limits.MaxOpenOrders));
        Assert.All(changed.Instruments, item => Assert.Equal("Grid", item.Strategy.Name));

        // Everything that is the venue's stays as it was recorded.
        Assert.Equal(s_instruments, changed.InstrumentList);
    }

    [Fact]
    public void ShouldKeepEachInstrumentsOwnStrategyWhereOneLimitIsSet()
    {
        SessionManifest changed = Change(config: null, "--set", "Risk:MaxOpenOrders=2");

        Assert.Equal(["Watch", "Grid", "Watch"], changed.Instruments.Select(item => item.Strategy.Name));
        Assert.Equal("3", changed.Instruments[1].Strategy.Values["Levels"]);
        Assert.All(
            changed.Instruments,
            item => Assert.Equal(Fixture.Limits() with { MaxOpenOrders = 2 }, item.Limits));
    }

    private static SessionManifest Change(string? config, params string[] options)
    {
        using var folder = new TemporaryFolder();
        SessionManifest manifest = Manifests.Of(s_instruments);
        InstrumentManifest[] instruments = manifest.Instruments.ToArray();
        instruments[1] = instruments[1] with
        {
            Strategy = new StrategyManifest("Grid", new Dictionary<string, string> { ["Levels"] = "3" }),
        };
        var changes = new ReplayChanges();
        var command = new Command("replay");
        changes.AddTo(command);
        if (config is not null)
        {
            File.WriteAllText(folder.File("settings.json"), config);
            options = ["--config", folder.File("settings.json")];
        }

        return changes.Read(command.Parse(options))!(manifest with { Instruments = instruments });
    }
}
