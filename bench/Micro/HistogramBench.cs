using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using LowLatency.Engine.Measures;

namespace LowLatency.Bench.Micro;

/// <summary>
/// Counting a duration: in the histogram (three exact digits up to a minute), in a dictionary (exact), and in an array
/// of microseconds (nothing beyond its end).
/// </summary>
[MemoryDiagnoser]
public class HistogramBench
{
    private const int Values = 4096;
    private const int NsPerUs = 1000;
    private const int ArrayUs = 100_000;

    private readonly long[] _valuesNs = CreateValues();
    private readonly LatencyHistogram _histogram = new();
    private readonly Dictionary<long, long> _dictionary = [];
    private readonly long[] _microseconds = new long[ArrayUs];

    /// <summary>The engine's histogram.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long LatencyHistogramRecord()
    {
        foreach (long value in _valuesNs)
        {
            _histogram.Record(value);
        }

        return _histogram.Count;
    }

    /// <summary><see cref="Dictionary{TKey, TValue}"/> with one lookup per value.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Values)]
    public int DictionaryCount()
    {
        foreach (long value in _valuesNs)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_dictionary, value, out _)++;
        }

        return _dictionary.Count;
    }

    /// <summary>An array with one element per microsecond.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long ArrayOfMicroseconds()
    {
        foreach (long value in _valuesNs)
        {
            _microseconds[Math.Min(value / NsPerUs, ArrayUs - 1)]++;
        }

        return _microseconds[0];
    }

    // Most values are up to a few microseconds, some a thousand times as long: each doubling is half as likely.
    private static long[] CreateValues()
    {
        var market = new MicroMarket();
        return Enumerable.Range(0, Values).Select(_ =>
        {
            int doublings = 0;
            for (; doublings < 16 && market.Draw(2) == 0; doublings++)
            {
            }

            return (700L << doublings) + market.Draw(700L << doublings);
        }).ToArray();
    }
}
