using LowLatency.Engine.Events;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class SignalAllocationTests
{
    private const long Second = 1_000_000_000;

    private readonly OrderFlowImbalance _orderFlow = new(60 * Second);
    private readonly TradeFlowImbalance _tradeFlow = new(60 * Second);
    private readonly RealisedVolatility _volatility = new(Second, 100);
    private readonly ArrivalIntensity _intensity = new(Second / 10, 60 * Second, width: 1, bins: 20, fitBins: 10);
    private readonly CandleSeries _candles = new(Second);
    private readonly SimpleAverage _simple = new(20);
    private readonly ExponentialAverage _exponential = new(20);
    private readonly BollingerBands _bands = new(20, 2);
    private readonly RelativeStrength _strength = new(14);
    private readonly AverageTrueRange _range = new(14);
    private readonly SignalWorth _worth = new();

    [Fact]
    public void ShouldAllocateNothingAfterConstruction()
    {
        double sum = Run(0, 1000);
        int from = 1000;
        long allocated = Allocations.Of(() =>
        {
            sum += Run(from, from + 20_000);
            from += 20_000;
        });

        Assert.Equal(0, allocated);
        Assert.True(double.IsFinite(sum));
    }

    private double Run(int from, int to)
    {
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            long nowNs = i * (Second / 5);
            long bid = 1000 + (i * 7 % 11);
            Side side = i % 3 == 0 ? Side.Buy : Side.Sell;
            _orderFlow.OnTop(nowNs, bid, 1 + (i % 5), bid + 1, 1 + (i % 7));
            _tradeFlow.OnTrade(nowNs, side, 1);
            _volatility.OnMid(nowNs, (2 * bid) + 1);
            _intensity.OnMid(nowNs, (2 * bid) + 1);
            _intensity.OnTrade(nowNs, side, side == Side.Buy ? bid + 1 + (i % 9) : bid - (i % 9));
            _worth.OnMid(nowNs, (2 * bid) + 1);
            _worth.OnDirection(i % 2 == 0 ? Direction.Up : Direction.Down);
            _worth.Predict(1 - (2 * (i % 2)), nowNs, (2 * bid) + 1);
            _candles.OnTrade(nowNs, bid, 1);
            while (_candles.TryTakeClosed(out Candle candle))
            {
                _simple.Add(candle.Close);
                _exponential.Add(candle.Close);
                _bands.Add(candle.Close);
                _strength.Add(candle.Close);
                _range.Add(candle);
            }

            sum += _intensity.TryEstimate(out double a, out double k) ? a + k : 0;
        }

        return sum + _tradeFlow.Value + _volatility.PerRootSecond + _volatility.PricePerRootSecond + _simple.Value
            + _exponential.Value + _bands.Upper + _strength.Value + _range.Value
            + _worth.Counts(WorthHorizon.OneSecond).Share.Share;
    }
}
