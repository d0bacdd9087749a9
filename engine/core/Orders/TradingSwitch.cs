namespace LowLatency.Engine.Orders;

/// <summary>Whether orders may leave at all, and if not, why. Engine thread only.</summary>
internal sealed class TradingSwitch
{
    /// <summary>Why trading is stopped; None while it is not. <see cref="DecisionReason.Stopped"/> is for good, the
    /// kill
    /// switch can be lifted.</summary>
    public DecisionReason StoppedBecause { get; private set; }

    /// <summary>true until the gateway has said what is open there.</summary>
    public bool IsReconciling { get; set; }

    /// <summary>Why nothing may be placed, or None.</summary>
    public DecisionReason Refusal => StoppedBecause != DecisionReason.None ? DecisionReason.RefusedStopped
        : IsReconciling ? DecisionReason.RefusedReconciling
        : DecisionReason.None;

    /// <summary>Stops trading.</summary>
    /// <returns>false when it was stopped already.</returns>
    public bool TryStop(DecisionReason reason)
    {
        if (StoppedBecause == DecisionReason.Stopped
            || (StoppedBecause != DecisionReason.None && reason != DecisionReason.Stopped))
        {
            return false;
        }

        StoppedBecause = reason;
        return true;
    }

    /// <summary>Lifts the kill switch.</summary>
    /// <returns>false when there was nothing to lift.</returns>
    public bool TryResume()
    {
        if (StoppedBecause is DecisionReason.None or DecisionReason.Stopped)
        {
            return false;
        }

        StoppedBecause = DecisionReason.None;
        return true;
    }
}
