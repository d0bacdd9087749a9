using LowLatency.Engine.Events;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>Whether the operator lets orders pass the gateway. Any thread; waits for nobody.</summary>
public sealed class GatewayStop
{
    // Each is written by one kind of command alone, so that no two threads can undo each other's: the end is never
    // taken back, whatever comes beside it.
    private volatile bool _isEnding;
    private volatile bool _isKilled;

    /// <summary>Nothing may be placed.</summary>
    public bool IsSet => _isEnding || _isKilled;

    /// <summary>Takes a command: <see cref="EventKind.EndSession"/>, the process's end; the kill switch; or
    /// <see cref="EventKind.LiftKillSwitch"/>, which lifts that.</summary>
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
