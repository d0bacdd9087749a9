using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using LowLatency.Engine.Signals;
using LowLatency.Host.Configuration;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> s_none = [];

    [Fact]
    public void ShouldLetTheLastSourceWin()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("own.json");
        File.WriteAllText(file, """{"Strategy":{"Run":6,"Turn":3,"LifetimeSeconds":10,"Rule":"SinceLast"}}""");
        var environment = new Dictionary<string, string>
        {
            ["LOWLATENCY__Strategy__Turn"] = "4",
            ["LOWLATENCY__Strategy__LifetimeSeconds"] = "20",
        };

        LiveSettings settings = SettingsLoader.Load(
            [new CommandLineSetting("Strategy:LifetimeSeconds", "30", "--set")], file, environment);

        StrategySettings mask = settings.Strategy;
        Assert.Equal((6, 4, 30.0, DirectionRule.SinceLast), (mask.Run, mask.Turn, mask.LifetimeSeconds, mask.Rule));
    }

    [Theory]
    [InlineData("LOWLATENCY__Strategi__Run", "1", "did you mean Strategy:Run?")]
    [InlineData("LOWLATENCY__Strategy__Run", "many", "expected a whole number")]
    [InlineData("LOWLATENCY__Strategy__Run", "0", "must lie within 1 and 63")]
    [InlineData("LOWLATENCY__Recorder__Enabled", "yes", "expected true or false")]
    [InlineData("LOWLATENCY__Strategy__OrderNotional", "1,000", "expected a plain number")]
    [InlineData("LOWLATENCY__Risk__CollarPercent", "NaN", "expected a plain number")]
    public void ShouldNameTheVariableThatIsWrong(string name, string value, string words)
    {
        var fault = Assert.Throws<SettingsException>(
            () => SettingsLoader.Load([], null, new Dictionary<string, string> { [name] = value }));

        string problem = Assert.Single(fault.Problems);
        Assert.Contains($"environment variable {name}", problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Strategy":{"Runs":5}}""", "Strategy:Runs")]
    [InlineData("""{"Strategy":{"Run":""", "own.json")]
    public void ShouldNameTheFileThatIsWrong(string json, string words)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("own.json");
        File.WriteAllText(file, json);

        var fault = Assert.Throws<SettingsException>(() => SettingsLoader.Load([], file, s_none));

        Assert.Contains(file, Assert.Single(fault.Problems), StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldReadListsFromOneText()
    {
        LiveSettings settings = SettingsLoader.Load(
            [new CommandLineSetting("Symbols", "BTCUSDT, ETHUSDT", "--symbols")], null, s_none);

        Assert.Equal(["BTCUSDT", "ETHUSDT"], settings.Symbols);
    }

    [Fact]
    public void ShouldTakeTheShippedFileAsItIs()
    {
        IDictionary none = s_none;

        LiveSettings settings = SettingsLoader.Load([], null, none);

        Assert.True(settings.Embedded);
        Assert.Equal(9184, settings.Metrics.Port);
    }
}
