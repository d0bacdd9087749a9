using System;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Replay;

/// <summary>
/// The engine between its two rings, as replays drive it: whoever publishes into <see cref="Inbound"/> then calls
/// <see cref="Run"/>, and <see cref="Complete"/> at the end.
/// </summary>
public abstract class ReplayEngine
{
    /// <summary>Where inputs go.</summary>
    public abstract RingBuffer<EngineInput> Inbound { get; }

    /// <summary>The engine.</summary>
    public abstract EngineLoop Engine { get; }

    /// <summary>Called with every decision and note, in order. Set before the start.</summary>
    public Action<EngineOutput>? OnOutput { get; set; }

    /// <summary>Called with every event before the engine handles it. Set before the start.</summary>
    public Action<EngineInput>? OnInput { get; set; }

    /// <summary>Called with every event after the engine has handled it. Set before the start.</summary>
    public Action<EngineInput>? OnHandled { get; set; }

    /// <summary>Sees to it that what is published is handled: at once, or soon on another thread.</summary>
    public abstract void Run();

    /// <summary>Returns when everything published has been handled.</summary>
    public abstract void Complete();

    /// <summary>Hands events to the engine, one by one only where somebody looks at each.</summary>
    private protected void Handle(ReadOnlySpan<EngineInput> items, long firstSequence, bool endOfBatch)
    {
        if (OnInput is null && OnHandled is null)
        {
            Engine.OnBatch(items, firstSequence, endOfBatch);
            return;
        }

        for (int i = 0; i < items.Length; i++)
        {
            OnInput?.Invoke(items[i]);
            Engine.OnBatch(items.Slice(i, 1), firstSequence + i, endOfBatch && i == items.Length - 1);
            OnHandled?.Invoke(items[i]);
        }
    }
}
