using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Replay;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.Simulator;

/// <summary>Everything that a seed draws besides the faults: venue, symbols, strategies, limits.</summary>
internal static class SimulatedWorld
{
    private const int Purpose = 2000;
    private const int TightPurpose = 2106;
    private const int RingCapacity = 16_384;
    private const string OkxByRest = "okx by REST";

    private static readonly string[] s_venues =
        [.. Venues.All.Select(venue => venue.Name), OkxByRest, "binance", "binance-futures"];

    private static readonly StrategyCatalog s_catalog = StrategyCatalog.BuiltIn.With(typeof(RandomTrader).Assembly);

    // The random trader is as likely as all others together.
    private static readonly string[] s_strategies =
    [
        .. s_catalog.Strategies.Select(strategy => strategy.Name)
            .Where(name => name is not ("Watch" or "RandomTrader")),
        .. Enumerable.Repeat("RandomTrader", s_catalog.Strategies.Count - 2),
    ];

    /// <summary>Draws the world of a seed.</summary>
    public static SimulatedSurroundings Create(SimulationOptions options, SimulationSpan span, out string words)
    {
        var draw = new FaultDraw(options.Seed, Purpose, 0);
        string name = s_venues[draw.Next(s_venues.Length)];
        IVenue venue = Venues.Find(name.Split(' ')[0]);
        string[] symbols = draw.Next(3) == 0 ? ["BTCUSDT", "ETHUSDT"] : ["BTCUSDT"];
        FaultPlan plan = options.Script is { } script
            ? FaultPlan.Of(options.Seed, script)
            : FaultPlan.Draw(options.Seed);
        var market = new SimulatedMarket(
            venue, draw.NextBits() >> 1, symbols, streamsSnapshots: name != OkxByRest, span.Pace);
        var clock = new SimulatedClock();
        IReadOnlyList<Instrument> declared = Load(venue, market);
        StrategyManifest[] strategies = declared.Select(_ => DrawStrategy(ref draw)).ToArray();
        words = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, {string.Join(" and ", declared.Zip(strategies, (item, own) => $"{item.Symbol} by {own.Name}"))}");
        Instrument[] instruments = declared.ToArray();
        return new SimulatedSurroundings
        {
            Settings = DrawSettings(ref draw, options.Seed, venue, declared, strategies),
            JournalFolder = Path.Combine(options.Folder, "journal", venue.Name),
            RecordingFolder = Path.Combine(options.Folder, "recordings"),
            Network = new SimulatedNetwork(venue, market, clock, plan),
            Exchange = new SimulatedExchange(instruments, plan),
            Disk = new SimulatedDisk(),
            Declared = declared,
            Plans = venue.PlanConnections(SimulatedNetwork.Address, declared),
        };
    }

    /// <summary>The strategies of simulations.</summary>
    public static StrategyCatalog Catalog => s_catalog;

    // The venue's symbol list, parsed as in the live process.
    private static IReadOnlyList<Instrument> Load(IVenue venue, SimulatedMarket market)
    {
        using var http = new HttpClient(new MarketHandler(market));
        return venue
            .LoadInstrumentsAsync(http, SimulatedNetwork.Address, market.Names, warn: null, CancellationToken.None)
            .GetAwaiter().GetResult();
    }

    private static StrategyManifest DrawStrategy(ref FaultDraw draw)
    {
        string name = s_strategies[draw.Next(s_strategies.Length)];
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (name == "RandomTrader")
        {
            values["Seed"] = draw.Next(int.MaxValue).ToString(CultureInfo.InvariantCulture);
            values["Patience"] = draw.Next(1, 6).ToString(CultureInfo.InvariantCulture);
        }

        return new StrategyManifest(name, values);
    }

    // In place of settings. The order of the draws must stay, so that older seeds give the same worlds.
    private static SessionManifest DrawSettings(
        ref FaultDraw draw, ulong seed, IVenue venue, IReadOnlyList<Instrument> declared, StrategyManifest[] strategies)
    {
        int answerTimeoutSeconds = draw.Next(1, 4);
        int maxOpenOrders = draw.Next(3, 21);
        int maxPosition = draw.Next(2, 20) * 1000;
        int maxDailyLoss = draw.Next(4) == 0 ? draw.Next(1, 50) : 10_000;
        int maxDisconnectedSeconds = draw.Next(3) == 0 ? 5 : 300;
        var balances = new Dictionary<string, decimal>();
        if (draw.Next(2) == 0)
        {
            foreach (string currency in declared
                .SelectMany(item => new[] { item.BaseAsset, item.QuoteAsset }).Distinct())
            {
                balances[currency] = declared.Any(item => item.QuoteAsset == currency) ? 50_000 : 5;
            }
        }

        (int maxDrawdown, int cancelsPerSecond, int cancelBurst) = DrawTight(seed);
        return new SessionManifest
        {
            Program = "lowlatency simulation",
            Venues = [new VenueManifest(venue.Name, "simulated", balances)],
            RingCapacity = RingCapacity,
            MaxOrders = 256,
            MaxComposites = 32,
            AnswerTimeoutNs = answerTimeoutSeconds * SimulatedNetwork.Second,
            Instruments = declared
                .Select((instrument, id) => new InstrumentManifest(instrument, LimitsOf(instrument), strategies[id]))
                .ToArray(),
            FirstOrderCounter = 1,
            Snapshot = null,
            Feeds = [],
        };

        RiskLimits LimitsOf(Instrument instrument) => new()
        {
            MaxOrderTickLots = InstrumentUnits.ToTickLots(2000, instrument),
            MaxPositionTickLots = InstrumentUnits.ToTickLots(maxPosition, instrument),
            MaxOpenOrders = maxOpenOrders,
            CollarPpm = 10_000,
            OrderIntervalNs = SimulatedNetwork.Second / 20,
            OrderBurst = 40,
            CancelIntervalNs = SimulatedNetwork.Second / cancelsPerSecond,
            CancelBurst = cancelBurst,
            MaxDailyLossTickLots = InstrumentUnits.ToTickLots(maxDailyLoss, instrument),
            MaxDrawdownTickLots = InstrumentUnits.ToTickLots(maxDrawdown, instrument),
            MaxBookAgeNs = 30 * SimulatedNetwork.Second,
            MaxClockOffsetNs = 5 * SimulatedNetwork.Second,
            MaxDisconnectedNs = maxDisconnectedSeconds * SimulatedNetwork.Second,
        };
    }

    // Drawn apart from the rest, so that the worlds of older seeds stay what they were in all else. The number is one
    // by which the seeds of the kept scripts draw nothing tighter: they still show what they are kept for.
    private static (int MaxDrawdown, int CancelsPerSecond, int CancelBurst) DrawTight(ulong seed)
    {
        var draw = new FaultDraw(seed, TightPurpose, 0);
        int maxDrawdown = draw.Next(4) == 0 ? draw.Next(1, 50) : 2000;
        return draw.Next(4) == 0 ? (maxDrawdown, draw.Next(1, 4), draw.Next(1, 4)) : (maxDrawdown, 40, 80);
    }

    private sealed class MarketHandler(SimulatedMarket market) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            RestAnswer? answer = market.Get(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)(answer?.Status ?? 404))
            {
                Content = new ByteArrayContent(answer?.Json ?? []),
            });
        }
    }
}
