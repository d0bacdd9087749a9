using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Positions;

public sealed class PositionTests(ITestOutputHelper output)
{
    [Fact]
    public void ShouldKeepAveragePriceAndRealisedProfitByHand()
    {
        var position = default(Position);

        // Bought 10 at 100 and 5 at 130: 1,650 for 15, 110 each.
        position.Apply(Side.Buy, 100, 10, feePpm: 1000, isMaker: true);
        position.Apply(Side.Buy, 130, 5, feePpm: 2000, isMaker: false);
        Assert.Equal((15, (Int128)1650, (Int128)0), (position.Lots, position.CostTickLots, position.RealisedTickLots));

        // Sold 6 at 120: they had cost 660 and brought 720.
        position.Apply(Side.Sell, 120, 6, feePpm: 1000, isMaker: true);
        Assert.Equal((9, (Int128)990, (Int128)60), (position.Lots, position.CostTickLots, position.RealisedTickLots));

        // Sold 14 at 90: 9 close at a loss of 180, 5 open a short position.
        position.Apply(Side.Sell, 90, 14, feePpm: 1000, isMaker: true);
        Assert.Equal(
            (-5, (Int128)(-450), (Int128)(-120)), (position.Lots, position.CostTickLots, position.RealisedTickLots));

        // Bought 5 at 80: another 50.
        position.Apply(Side.Buy, 80, 5, feePpm: 1000, isMaker: true);
        Assert.Equal((0, (Int128)0, (Int128)(-70)), (position.Lots, position.CostTickLots, position.RealisedTickLots));
        Assert.Equal((Int128)(-70), position.CashTickLots);
        Assert.Equal((Int128)1000 * (1000 + 720 + 1260 + 400), position.MakerFeesMicroTickLots);
        Assert.Equal(position.MakerFeesMicroTickLots + ((Int128)2000 * 650), position.FeesMicroTickLots);
        Assert.Equal((35, 5), (position.MakerLots, position.TakerLots));
    }

    [Fact]
    [FaultRow("I2")]
    public void ShouldConserveEveryUnitOverRandomFills()
    {
        Random random = Seeds.Start(output, 4);
        var ledger = new FundsLedger([Fixture.Spot()], Owned("USDT", 1_000));
        var position = default(Position);
        for (int i = 0; i < 100_000; i++)
        {
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
            Side side = random.Next(2) == 0 ? Side.Buy : Side.Sell;
            (long price, long lots) = (random.Next(1, 9_999_999), random.Next(1, 9_999));
            int fee = random.Next(-200, 900);
#pragma warning restore CA5394
            position.Apply(side, price, lots, fee, isMaker: i % 2 == 0);
            ledger.Apply(0, side, price, lots, fee);
            Assert.Equal(position.RealisedTickLots, position.CashTickLots + position.CostTickLots);
            Assert.Equal(position.Lots == 0, position.CostTickLots == 0);
        }

        // A unit is a millionth of a tick·lot: 10^-13 USDT.
        Funds quote = ledger.Of("binance", "USDT");
        Assert.Equal(13, quote.Decimals);
        Int128 start = (Int128)1_000 * 10_000_000_000_000;
        Assert.Equal(start + (position.CashTickLots * 1_000_000) - position.FeesMicroTickLots, quote.Total);
        Assert.Equal(position.Lots, ledger.Of("binance", "BTC").Total);
    }

    [Fact]
    public void ShouldCountACurrencyOfSeveralInstrumentsInTheFinestUnit()
    {
        Instrument coarse = Fixture.Spot(1, "ETHBTC") with
        {
            BaseAsset = "ETH",
            QuoteAsset = "BTC",
            Scale = new InstrumentScale(5, 4, 1, 1),
        };
        var ledger = new FundsLedger([Fixture.Spot(), coarse], Owned("BTC", 1.5m));

        // BTC has five decimals as a base currency, and 5 + 4 + 6 as a quote currency.
        Assert.Equal(15, ledger.Of("binance", "BTC").Decimals);
        Assert.Equal((Int128)1_500_000_000_000_000, ledger.Of("binance", "BTC").Total);
        ledger.Apply(0, Side.Sell, priceTicks: 6_000_000, lots: 50_000, feePpm: 0);
        Assert.Equal((Int128)1_000_000_000_000_000, ledger.Of("binance", "BTC").Available);
    }

    [Fact]
    public void ShouldKeepTheFundsOfVenuesApart()
    {
        Instrument other = Fixture.Spot(1) with { Venue = "okx" };
        var ledger = new FundsLedger([Fixture.Spot(), other], Owned("USDT", 10));

        ledger.Apply(1, Side.Buy, priceTicks: 100, lots: 100_000, feePpm: 0);

        Assert.Equal(4, ledger.Count);
        Assert.Equal((true, false), (ledger.Of("binance", "USDT").IsLimited, ledger.Of("okx", "USDT").IsLimited));
        Assert.Equal((Int128)10 * 10_000_000_000_000, ledger.Of("binance", "USDT").Total);
        Assert.Equal((Int128)(-1) * 10_000_000_000_000, ledger.Of("okx", "USDT").Total);
        Assert.Equal(((Int128)0, (Int128)100_000), (ledger.Of("binance", "BTC").Total, ledger.Of("okx", "BTC").Total));
    }

    private static Dictionary<VenueCurrency, decimal> Owned(string currency, decimal amount) =>
        new() { [new VenueCurrency("binance", currency)] = amount };
}
