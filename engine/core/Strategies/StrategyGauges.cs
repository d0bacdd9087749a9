using System;
using System.Threading;

namespace LowLatency.Engine.Strategies;

/// <summary>The gauges that a strategy publishes of one instrument: the engine thread sets them, any thread reads them.
/// </summary>
public sealed class StrategyGauges
{
    /// <summary>Gauges of an instrument; their numbers are 0 to this minus 1.</summary>
    public const int Capacity = 32;

    private readonly double[] _values = new double[Capacity];

    internal StrategyGauges() => Array.Fill(_values, double.NaN);

    /// <summary>A gauge's value; NaN if it has none. Any thread.</summary>
    /// <param name="number">The gauge's number, 0 to <see cref="Capacity"/> minus 1.</param>
    public double this[int number] => Volatile.Read(ref _values[number]);

    internal void Set(byte number, double value)
    {
        if (number < Capacity)
        {
            Volatile.Write(ref _values[number], value);
        }
    }
}
