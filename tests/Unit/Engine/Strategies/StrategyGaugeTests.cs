using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;
using LowLatency.Sessions;
using LowLatency.Sessions.Metrics;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>Gauges of a strategy: from its enum to <c>/metrics</c> and the session's status.</summary>
public sealed class StrategyGaugeTests
{
    private readonly GaugedStrategy _strategy = new(new WatchSettings(), []);
    private readonly EngineRig _rig;

    public StrategyGaugeTests() => _rig = new EngineRig(
        Fixture.Setup(Fixture.Spot(), _strategy),
        Fixture.Setup(Fixture.Spot(1, "ETHUSDT"), new Asker()),
        Fixture.Setup(Fixture.Usdm(2), _strategy));

    [Fact]
    public void ShouldNameEachGaugeAndExplainIt()
    {
        var strategy = StrategyDescription.Of(typeof(GaugedStrategy));

        Assert.Equal(
            [
                new GaugeDescription(0, "fair_price_ticks", "Fair price, in ticks."),
                new GaugeDescription(3, "usd_value", "UsdValue"),
                new GaugeDescription(31, "rsi14", "Relative strength."),
            ],
            strategy.Gauges);
        Assert.Empty(StrategyDescription.Of(typeof(WatchStrategy)).Gauges);
    }

    [Theory]
    [InlineData(typeof(WideGauge), "must be an enum of bytes, 'enum WideGauge : byte'")]
    [InlineData(typeof(LateGauge), "gauge LateGauge.Late is 32; the numbers of gauges are 0 to 31")]
    [InlineData(typeof(TwiceGauge), "TwiceGauge has the number 1 twice")]
    [InlineData(typeof(AlikeGauge), "AlikeGauge has two gauges that are called fair_price")]
    public void ShouldRefuseGaugesThatAreMadeWrongly(Type gauges, string words)
    {
        StrategyAssemblyException fault = Assert.Throws<StrategyAssemblyException>(() => StrategyCatalog.BuiltIn.With(
            EmittedStrategy.Load(StrategyContract.Version, gauges: gauges)));

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldKeepTheInstrumentsOfOneInstanceApart()
    {
        GaugeReader reader = Reader();
        Assert.Empty(reader.Read());

        _strategy.Next = context =>
        {
            context.Instruments[0].SetGauge(Gauge.FairPriceTicks, 10.5);
            context.Instruments[1].SetGauge(Gauge.FairPriceTicks, -3);
            context.Instruments[1].SetGauge(Gauge.Rsi14, 70);
        };
        _rig.Timer(1);

        Assert.Equal(
            [("BTCUSDT", "fair_price_ticks", 10.5), ("BTCUSDT", "fair_price_ticks", -3), ("BTCUSDT", "rsi14", 70)],
            reader.Read().Select(gauge => (gauge.Instrument.Symbol, gauge.Name, gauge.Value)));
        Assert.Equal([0, 2, 2], reader.Read().Select(gauge => (int)gauge.Instrument.Id));

        _strategy.Next = context =>
        {
            context.Instruments[1].SetGauge(Gauge.FairPriceTicks, double.NaN);
            context.Instruments[1].SetGauge(Gauge.UsdValue, double.PositiveInfinity);
        };
        _rig.Timer(1);
        Assert.Equal([10.5, 70], reader.Read().Select(gauge => gauge.Value));
    }

    [Fact]
    public void ShouldReachMetricsAndTheLiveView()
    {
        var session = new StillSession("BTCUSDT", "ETHUSDT");
        using var metrics = new SessionMetrics(session, () => default);
        Assert.DoesNotContain("strategy_value{", Page(metrics), StringComparison.Ordinal);
        GaugeValue[] gauges =
        [
            new("Glft", session.Status.Instruments[0], "spread_bp", "Spread.", 1.25),
            new("Glft", session.Status.Instruments[1], "spread_bp", "Spread.", -2),
        ];
        session.Status = session.Status with { Gauges = gauges, LogLines = 7, DroppedLogLines = 2 };

        string page = Page(metrics);
        const string series = "lowlatency_strategy_value{venue=\"binance\",strategy=\"Glft\",symbol=";
        Assert.Contains(series + "\"BTCUSDT\",gauge=\"spread_bp\"} 1.25\n", page, StringComparison.Ordinal);
        Assert.Contains(series + "\"ETHUSDT\",gauge=\"spread_bp\"} -2\n", page, StringComparison.Ordinal);
        Assert.Contains("lowlatency_strategy_log_lines_total{venue=\"binance\"} 7\n", page, StringComparison.Ordinal);
        Assert.Contains(
            "lowlatency_strategy_log_dropped_lines_total{venue=\"binance\"} 2\n", page, StringComparison.Ordinal);

        using var live = JsonDocument.Parse(SessionJson.Status(session.Status));
        JsonElement[] shown = [.. live.RootElement.GetProperty("instruments").EnumerateArray()];
        Assert.Equal(1.25, shown[0].GetProperty("gauges").GetProperty("spread_bp").GetDouble());
        Assert.Equal(-2, shown[1].GetProperty("gauges").GetProperty("spread_bp").GetDouble());
        Assert.Equal(
            (7, 2),
            (live.RootElement.GetProperty("log_lines").GetInt64(),
                live.RootElement.GetProperty("log_lines_dropped").GetInt64()));

        session.Status = session.Status with { Gauges = gauges[1..] };
        Assert.DoesNotContain(series + "\"BTCUSDT\"", Page(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldAllocateNothing()
    {
        TradedInstrument? instrument = null;
        _strategy.Next = context => instrument = context.Instrument;
        _rig.Timer(1);
        void Work() => instrument!.SetGauge(Gauge.UsdValue, 1.5);

        Work();
        Assert.Equal(0, Allocations.Of(Work));
    }

    private GaugeReader Reader()
    {
        StrategyCatalog catalog = StrategyCatalog.BuiltIn.With(typeof(StrategyGaugeTests).Assembly);
        var none = new Dictionary<string, string>();
        Instrument[] instruments = [Fixture.Spot(), Fixture.Spot(1, "ETHUSDT"), Fixture.Usdm(2)];
        string[] strategies = ["Gauged", "Watch", "Gauged"];
        var manifest = new SessionManifest
        {
            Program = "test",
            Venues = [new VenueManifest("binance", "test", new Dictionary<string, decimal>())],
            RingCapacity = 1024,
            MaxOrders = 16,
            MaxComposites = 16,
            FirstOrderCounter = 1,
            AnswerTimeoutNs = 1,
            Snapshot = null,
            Instruments = [.. instruments.Zip(strategies, (instrument, strategy) => new InstrumentManifest(
                instrument, Fixture.Limits(), StrategyManifest.Of(catalog, strategy, none)))],
            Feeds = [],
        };
        return new GaugeReader(manifest, catalog, _rig.Engine);
    }

    private static string Page(SessionMetrics metrics) => Encoding.UTF8.GetString(metrics.Write());
}

/// <summary>The gauges of <see cref="GaugedStrategy"/>.</summary>
public enum Gauge : byte
{
    [Text("Fair price, in ticks.")]
    FairPriceTicks = 0,

    UsdValue = 3,

    [Text("Relative strength.")]
    Rsi14 = 31,
}

public enum WideGauge
{
    Wide,
}

public enum LateGauge : byte
{
    Late = 32,
}

#pragma warning disable CA1069 // The catalog must refuse it.
public enum TwiceGauge : byte
{
    One = 1,
    Other = 1,
}
#pragma warning restore CA1069

public enum AlikeGauge : byte
{
    FairPrice,
    Fair_price,
}

/// <summary>Sets gauges as a test says.</summary>
[Strategy("Gauged", "Sets gauges.", Gauges = typeof(Gauge))]
public sealed class GaugedStrategy : IStrategy
{
    public GaugedStrategy(WatchSettings settings, IReadOnlyList<Instrument> instruments)
    {
        _ = settings;
        _ = instruments;
    }

    public Action<StrategyContext>? Next { get; set; }

    public void OnTimer(StrategyContext context)
    {
        Next?.Invoke(context);
        Next = null;
    }
}
