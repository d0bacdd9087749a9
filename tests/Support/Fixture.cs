using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Tests.Support;

/// <summary>Instruments, limits and strategies for tests: BTCUSDT, with limits that rarely bind.</summary>
internal static class Fixture
{
    public static Instrument Spot(ushort id = 0, string symbol = "BTCUSDT") => new()
    {
        Id = id,
        Venue = "binance",
        Symbol = symbol,
        BaseAsset = symbol[..^4],
        QuoteAsset = symbol[^4..],
        Scale = new InstrumentScale(2, 5, 1, 1),
        MinQuantityLots = 1,
        MakerFeePpm = 1000,
        TakerFeePpm = 1000,
    };

    public static Instrument Usdm(ushort id = 0, string symbol = "BTCUSDT") => Spot(id, symbol) with
    {
        Venue = "binance-futures",
        Scale = new InstrumentScale(1, 3, 1, 1),
        MakerFeePpm = 200,
        TakerFeePpm = 500,
    };

    public static RiskLimits Limits() => new()
    {
        MaxOrderTickLots = 2_000L * 100 * 100_000,
        MaxPositionTickLots = 20_000L * 100 * 100_000,
        MaxOpenOrders = 20,
        CollarPpm = 10_000,
    };

    public static DirectionMaskSettings Mask() => new() { OrderNotional = 1_000 };

    public static InstrumentSetup Setup(Instrument instrument, IStrategy? strategy = null) =>
        new(instrument, Limits(), strategy ?? new DirectionMaskStrategy(Mask(), instrument));

    public static IReadOnlyList<InstrumentSetup> Setups(params Instrument[] instruments) =>
        instruments.Select(instrument => Setup(instrument)).ToArray();
}
