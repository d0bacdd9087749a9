using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>
/// The state of an order after a report, for every state and every report, in any order. A report without news (a
/// duplicate, an acknowledgement after the fill) does not change the state.
/// <code>
///                 accepted  amended  amend rej.  fill          cancel rej.  rejected  cancelled  expired  open
/// PendingNew      working   -        -           working/end   -            end       end        end      working
/// Live            -         (takes)  -           partly/end    -            unknown   end        end      -
/// PendingCancel   -         (takes)  -           -/end         unknown      unknown   end        end      -
/// PendingAmend    -         working  working     -/end         -            unknown   end        end      -
/// Unknown         -         working  working     -/end         -            end       end        end      working
/// </code>
/// "working" is Live, or PartlyFilled once something was filled. An unknown order has been queried: an acknowledgement,
/// which may be old, does not settle it; the answer does.
/// </summary>
internal static class OrderStateMachine
{
    /// <summary>true for a final state.</summary>
    public static bool IsEnd(OrderState state) => state >= OrderState.Filled;

    /// <summary>The state after a report. The order's numbers are already those after it.</summary>
    public static OrderState After(in Order order, EventKind report) => report switch
    {
        // If a larger quantity may have been accepted already, the end of the old quantity is not the order's end.
        EventKind.OrderFilled when order.RemainingLots == 0 && order.WantedQuantityLots <= order.QuantityLots =>
            OrderState.Filled,
        EventKind.OrderFilled => IsAwaitingAnswer(order.State) ? order.State : OrderState.PartlyFilled,
        EventKind.OrderCancelled => order.CancelReason == DecisionReason.Expired
            ? OrderState.Expired
            : OrderState.Cancelled,
        EventKind.OrderExpired => OrderState.Expired,

        // Only an order that was never accepted can be rejected; for any other, a reject leaves the state unknown.
        EventKind.OrderRejected => order.State is OrderState.PendingNew or OrderState.Unknown
            ? OrderState.Rejected
            : OrderState.Unknown,
        EventKind.CancelRejected => order.State == OrderState.PendingCancel ? OrderState.Unknown : order.State,
        EventKind.OrderAccepted => order.State == OrderState.PendingNew ? Working(in order) : order.State,
        EventKind.OrderOpen =>
            order.State is OrderState.PendingNew or OrderState.Unknown ? Working(in order) : order.State,
        EventKind.OrderAmended or EventKind.AmendRejected =>
            order.State is OrderState.PendingAmend or OrderState.Unknown ? Working(in order) : order.State,
        _ => order.State,
    };

    private static OrderState Working(in Order order) => order.RemainingLots == 0 ? OrderState.Filled
        : order.FilledLots == 0 ? OrderState.Live
        : OrderState.PartlyFilled;

    private static bool IsAwaitingAnswer(OrderState state) =>
        state is OrderState.PendingCancel or OrderState.PendingAmend or OrderState.Unknown;
}
