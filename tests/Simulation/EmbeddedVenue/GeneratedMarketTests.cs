using System;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Market;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host.EmbeddedVenue;

/// <summary>The generated market: valid books, the venue's format, and similarity to the captures.</summary>
public sealed class GeneratedMarketTests(ITestOutputHelper output)
{
    private const long StartNs = 1_700_000_000_000_000_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ShouldResembleTheProfileThatItWorksFrom(bool isFutures)
    {
        MarketProfile profile = MarketProfile.Load(isFutures);
        using GeneratedMarket market = Generate(isFutures, seed: 7, seconds: 900, "BTCUSDT");

        MarketProfile made = MarketFit.Measure(market, market.Instruments[0], long.MaxValue);

        Compare("ticker rate", profile.TickerRate, made.TickerRate, 0.35);
        Compare("calm trade rate", profile.CalmTradeRate, made.CalmTradeRate, 0.6);
        Compare("burst trade rate", profile.BurstTradeRate, made.BurstTradeRate, 0.6);
        Compare("move rate", profile.MoveRate, made.MoveRate, 0.4);
        Compare("move persistence", profile.MovePersistence, made.MovePersistence, 0.15);
        Compare("level change rate", profile.LevelChangeRate, made.LevelChangeRate, 0.4);
        Compare("one tick spreads", profile.OneTickSpreadShare, made.OneTickSpreadShare, 0.2);
        Compare("volatility 1 s", profile.VolatilityTicks1S, made.VolatilityTicks1S, 0.5);
        Compare("volatility 10 s", profile.VolatilityTicks10S, made.VolatilityTicks10S, 0.6);
    }

    [Theory]
    [InlineData(false, "binance")]
    [InlineData(true, "binance-futures")]
    public void ShouldKeepLawfulBooksThatAgreeWithItsTops(bool isFutures, string venue)
    {
        string[] symbols = ["BTCUSDT", "XRPUSDT", "NEWUSDC"];
        using GeneratedMarket market = Generate(isFutures, seed: 5, seconds: 60, symbols);
        Instrument[] instruments = symbols.Select((symbol, id) => Fixture.Spot((ushort)id, symbol) with
        {
            Scale = new InstrumentScale(4, 5, 1, 1),
        }).ToArray();
        var engine = TradingCore.OnOneThread(
            Fixture.Setups(instruments), new EngineOptions { MaxOrders = 1024 }, 131_072, hasPaperVenue: true);
        var badInputs = new BadInputLog();
        FeedSession session = Venues.Find(venue).CreateSession(
            instruments, engine.NewPublisher(1), badInputs, carriesBooks: true);
        session.OnConnected(1, "generated");
        long lastNs = 0;
        while (market.TryNext(out VenueMessage message))
        {
            Assert.True(message.TimeNs >= lastNs, "time ran backwards");
            lastNs = message.TimeNs;
            Play(session, in message, symbols[message.Instrument]);
        }

        Assert.Empty(badInputs.Recent());
        for (int id = 0; id < symbols.Length; id++)
        {
            InstrumentView view = engine.Engine.View(id);
            output.WriteLine($"{symbols[id]}: {view.BookMessages} messages, {view.TopsCompared} tops compared");
            Assert.Equal((true, 0L, 0L), (view.IsLive, view.StaleBooks, view.TopsDifferent));
            Assert.Equal(0, session.Counters(id).Gaps);
            Assert.NotEqual(0, view.TopsCompared);
            Assert.NotEqual(0, view.Trades);
        }
    }

    [Fact]
    public void ShouldRepeatItselfFromItsSeed()
    {
        ulong first = Hash(seed: 9);

        Assert.Equal(first, Hash(seed: 9));
        Assert.NotEqual(first, Hash(seed: 10));
    }

    private static ulong Hash(ulong seed)
    {
        using GeneratedMarket market = Generate(isFutures: false, seed, seconds: 20, "BTCUSDT", "ETHUSDT");
        var hash = default(StateHash);
        while (market.TryNext(out VenueMessage message))
        {
            hash.Add(message.TimeNs);
            foreach (byte b in message.Data.Span)
            {
                hash.Add(b);
            }
        }

        return hash.Value;
    }

    // The venue's framing; a snapshot at the very start bridges to the first message.
    private static void Play(FeedSession session, in VenueMessage message, string symbol)
    {
        string data = Encoding.ASCII.GetString(message.Data.Span);
        if (message.Kind == VenueMessageKind.Snapshot)
        {
            session.OnSnapshot(message.Instrument, message.Data.Span, message.TimeNs);
            return;
        }

        string channel = message.Kind switch
        {
            VenueMessageKind.Depth => "depth@100ms",
            VenueMessageKind.Trade => "trade",
            _ => "bookTicker",
        };
#pragma warning disable CA1308 // Stream names are lower case at the venue.
        string stream = $"{symbol.ToLowerInvariant()}@{channel}";
#pragma warning restore CA1308
        session.OnFrame(Encoding.ASCII.GetBytes($"{{\"stream\":\"{stream}\",\"data\":{data}}}"), message.TimeNs, 0);
    }

    private void Compare(string what, double wanted, double made, double tolerance)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: captures {wanted:0.###}, made {made:0.###}"));
        Assert.True(
            Math.Abs(made - wanted) <= tolerance * wanted,
            string.Create(CultureInfo.InvariantCulture, $"{what} {made:0.###} is too far from {wanted:0.###}"));
    }

    private static GeneratedMarket Generate(bool isFutures, ulong seed, double seconds, params string[] symbols) =>
        new(new GeneratedMarketOptions
        {
            Seed = seed,
            Symbols = symbols,
            StartNs = StartNs,
            IsFutures = isFutures,
            Duration = TimeSpan.FromSeconds(seconds),
        });
}
