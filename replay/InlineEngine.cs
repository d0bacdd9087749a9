using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;

namespace LowLatency.Replay;

/// <summary>
/// The engine between its two rings on the caller's thread. Replays, tests and benches drive the same engine loop that
/// the live process runs. One thread.
/// </summary>
public sealed class InlineEngine : ReplayEngine, IEventHandler<EngineOutput>, IBatchHandler<EngineInput>
{
    private const int OutboundCapacity = 16_384;

    private readonly RingBuffer<EngineOutput> _outbound;
    private readonly RingConsumer<EngineInput> _engineConsumer;
    private readonly RingConsumer<EngineOutput> _outputs;
    private readonly RingConsumer<EngineInput>? _marketConsumer;
    private readonly PaperVenue? _paper;
    private readonly PaperMarket? _paperMarket;
    private long _nowNs;

    // Events that were handled without going through the ring; its own are counted on from there.
    private long _fed;

    /// <summary>Creates the engine and its rings.</summary>
    /// <param name="setups">The session's instruments.</param>
    /// <param name="options">Everything else that the engine wants.</param>
    /// <param name="ringCapacity">Slots of the inbound ring, a power of two.</param>
    /// <param name="hasPaperVenue">true to fill orders from the market; false when the reports come as inputs.</param>
    public InlineEngine(
        IReadOnlyList<InstrumentSetup> setups, EngineOptions options, int ringCapacity, bool hasPaperVenue)
    {
        // On one thread nobody waits: the strategy that has nobody to wake costs nothing.
        IWaitStrategy wait = WaitStrategies.Create(WaitStrategyKind.BusySpin);
        Inbound = new SingleProducerRing<EngineInput>(ringCapacity, wait);
        _outbound = new SingleProducerRing<EngineOutput>(OutboundCapacity, wait)
        {
            MakeRoom = () => _outputs!.Poll(this),
        };
        Engine = new EngineLoop(setups, _outbound, options);
        _engineConsumer = new RingConsumer<EngineInput>(Inbound);
        _outputs = new RingConsumer<EngineOutput>(_outbound);
        if (hasPaperVenue)
        {
            _paper = new PaperVenue(setups.Select(setup => setup.Instrument).ToArray());
            _paperMarket = new PaperMarket(_paper);
            _marketConsumer = new RingConsumer<EngineInput>(Inbound);
            if (options.Snapshot is { } snapshot)
            {
                _paper.Restore(snapshot, nowNs: 0);
                PublishReports();
            }
        }
    }

    /// <inheritdoc/>
    public override RingBuffer<EngineInput> Inbound { get; }

    /// <inheritdoc/>
    public override EngineLoop Engine { get; }

    /// <summary>Handles all that is published, and what follows from it.</summary>
    public override void Run()
    {
        while (_engineConsumer.Poll(this) != 0)
        {
            _marketConsumer?.Poll(_paperMarket!);
            _outputs.Poll(this);
            PublishReports();
        }
    }

    /// <summary>Handles the events of one input, and what follows from them, as if they had gone through the ring:
    /// on one thread nobody overtakes them.</summary>
    /// <param name="items">At least one.</param>
    /// <returns>Sequence of the first.</returns>
    public long Feed(ReadOnlySpan<EngineInput> items)
    {
        long first = Inbound.Cursor.Value + 1 + _fed;
        _nowNs = items[^1].ReceiveTimeNs;
        Handle(items, first, endOfBatch: true);
        _fed += items.Length;
        if (_paper is not null)
        {
            foreach (ref readonly EngineInput item in items)
            {
                _paper.OnMarket(in item);
            }
        }

        _outputs.Poll(this);
        PublishReports();
        return first;
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        Run();
        Engine.ShowViews();
    }

    void IBatchHandler<EngineInput>.OnBatch(ReadOnlySpan<EngineInput> items, long firstSequence, bool endOfBatch)
    {
        _nowNs = items[^1].ReceiveTimeNs;
        Handle(items, firstSequence + _fed, endOfBatch);
    }

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        OnOutput?.Invoke(item);
        _paper?.OnCommand(in item, _nowNs);
    }

    private void PublishReports()
    {
        while (_paper is { Reports.Count: > 0 })
        {
            long sequence = Inbound.Claim(1);
            Inbound[sequence] = _paper.Reports.Peek();
            Inbound.Publish(sequence, sequence);
            _paper.Reports.Dequeue();

            // One at a time, so that the ring never fills up with reports that nobody has handled.
            _engineConsumer.Poll(this);
            _marketConsumer!.Poll(_paperMarket!);
            _outputs.Poll(this);
        }
    }

    private sealed class PaperMarket(PaperVenue paper) : IEventHandler<EngineInput>
    {
        public void OnEvent(ref EngineInput item, long sequence, bool endOfBatch) => paper.OnMarket(in item);
    }
}
