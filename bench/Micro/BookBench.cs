using System.Collections.Generic;
using BenchmarkDotNet.Attributes;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Bench.Micro;

/// <summary>The book beside its plain rival, over the same updates near the touch.</summary>
[MemoryDiagnoser]
public class BookBench
{
    private const int Updates = 1000;

    private readonly OrderBook _book = new();
    private readonly SortedDictionary<long, long> _plain = [];

    /// <summary>The engine's book.</summary>
    [Benchmark(OperationsPerInvoke = Updates)]
    public long Ladder()
    {
        for (int i = 0; i < Updates; i++)
        {
            _book.Set(Side.Buy, 1 + (i * 37 % 512), i % 3);
        }

        return _book.Bids.BestPrice;
    }

    /// <summary>The platform's tree.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Updates)]
    public int SortedDictionary()
    {
        for (int i = 0; i < Updates; i++)
        {
            long price = 1 + (i * 37 % 512);
            if (i % 3 == 0)
            {
                _plain.Remove(price);
            }
            else
            {
                _plain[price] = i % 3;
            }
        }

        return _plain.Count;
    }
}
