using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Passes the engine's decisions and notes to an observer, in order, in parallel with the order gateway or instead of
/// it.
/// </summary>
/// <param name="outbound">Its consumer on the outbound ring.</param>
/// <param name="observer">The observer.</param>
public sealed class OutputAgent(RingConsumer<EngineOutput> outbound, IEventHandler<EngineOutput> observer) : IAgent
{
    // Only limits how long it takes to notice the end.
    private const int IdleMs = 20;

    /// <inheritdoc/>
    public string RoleName => "outputs";

    /// <inheritdoc/>
    public int DoWork() => outbound.Poll(observer);

    /// <inheritdoc/>
    public void Idle() => outbound.Wait(IdleMs);

    /// <inheritdoc/>
    public void Wake() => outbound.Wake();
}
