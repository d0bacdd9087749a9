using System;
using BenchmarkDotNet.Attributes;
using LowLatency.Engine.Events;
using LowLatency.Engine.Positions;

namespace LowLatency.Bench.Micro;

/// <summary>Adding a fill to a position: in whole tick·lots, and in decimals with an average price.</summary>
[MemoryDiagnoser]
public class PositionBench
{
    private const int Fills = 1024;
    private const int FeePpm = 200;
    private const decimal Fee = 0.0002m;

    private readonly LevelChange[] _fills = CreateFills();

    // The same fills in wire format.
    private readonly (bool IsBuy, decimal Price, decimal Quantity)[] _decimals;
    private Position _position;
    private decimal _held;
    private decimal _average;
    private decimal _realised;
    private decimal _fees;

    /// <summary>Generates the fills in both forms.</summary>
    public PositionBench() => _decimals = Array.ConvertAll(
        _fills, fill => (fill.Side == Side.Buy, fill.Price / 10m, fill.Quantity / 1000m));

    /// <summary>The engine's position.</summary>
    [Benchmark(OperationsPerInvoke = Fills)]
    public long PositionApply()
    {
        foreach (ref readonly LevelChange fill in _fills.AsSpan())
        {
            _position.Apply(fill.Side, fill.Price, fill.Quantity, FeePpm, isMaker: true);
        }

        return _position.Lots;
    }

    /// <summary>Average price and realised profit in decimals, rounded by a division.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Fills)]
    public decimal DecimalAveragePrice()
    {
        foreach ((bool isBuy, decimal price, decimal quantity) in _decimals)
        {
            Apply(isBuy ? quantity : -quantity, price);
            _fees += price * quantity * Fee;
        }

        return _realised - _fees;
    }

    private void Apply(decimal signed, decimal price)
    {
        if (_held == 0 || (_held > 0) == (signed > 0))
        {
            _average = ((_average * _held) + (price * signed)) / (_held + signed);
            _held += signed;
            return;
        }

        decimal closed = Math.Min(Math.Abs(_held), Math.Abs(signed));
        _realised += (price - _average) * (_held > 0 ? closed : -closed);
        _held += signed;
        _average = _held == 0 ? 0 : Math.Abs(signed) > closed ? price : _average;
    }

    // Every second fill closes what the previous one opened, so that the position stays the same.
    private static LevelChange[] CreateFills()
    {
        var market = new MicroMarket();
        var fills = new LevelChange[Fills];
        for (int i = 0; i < Fills; i += 2)
        {
            long lots = 1 + market.Draw(1000);
            bool isBuyFirst = market.Draw(2) == 0;
            long price = MicroMarket.Touch + market.Draw(100);
            fills[i] = new LevelChange(isBuyFirst ? Side.Buy : Side.Sell, price, lots);
            fills[i + 1] = new LevelChange(isBuyFirst ? Side.Sell : Side.Buy, price + market.Draw(10) - 5, lots);
        }

        return fills;
    }
}
