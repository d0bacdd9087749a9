using System;
using System.Globalization;
using LowLatency.Host.EmbeddedVenue.Market;
using Xunit;

namespace LowLatency.Tests.Host.EmbeddedVenue;

/// <summary>The generated market: lawful books, the venue's own form, and a likeness to the captures.</summary>
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

        MarketProfile made = MarketFitCommand.Measure(market, market.Instruments[0], long.MaxValue);

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
