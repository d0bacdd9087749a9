using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>Shows the engine's decisions and notes to an observer, in order, beside the order gateway or in its place.
/// </summary>
/// <param name="outbound">Its place in the outbound ring.</param>
/// <param name="observer">The observer.</param>
public sealed class OutputAgent(RingConsumer<EngineOutput> outbound, IEventHandler<EngineOutput> observer) : IAgent
{
    // Only bounds how long an end takes to be noticed.
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
