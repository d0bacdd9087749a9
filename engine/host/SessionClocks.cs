using LowLatency.Engine.Runtime;
using LowLatency.Feeds;

namespace LowLatency.Host;

/// <summary>Looks at the machine's clocks each time the timer comes round.</summary>
internal sealed class SessionClocks(ClockWatch watch) : ITimedWatch
{
    /// <summary>What was seen.</summary>
    public ClockWatch Watch => watch;

    public void Look() => watch.Look();
}
