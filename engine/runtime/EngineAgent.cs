using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>The engine's agent: passes inbound events to the engine loop, nothing else.</summary>
public sealed class EngineAgent : IAgent, IBatchHandler<EngineInput>
{
    // Only limits how long it takes to notice the end.
    private const int IdleMs = 20;

    private readonly EngineLoop _engine;
    private readonly IReadOnlyList<InstrumentSetup> _instruments;
    private readonly RingConsumer<EngineInput>? _inbound;

    /// <summary>Creates the agent.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="instruments">The instruments that the engine was built with.</param>
    /// <param name="inbound">Its consumer on the inbound ring; null where events are passed to <see
    /// cref="OnBatch"/>.</param>
    public EngineAgent(
        EngineLoop engine, IReadOnlyList<InstrumentSetup> instruments, RingConsumer<EngineInput>? inbound)
    {
        _engine = engine;
        _instruments = instruments;
        _inbound = inbound;
    }

    /// <inheritdoc/>
    public string RoleName => "engine";

    /// <summary>
    /// Called with each event before the engine handles it; null for none. Set before the first event.
    /// </summary>
    public Action<EngineInput>? OnInput { get; set; }

    /// <summary>
    /// Called with each event after the engine has handled it; null for none. Set before the first event.
    /// </summary>
    public Action<EngineInput>? OnHandled { get; set; }

    /// <inheritdoc/>
    public int DoWork()
    {
        int handled = _inbound?.Poll(this) ?? 0;
        if (handled == 0)
        {
            _engine.ShowViews();
        }

        return handled;
    }

    /// <inheritdoc/>
    public void Idle() => _inbound?.Wait(IdleMs);

    /// <inheritdoc/>
    public void Wake() => _inbound?.Wake();

    /// <inheritdoc/>
    public void OnClose() => _engine.ShowViews();

    /// <summary>Passes events to the engine; one by one only when a callback looks at each.</summary>
    /// <exception cref="EngineFaultException">A strategy, or the engine itself, has thrown.</exception>
    public void OnBatch(ReadOnlySpan<EngineInput> items, long firstSequence, bool endOfBatch)
    {
        try
        {
            Handle(items, firstSequence, endOfBatch);
        }
        catch (Exception fault) when (fault is not EngineFaultException)
        {
            throw Describe(fault, items, firstSequence);
        }
    }

    private EngineFaultException Describe(Exception fault, ReadOnlySpan<EngineInput> items, long firstSequence)
    {
        long sequence = Math.Clamp(_engine.CurrentSequence, firstSequence, firstSequence + items.Length - 1);
        int instrument = Math.Min(_engine.CurrentInstrument, _instruments.Count - 1);
        return new EngineFaultException(
            fault, _instruments[instrument], in items[(int)(sequence - firstSequence)], sequence);
    }

    private void Handle(ReadOnlySpan<EngineInput> items, long firstSequence, bool endOfBatch)
    {
        if (OnInput is null && OnHandled is null)
        {
            _engine.OnBatch(items, firstSequence, endOfBatch);
            return;
        }

        for (int i = 0; i < items.Length; i++)
        {
            OnInput?.Invoke(items[i]);
            _engine.OnBatch(items.Slice(i, 1), firstSequence + i, endOfBatch && i == items.Length - 1);
            OnHandled?.Invoke(items[i]);
        }
    }
}
