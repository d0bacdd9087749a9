namespace LowLatency.Engine.Orders;

/// <summary>The answer to a request to amend or cancel an order or composite order.</summary>
/// <param name="Refusal">Why it was refused; <see cref="DecisionReason.None"/> if it was not.
/// <see cref="DecisionReason.RefusedState"/>: the order is not open, or another change of it is on its way, so there is
/// nothing to repeat. <see cref="DecisionReason.RefusedCancelRate"/>: cancels come too fast, so try again
/// later.</param>
public readonly record struct ChangeResult(DecisionReason Refusal)
{
    /// <summary>true if the command was sent, or the composite order is being cancelled.</summary>
    public bool IsSent => Refusal == DecisionReason.None;
}
