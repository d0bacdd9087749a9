using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
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

        Assert.Equal("DirectionMask", settings.Strategy.Name);
        Assert.Equal(
            [("LifetimeSeconds", "30"), ("Rule", "SinceLast"), ("Run", "6"), ("Turn", "4")],
            settings.Strategy.Values.Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("LOWLATENCY__Strategi__Run", "1", "did you mean Strategy:Run?")]
    [InlineData("LOWLATENCY__Strategy__Run", "many", "expected a whole number")]
    [InlineData("LOWLATENCY__Strategy__Run", "0", "expected a whole number from 1 to 63")]
    [InlineData("LOWLATENCY__Strategy__StepBp", "5", "is a setting of Grid, not of DirectionMask")]
    [InlineData("LOWLATENCY__Recorder__Enabled", "yes", "expected true or false")]
    [InlineData("LOWLATENCY__Strategy__OrderNotional", "1,000", "expected a number")]
    [InlineData("LOWLATENCY__Risk__CollarPercent", "NaN", "expected a number with a decimal point")]
    public void ShouldNameTheVariableThatIsWrong(string name, string value, string words)
    {
        var fault = Assert.Throws<SettingsException>(
            () => SettingsLoader.Load([], null, new Dictionary<string, string> { [name] = value }));

        string problem = Assert.Single(fault.Problems);
        Assert.Contains($"environment variable {name}", problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Yield")]
    [InlineData("BusySpin")]
    public void ShouldRefuseToLetThreadsSpinBeforeEverybodyElse(string wait)
    {
        var fault = Assert.Throws<SettingsException>(() => SettingsLoader.Load(
            [
                new CommandLineSetting("Engine:RealTimePriority", "10", "--set"),
                new CommandLineSetting("Engine:WaitStrategy", wait, "--set"),
            ],
            null,
            s_none));

        string problem = Assert.Single(fault.Problems);
        Assert.StartsWith("Engine:RealTimePriority = '10'", problem, StringComparison.Ordinal);
        Assert.Contains($"not with {wait}", problem, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("Strategy:Name", "Gird", "known are AvellanedaStoikov, BollingerRsi, DirectionMask")]
    [InlineData("Strategy:Correction", "5", "strategy DirectionMask")]
    [InlineData("Strategy:Assembly", "nowhere.dll", "no strategy assembly at 'nowhere.dll'")]
    [InlineData("Funds:Balances", "USDT:5", "expected a currency and an amount")]
    [InlineData("Trading", "Live", "set these limits yourself: Risk:MaxOrderNotional, Risk:MaxPositionNotional")]
    public void ShouldSayWhatWouldBeRight(string key, string value, string words)
    {
        var fault = Assert.Throws<SettingsException>(
            () => SettingsLoader.Load([new CommandLineSetting(key, value, "--set")], null, s_none));

        Assert.Contains(words, Assert.Single(fault.Problems), StringComparison.Ordinal);
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
