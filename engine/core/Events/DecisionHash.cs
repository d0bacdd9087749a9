namespace LowLatency.Engine.Events;

/// <summary>
/// The hash over every decision of a session, in order: two runs that agree in it took the same decisions for the
/// same reasons from the same inputs. Ring sequences and wire stamps are left out; they are not inputs.
/// </summary>
public struct DecisionHash
{
    private StateHash _hash;

    /// <summary>Number of decisions added.</summary>
    public long Count { get; private set; }

    /// <summary>The hash so far.</summary>
    public readonly ulong Value => _hash.Value;

    /// <summary>Adds a decision.</summary>
    public void Add(in EngineOutput output)
    {
        Count++;
        _hash.Add(((long)output.Kind << 32) | ((long)output.Side << 24) | (long)output.Reason);
        _hash.Add(output.InstrumentId);
        _hash.Add(output.OrderId);
        _hash.Add(output.PriceTicks);
        _hash.Add(output.QuantityLots);
        _hash.Add(output.TimeNs);
        _hash.Add(output.ExpireTimeNs);
        _hash.Add(output.BidPrice);
        _hash.Add(output.AskPrice);
        _hash.Add(output.BidQuantity);
        _hash.Add(output.AskQuantity);
        _hash.Add(output.DepthPassed);
        _hash.Add(((long)output.LevelsWalked << 8) | output.MaskLength);
        _hash.Add((long)output.Mask);
        _hash.Add(output.PositionLots);
        _hash.Add(output.OpenOrders);
        _hash.Add(output.UpdateId);
    }
}
