namespace LowLatency.Engine.Orders;

/// <summary>The answer to a request to place an order or composite order.</summary>
/// <param name="Id">Its id, above 0; 0 if it was refused.</param>
/// <param name="Refusal">Why it was refused; <see cref="DecisionReason.None"/> when it was placed.</param>
public readonly record struct PlaceResult(long Id, DecisionReason Refusal)
{
    /// <summary>true if the order was sent, or the composite order was accepted.</summary>
    public bool IsPlaced => Refusal == DecisionReason.None;
}
