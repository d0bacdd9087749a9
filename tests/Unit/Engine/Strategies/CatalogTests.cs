using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>What the catalog knows of a strategy: its reasons in words, how many instruments an instance trades, and
/// the version of the contract that it was built against.</summary>
public sealed class CatalogTests
{
    private static readonly Dictionary<string, string> s_none = [];

    [Fact]
    public void ShouldKnowEveryReasonOfTheBuiltInStrategiesByTheNumberThatOldJournalsHave()
    {
        Assert.Equal("a rise has turned", Words("DirectionMask", 1));
        Assert.Equal("a fall has turned", Words("DirectionMask", 2));
        Assert.Equal("too little depth", Words("DirectionMask", 39));
        Assert.Equal("a quote at the model's price", Words("Glft", 8));
        Assert.Equal("the model's price has moved", Words("ImbalanceMaker", 9));
        Assert.Equal("no quote is wanted there now", Words("AvellanedaStoikov", 10));
        Assert.Equal("a level of the grid", Words("Grid", 11));
        Assert.Equal("closed below the lower band with low relative strength", Words("BollingerRsi", 12));
        Assert.Equal("closed above the upper band with high relative strength", Words("BollingerRsi", 13));
        Assert.Equal("closes the position at a profit or a loss", Words("BollingerRsi", 14));
        foreach (int number in StrategyCatalog.BuiltIn.Strategies.SelectMany(strategy => strategy.Reasons.Keys))
        {
            Assert.False(Enum.IsDefined((DecisionReason)number), $"{number} is a reason of the engine too");
        }
    }

    [Fact]
    public void ShouldRecordAReasonOfItsOwnAsItsNumberAndNeverOneOfTheEngine()
    {
        Assert.Equal(129, (int)StrategyReason.Of(GoodReason.Second).Recorded);
        Assert.Equal(StrategyReason.Unnamed, StrategyReason.Of((GoodReason)(byte)DecisionReason.Expired));
        Assert.Equal(StrategyReason.Unnamed, StrategyReason.Of((GoodReason)(byte)DecisionReason.KilledLoss));
        Assert.Equal(DecisionReason.None, default(StrategyReason).Recorded);
    }

    [Fact]
    public void ShouldFindTheWordsInTheManifestFirstThenInTheCatalogThenAmongTheOlderOnes()
    {
        SessionManifest manifest = Manifest(
            new StrategyManifest("Gone", s_none) { Reasons = new Dictionary<int, string> { [128] = "it is gone" } },
            new StrategyManifest("DirectionMask", s_none),
            new StrategyManifest("Gone", s_none));
        var words = StrategyReasonText.Of(SessionManifest.FromJson(manifest.ToJson()), StrategyCatalog.BuiltIn);

        Assert.Equal("it is gone", words.Find(0, (DecisionReason)128));
        Assert.Null(words.Find(1, (DecisionReason)128));
        Assert.Equal("a rise has turned", words.Find(1, (DecisionReason)1));
        Assert.Equal("a level of the grid", words.Find(2, (DecisionReason)11));
        Assert.Equal("the strategy's own reason", words.Find(2, StrategyReason.Unnamed.Recorded));
        Assert.Null(words.Find(0, DecisionReason.Expired));
        Assert.Null(words.Find(9, DecisionReason.RefusedCollar));
    }

    [Fact]
    public void ShouldShareOneInstanceAmongTheInstrumentsThatNameItAlike()
    {
        StrategyCatalog catalog = StrategyCatalog.BuiltIn.With(typeof(CatalogTests).Assembly);
        var small = new Dictionary<string, string> { ["Size"] = "1" };
        var large = new Dictionary<string, string> { ["Size"] = "2" };
        SessionManifest manifest = Manifest(
            StrategyManifest.Of(catalog, "Several", small), StrategyManifest.Of(catalog, "Watch", s_none),
            StrategyManifest.Of(catalog, "several", small), StrategyManifest.Of(catalog, "Several", large),
            StrategyManifest.Of(catalog, "Watch", s_none));

        IReadOnlyList<InstrumentSetup> setups = SessionManifest.FromJson(manifest.ToJson()).CreateSetups(catalog);

        var shared = (SeveralStrategy)setups[0].Strategy;
        Assert.Same(shared, setups[2].Strategy);
        Assert.Equal([0, 2], shared.Instruments.Select(instrument => (int)instrument.Id));
        Assert.Equal([3], ((SeveralStrategy)setups[3].Strategy).Instruments.Select(instrument => (int)instrument.Id));
        Assert.NotSame(setups[1].Strategy, setups[4].Strategy);
        Assert.True(manifest.Instruments[0].Strategy.TradesSeveral && !manifest.Instruments[1].Strategy.TradesSeveral);
    }

    [Fact]
    public void ShouldRefuseASharedStrategyThatTradesOneInstrumentHere()
    {
        SessionManifest manifest = Manifest(new StrategyManifest("Watch", s_none) { TradesSeveral = true });

        var fault = Assert.Throws<System.IO.InvalidDataException>(() => manifest.CreateSetups(StrategyCatalog.BuiltIn));

        Assert.Contains("use the assembly that the session was recorded with", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(WideReason), "must be an enum of bytes")]
    [InlineData(typeof(LowReason), "LowReason.Low is 7; the numbers of a strategy's own reasons are 128 to 255")]
    [InlineData(typeof(string), "must be an enum of bytes")]
    public void ShouldRefuseReasonsThatAreMadeWrongly(Type reasons, string words)
    {
        var fault = Assert.Throws<StrategyAssemblyException>(
            () => StrategyCatalog.BuiltIn.With(EmittedStrategy.Load(StrategyContract.Version, reasons)));

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StrategyContract.Version - 1)]
    [InlineData(StrategyContract.Version + 1)]
    public void ShouldRefuseAStrategyOfAnotherVersionOfTheContract(int version)
    {
        Assert.Contains(
            StrategyCatalog.BuiltIn.With(EmittedStrategy.Load(StrategyContract.Version)).Strategies,
            strategy => strategy.Name == "Emitted");

        var fault = Assert.Throws<StrategyAssemblyException>(
            () => StrategyCatalog.BuiltIn.With(EmittedStrategy.Load(version)));

        Assert.Contains(
            $"strategy Emitted was built against version {version} of the strategy contract; this program has version "
            + $"{StrategyContract.Version}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldGiveEachStrategyTheVersionThatItIsBuiltAgainst() => Assert.Equal(
        StrategyContract.Version,
        typeof(SeveralStrategy).GetCustomAttribute<StrategyAttribute>()!.ContractVersion);

    private static string? Words(string strategy, int number) =>
        StrategyCatalog.BuiltIn.Find(strategy)!.Reasons.GetValueOrDefault(number);

    private static SessionManifest Manifest(params StrategyManifest[] strategies) => new()
    {
        Program = "test",
        Venues = [new VenueManifest("binance", "test", new Dictionary<string, decimal>())],
        RingCapacity = 1024,
        MaxOrders = 16,
        MaxComposites = 16,
        FirstOrderCounter = 1,
        AnswerTimeoutNs = 1,
        Snapshot = null,
        Instruments = strategies.Select((strategy, id) => new InstrumentManifest(
            Fixture.Spot((ushort)id, $"S{id}USDT"), Fixture.Limits(), strategy)).ToArray(),
        Feeds = [],
    };
}

/// <summary>Reasons as they should be.</summary>
public enum GoodReason : byte
{
    /// <summary>The first.</summary>
    [Text("the first one")]
    First = StrategyReason.First,

    /// <summary>The second.</summary>
    [Text("the second one")]
    Second,
}

/// <summary>No enum of bytes.</summary>
public enum WideReason
{
    /// <summary>One.</summary>
    One = 128,
}

/// <summary>A number that is the engine's.</summary>
public enum LowReason : byte
{
    /// <summary>Low.</summary>
    Low = 7,
}

/// <summary>Settings of <see cref="SeveralStrategy"/>.</summary>
public sealed record SeveralSettings
{
    /// <summary>Anything.</summary>
    [Setting("Anything.", Min = 0, Max = 9)]
    public int Size { get; set; }
}

/// <summary>One instance trades several instruments.</summary>
/// <param name="settings">Its settings.</param>
/// <param name="instruments">What it trades.</param>
[Strategy("Several", "Trades several instruments.", Reasons = typeof(GoodReason))]
public sealed class SeveralStrategy(SeveralSettings settings, IReadOnlyList<Instrument> instruments) : IStrategy
{
    /// <summary>Its settings.</summary>
    public SeveralSettings Settings => settings;

    /// <summary>What it trades.</summary>
    public IReadOnlyList<Instrument> Instruments => instruments;
}
