using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime.Gateways;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// The engine's input stream where producers, engine and gateway share one thread: the engine handles an input where it
/// is published, then the agents downstream do their work, all before the publisher returns. Events get the same
/// sequences as in a ring. Single-threaded.
/// </summary>
internal sealed class InlineStream : IInputStream, IReceiveClock
{
    private readonly EngineAgent _engine;
    private readonly Func<int> _runBehind;
    private long _next;
    private bool _isRunning;

    /// <summary>Creates the stream.</summary>
    /// <param name="engine">Handles the events.</param>
    /// <param name="maxEvents">See <see cref="MaxEvents"/>.</param>
    /// <param name="runBehind">Runs one round of the agents downstream of the engine; returns how much was
    /// done.</param>
    public InlineStream(EngineAgent engine, int maxEvents, Func<int> runBehind)
    {
        _engine = engine;
        _runBehind = runBehind;
        MaxEvents = maxEvents;
    }

    /// <summary>Sees each input after the engine; null for none.</summary>
    public PaperMarket? Market { get; set; }

    /// <inheritdoc/>
    public int MaxEvents { get; }

    /// <summary>Receive time of the last event handled.</summary>
    public long NowNs { get; private set; }

    /// <inheritdoc/>
    public long Put(ReadOnlySpan<EngineInput> events)
    {
        long first = _next;
        _next += events.Length;
        NowNs = events[^1].ReceiveTimeNs;
        _engine.OnBatch(events, first, endOfBatch: true);
        Market?.Take(events);

        // Reports are published by the downstream agents, which are already running.
        if (!_isRunning)
        {
            RunBehind();
        }

        return first;
    }

    /// <inheritdoc/>
    public bool TryPut(in EngineInput item, out long sequence)
    {
        sequence = Put(new ReadOnlySpan<EngineInput>(in item));
        return true;
    }

    /// <summary>Runs the agents downstream of the engine until none of them has work left.</summary>
    public void RunBehind()
    {
        _isRunning = true;
        while (_runBehind() != 0)
        {
            // Reports lead to commands, and commands to reports.
        }

        _isRunning = false;
    }
}
