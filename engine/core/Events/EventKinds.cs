namespace LowLatency.Engine.Events;

/// <summary>What kinds of events have in common.</summary>
public static class EventKinds
{
    /// <summary>true for what the gateway says of one order.</summary>
    public static bool IsOrderReport(this EventKind kind) => kind
        is EventKind.OrderAccepted or EventKind.OrderRejected or EventKind.OrderCancelled or EventKind.CancelRejected
        or EventKind.OrderFilled or EventKind.OrderAmended or EventKind.AmendRejected or EventKind.OrderExpired
        or EventKind.OrderOpen;

    /// <summary>true for what belongs to a session's own trading and not to the market: reports, what the gateway says
    /// of itself, and the kill switch.</summary>
    public static bool IsOfOwnTrading(this EventKind kind) => kind.IsOrderReport() || kind
        is EventKind.ReconcileBegin or EventKind.ReconcileEnd or EventKind.GatewayLost
        or EventKind.EngageKillSwitch or EventKind.LiftKillSwitch;
}
