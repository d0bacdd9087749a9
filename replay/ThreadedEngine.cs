using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Replay;

/// <summary>
/// The engine on a thread of its own and its outputs on another, as the live process has them: parsing and deciding go
/// on side by side. Callbacks come on those threads. It has no paper venue, because when a report came would depend on
/// the threads.
/// </summary>
public sealed class ThreadedEngine
    : ReplayEngine, IBatchHandler<EngineInput>, IEventHandler<EngineOutput>, IDisposable
{
    private const int OutboundCapacity = 65_536;
    private const int IdleMs = 20;

    private readonly RingConsumer<EngineInput> _inputs;
    private readonly RingBuffer<EngineOutput> _outbound;
    private readonly RingConsumer<EngineOutput> _outputs;
    private readonly Thread[] _threads;
    private volatile ExceptionDispatchInfo? _fault;
    private volatile bool _isInputComplete;
    private volatile bool _isEngineComplete;
    private bool _isStarted;

    /// <summary>Creates the engine and its rings; the threads start with the first input.</summary>
    /// <param name="setups">The session's instruments.</param>
    /// <param name="options">Everything else that the engine wants.</param>
    /// <param name="ringCapacity">Slots of the inbound ring, a power of two.</param>
    /// <param name="wait">How threads wait for each other.</param>
    public ThreadedEngine(
        IReadOnlyList<InstrumentSetup> setups, EngineOptions options, int ringCapacity, WaitStrategyKind wait)
    {
        IWaitStrategy strategy = WaitStrategies.Create(wait);
        Inbound = new SingleProducerRing<EngineInput>(ringCapacity, strategy);
        _outbound = new SingleProducerRing<EngineOutput>(OutboundCapacity, strategy);
        Engine = new EngineLoop(setups, _outbound, options);
        _inputs = new RingConsumer<EngineInput>(Inbound);
        _outputs = new RingConsumer<EngineOutput>(_outbound);
        _threads =
        [
            new Thread(() => Guard(RunEngine)) { Name = "engine", IsBackground = true },
            new Thread(() => Guard(RunOutputs)) { Name = "gateway", IsBackground = true },
        ];
    }

    /// <inheritdoc/>
    public override RingBuffer<EngineInput> Inbound { get; }

    /// <inheritdoc/>
    public override EngineLoop Engine { get; }

    /// <inheritdoc/>
    public override void Run()
    {
        _fault?.Throw();
        if (!_isStarted)
        {
            _isStarted = true;
            Array.ForEach(_threads, thread => thread.Start());
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_isStarted)
        {
            _isInputComplete = true;
            Inbound.WaitStrategy.SignalAll();
            Array.ForEach(_threads, thread => thread.Join());
        }

        _fault?.Throw();
    }

    void IBatchHandler<EngineInput>.OnBatch(ReadOnlySpan<EngineInput> items, long firstSequence, bool endOfBatch) =>
        Handle(items, firstSequence, endOfBatch);

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch) =>
        OnOutput?.Invoke(item);

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_isStarted && !_isInputComplete)
        {
            _isInputComplete = true;
            Array.ForEach(_threads, thread => thread.Join());
        }
    }

    private void RunEngine()
    {
        // Read before polling: what is published before the end is handled.
        bool isLast = _isInputComplete;
        while (_inputs.Poll(this) != 0 || !isLast)
        {
            Engine.ShowViews();
            _inputs.Wait(IdleMs);
            isLast = _isInputComplete;
        }

        Engine.ShowViews();
        _isEngineComplete = true;
        _outbound.WaitStrategy.SignalAll();
    }

    private void RunOutputs()
    {
        bool isLast = _isEngineComplete;
        while (_outputs.Poll(this) != 0 || !isLast)
        {
            _outputs.Wait(IdleMs);
            isLast = _isEngineComplete;
        }
    }

    private void Guard(Action run)
    {
        try
        {
            run();
        }
        catch (Exception error)
        {
            // Told to the thread that feeds the engine, at its next call.
            _fault ??= ExceptionDispatchInfo.Capture(error);
            _isEngineComplete = true;
            Inbound.Halt();
            _outbound.Halt();
        }
    }
}
