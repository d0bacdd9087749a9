using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Host;

/// <summary>The engine's thread: inbound ring to engine loop, nothing else.</summary>
internal sealed class EngineAgent(RingConsumer<EngineInput> inbound, EngineLoop engine) : IAgent
{
    // Only bounds how long an end takes to be noticed.
    private const int IdleMs = 20;

    public string RoleName => "engine";

    public int DoWork()
    {
        int handled = inbound.Poll(engine);
        if (handled == 0)
        {
            engine.ShowViews();
        }

        return handled;
    }

    public void Idle() => inbound.Wait(IdleMs);
}
