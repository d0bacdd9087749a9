using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime.Gateways;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// The engine's stream of events where producers, engine and gateway share one thread: the engine handles an input
/// where it is published, then the agents behind it do their work, all before the producer goes on. Events get the
/// sequences that they would have in a ring. One thread.
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
    /// <param name="runBehind">One round of the agents behind the engine; returns how much was done.</param>
    public InlineStream(EngineAgent engine, int maxEvents, Func<int> runBehind)
    {
        _engine = engine;
        _runBehind = runBehind;
        MaxEvents = maxEvents;
    }

    /// <summary>Sees each input after the engine; null for nobody.</summary>
    public PaperMarket? Market { get; set; }

    /// <inheritdoc/>
    public int MaxEvents { get; }

    /// <summary>Receive time of the event handled last.</summary>
    public long NowNs { get; private set; }

    /// <inheritdoc/>
    public long Put(ReadOnlySpan<EngineInput> events)
    {
        long first = _next;
        _next += events.Length;
        NowNs = events[^1].ReceiveTimeNs;
        _engine.OnBatch(events, first, endOfBatch: true);
        Market?.Take(events);

        // Reports are published by the agents behind: they go on by themselves.
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

    /// <summary>Runs the agents behind the engine until none of them has anything to do.</summary>
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
