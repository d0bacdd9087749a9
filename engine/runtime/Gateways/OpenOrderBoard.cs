using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>An order that has left for the gateway and is not known to have ended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="InstrumentId">Its instrument.</param>
/// <param name="Side">Its side.</param>
/// <param name="PriceTicks">Its limit price in ticks, as last heard of.</param>
/// <param name="RemainingLots">What was left of it in lots, as last heard of.</param>
/// <param name="IsCancelAsked">true when a cancel has left, too.</param>
public readonly record struct OpenOrder(
    long Id, ushort InstrumentId, Side Side, long PriceTicks, long RemainingLots, bool IsCancelAsked);

/// <summary>
/// Which orders may be open, for whoever must know it when the engine can no longer be asked. The gateway's thread
/// writes what passes it; any thread reads, and waits for nobody: not even for a writer that never comes back.
/// </summary>
/// <param name="capacity">Most orders that can live at a time.</param>
public sealed class OpenOrderBoard(int capacity)
{
    private const int MaxTries = 100;

    // The gateway's thread alone writes, and so may look at what it wrote.
    private readonly Published<OpenOrder>[] _places =
        Enumerable.Range(0, capacity).Select(_ => new Published<OpenOrder>()).ToArray();


    /// <summary>Notes a command that has left, or what has become of an order. The gateway's thread only.</summary>
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

                // The ends are the last of the states.
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

    // Where the writer was stopped in the middle of a write, half of the truth is better than none.
    private static OpenOrder Read(Published<OpenOrder> place)
    {
        OpenOrder copy = default;
        for (int i = 0; i < MaxTries && !place.TryRead(out copy); i++)
        {
            // It met a write, which takes nanoseconds.
        }

        return copy;
    }
}
