namespace LowLatency.Engine.Events;

/// <summary>Groups of event kinds.</summary>
public static class EventKinds
{
    /// <summary>true for a report about one order.</summary>
    public static bool IsOrderReport(this EventKind kind) => kind
        is EventKind.OrderAccepted or EventKind.OrderRejected or EventKind.OrderCancelled or EventKind.CancelRejected
        or EventKind.OrderFilled or EventKind.OrderAmended or EventKind.AmendRejected or EventKind.OrderExpired
        or EventKind.OrderOpen;

    /// <summary>true for an event of the session's own trading, not of the market: reports, the gateway's state, and
    /// the kill switch.</summary>
    public static bool IsOfOwnTrading(this EventKind kind) => kind.IsOrderReport() || kind
        is EventKind.ReconcileBegin or EventKind.ReconcileEnd or EventKind.GatewayLost
        or EventKind.EngageKillSwitch or EventKind.LiftKillSwitch;
}
