using System.Collections.Generic;
using System.IO;
using System.Linq;
using BenchmarkDotNet.Attributes;
using LowLatency.Engine.Signals;

namespace LowLatency.Bench.Micro;

/// <summary>
/// Adding a direction to the mask and evaluating it: as bits, and as a queue that is counted each time.
/// </summary>
[MemoryDiagnoser]
public class DirectionMaskBench
{
    private const int Directions = 4096;
    private const int Run = 5;
    private const int Correction = 1;
    private const int Turn = 2;

    private readonly Direction[] _directions;
    private readonly Queue<Direction> _queue = new();
    private DirectionMask _mask = new(Run, Correction, Turn);

    /// <summary>Generates the directions, and checks that both results are equal.</summary>
    public DirectionMaskBench()
    {
        var market = new MicroMarket();
        _directions = Enumerable.Range(0, Directions).Select(_ => (Direction)market.Draw(2)).ToArray();
        if (MaskOfBits() != QueueOfDirections())
        {
            throw new InvalidDataException("the triggers differ");
        }
    }

    /// <summary>The engine's mask.</summary>
    [Benchmark(OperationsPerInvoke = Directions)]
    public int MaskOfBits()
    {
        int triggers = 0;
        foreach (Direction direction in _directions)
        {
            triggers += (int)_mask.Add(direction) + 2;
        }

        return triggers;
    }

    /// <summary><see cref="Queue{T}"/>, counted after each direction.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Directions)]
    public int QueueOfDirections()
    {
        int triggers = 0;
        foreach (Direction direction in _directions)
        {
            triggers += (int)Add(direction) + 2;
        }

        return triggers;
    }

    private MaskTrigger Add(Direction direction)
    {
        _queue.Enqueue(direction);
        if (_queue.Count > Run + Turn)
        {
            _queue.Dequeue();
        }

        if (_queue.Count < Run + Turn)
        {
            return MaskTrigger.None;
        }

        int index = 0;
        int upInRun = 0;
        int upInTurn = 0;
        foreach (Direction held in _queue)
        {
            upInRun += index < Run ? (int)held : 0;
            upInTurn += index < Run ? 0 : (int)held;
            index++;
        }

        return upInTurn == 0 && upInRun >= Run - Correction ? MaskTrigger.Sell
            : upInTurn == Turn && upInRun <= Correction ? MaskTrigger.Buy
            : MaskTrigger.None;
    }
}
