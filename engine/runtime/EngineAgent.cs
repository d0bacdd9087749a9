using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>The engine's thread: inbound ring to engine loop, nothing else.</summary>
/// <param name="inbound">The engine's place in the inbound ring.</param>
/// <param name="engine">The engine.</param>
public sealed class EngineAgent(RingConsumer<EngineInput> inbound, EngineLoop engine) : IAgent
{
    // Only bounds how long an end takes to be noticed.
    private const int IdleMs = 20;

    /// <inheritdoc/>
    public string RoleName => "engine";

    /// <inheritdoc/>
    public int DoWork()
    {
        int handled = inbound.Poll(engine);
        if (handled == 0)
        {
            engine.ShowViews();
        }

        return handled;
    }

    /// <inheritdoc/>
    public void Idle() => inbound.Wait(IdleMs);
}
