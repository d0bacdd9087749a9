using System.Collections.Generic;
using System.IO;
using BenchmarkDotNet.Attributes;
using LowLatency.Bench.Rivals;
using LowLatency.Engine.Books;
using LowLatency.Measures;

namespace LowLatency.Bench.Micro;

/// <summary>
/// A level change in the engine's book, in its predecessor (a sorted array), and in the platform's tree: the same depth
/// messages around a moving touch, with the best prices read after each message.
/// </summary>
[MemoryDiagnoser]
public class BookBench
{
    private const int Messages = 480;
    private const int Changes = Messages * MicroMarket.ChangesInMessage;

    private readonly LevelChange[] _changes = new MicroMarket().Changes(Messages);
    private readonly LadderBook _ladder = new(new OrderBook(OrderBook.DefaultLevelsPerSide(1)));
    private readonly SortedArrayBook _array = SortedArrayBook.Create(MicroMarket.LevelsASide, 1);
    private readonly TreeBook _tree = TreeBook.Create(MicroMarket.LevelsASide, 1);

    /// <summary>Starts with the same levels everywhere, and checks that the best prices stay equal.</summary>
    [GlobalSetup]
    public void TakeSnapshot()
    {
        foreach (LevelChange level in MicroMarket.Snapshot())
        {
            _ladder.Set(level.Side, level.Price, level.Quantity);
            _array.Set(level.Side, level.Price, level.Quantity);
            _tree.Set(level.Side, level.Price, level.Quantity);
        }

        long bests = Ladder();
        if (SortedArray() != bests || SortedDictionary() != bests)
        {
            throw new InvalidDataException("the best prices differ");
        }
    }

    /// <summary>The engine's book.</summary>
    [Benchmark(OperationsPerInvoke = Changes)]
    public long Ladder() => Apply(_ladder, _changes);

    /// <summary>Two sorted arrays, one per side, best level last.</summary>
    [Benchmark(OperationsPerInvoke = Changes)]
    public long SortedArray() => Apply(_array, _changes);

    /// <summary>Two <see cref="SortedDictionary{TKey, TValue}"/>.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Changes)]
    public long SortedDictionary() => Apply(_tree, _changes);

    private static long Apply<TBook>(TBook book, LevelChange[] changes)
        where TBook : struct, IMeasuredBook<TBook>
    {
        long bests = 0;
        for (int i = 0; i < changes.Length; i++)
        {
            ref readonly LevelChange change = ref changes[i];
            book.Set(change.Side, change.Price, change.Quantity);
            if (i % MicroMarket.ChangesInMessage == MicroMarket.ChangesInMessage - 1)
            {
                bests += book.BestBid + book.BestAsk;
            }
        }

        return bests;
    }
}
