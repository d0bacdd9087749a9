using LowLatency.Engine.Events;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>Whether orders may pass the gateway. Any thread; never waits.</summary>
public sealed class GatewayStop
{
    // Each flag is written by one kind of command only, so that no two threads can undo each other's command: the end
    // of the session is never undone, whatever arrives at the same time.
    private volatile bool _isEnding;
    private volatile bool _isKilled;

    /// <summary>Nothing may be placed.</summary>
    public bool IsSet => _isEnding || _isKilled;

    /// <summary>
    /// Applies a command: <see cref="EventKind.EndSession"/> ends the session, the kill switch stops trading, and <see
    /// cref="EventKind.LiftKillSwitch"/> lifts the kill switch.
    /// </summary>
    public void OnOperatorCommand(EventKind command)
    {
        if (command == EventKind.EndSession)
        {
            _isEnding = true;
        }
        else
        {
            _isKilled = command != EventKind.LiftKillSwitch;
        }
    }
}
