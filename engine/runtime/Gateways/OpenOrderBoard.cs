using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>An order that was sent and is not known to have ended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="InstrumentId">Its instrument.</param>
/// <param name="Side">Its side.</param>
/// <param name="PriceTicks">Its last known limit price in ticks.</param>
/// <param name="RemainingLots">Its last known remaining quantity in lots.</param>
/// <param name="IsCancelAsked">true if a cancel was sent too.</param>
public readonly record struct OpenOrder(
    long Id, ushort InstrumentId, Side Side, long PriceTicks, long RemainingLots, bool IsCancelAsked);

/// <summary>
/// The orders that may be open, readable even if the engine is stuck. The gateway's thread writes; any thread reads
/// without waiting, even if the writer was stopped in the middle of a write.
/// </summary>
/// <param name="capacity">Maximum number of open orders.</param>
public sealed class OpenOrderBoard(int capacity)
{
    private const int MaxTries = 100;

    // Written by the gateway's thread only, which may therefore read them without the sequence lock.
    private readonly Published<OpenOrder>[] _places =
        Enumerable.Range(0, capacity).Select(_ => new Published<OpenOrder>()).ToArray();

    /// <summary>Applies a sent command or an order event. The gateway's thread only.</summary>
    public void Take(in EngineOutput output)
    {
        int slot = OrderIds.SlotOf(output.OrderId);
        if (output.OrderId <= 0 || slot >= _places.Length)
        {
            return;
        }

        Published<OpenOrder> place = _places[slot];
        switch (output.Kind)
        {
            case OutputKind.Place or OutputKind.OpenOrder:
                bool isCancelAsked = output.Kind == OutputKind.OpenOrder && output.CancelReason != DecisionReason.None;
                place.Write(Of(in output, isCancelAsked));
                break;
            case OutputKind.Cancel when place.Read().Id == output.OrderId:
                place.Write(place.Read() with { IsCancelAsked = true });
                break;
            case OutputKind.OrderEvent when place.Read().Id == output.OrderId:

                // The final states are the last ones of the enum.
                place.Write(output.State >= OrderState.Filled
                    ? default
                    : Of(in output, place.Read().IsCancelAsked));
                break;
            default:
                break;
        }
    }

    /// <summary>The orders that may be open. Any thread.</summary>
    public IReadOnlyList<OpenOrder> Read()
    {
        var found = new List<OpenOrder>();
        for (int slot = 0; slot < _places.Length; slot++)
        {
            if (Read(_places[slot]) is { Id: > 0 } order)
            {
                found.Add(order);
            }
        }

        found.Sort((x, y) => x.Id.CompareTo(y.Id));
        return found;
    }

    private static OpenOrder Of(in EngineOutput output, bool isCancelAsked) => new(
        output.OrderId, output.InstrumentId, output.Side, output.PriceTicks,
        output.QuantityLots - (output.Kind == OutputKind.Place ? 0 : output.FilledLots), isCancelAsked);

    // If the writer was stopped in the middle of a write, a partial value is better than none.
    private static OpenOrder Read(Published<OpenOrder> place)
    {
        OpenOrder copy = default;
        for (int i = 0; i < MaxTries && !place.TryRead(out copy); i++)
        {
            // A write was in progress, which takes nanoseconds.
        }

        return copy;
    }
}
