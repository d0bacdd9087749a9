using System.Collections.Generic;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Memory;
using LowLatency.Engine.Orders;

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

    private readonly Place[] _places = Preallocated.NewArray<Place>(capacity);

    /// <summary>Notes a command that has left, or what has become of an order. The gateway's thread only.</summary>
    public void Take(in EngineOutput output)
    {
        int slot = OrderIds.SlotOf(output.OrderId);
        if (output.OrderId <= 0 || slot >= _places.Length)
        {
            return;
        }

        ref Place place = ref _places[slot];
        switch (output.Kind)
        {
            case OutputKind.Place or OutputKind.OpenOrder:
                bool isCancelAsked = output.Kind == OutputKind.OpenOrder && output.Reason != DecisionReason.None;
                Write(ref place, Of(in output, isCancelAsked));
                break;
            case OutputKind.Cancel when place.Order.Id == output.OrderId:
                Write(ref place, place.Order with { IsCancelAsked = true });
                break;
            case OutputKind.OrderEvent when place.Order.Id == output.OrderId:

                // The ends are the last of the states.
                Write(ref place, output.State >= OrderState.Filled
                    ? default
                    : Of(in output, place.Order.IsCancelAsked));
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
            if (Read(ref _places[slot]) is { Id: > 0 } order)
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

    private static void Write(ref Place place, OpenOrder order)
    {
        Volatile.Write(ref place.Version, place.Version + 1);
        Interlocked.MemoryBarrier();
        place.Order = order;
        Volatile.Write(ref place.Version, place.Version + 1);
    }

    // Where the writer was stopped in the middle of a write, half of the truth is better than none.
    private static OpenOrder Read(ref Place place)
    {
        OpenOrder copy = default;
        for (int i = 0; i < MaxTries; i++)
        {
            int before = Volatile.Read(ref place.Version);
            copy = place.Order;
            Interlocked.MemoryBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref place.Version))
            {
                break;
            }
        }

        return copy;
    }

    private struct Place
    {
        // Odd while a write is under way.
        public int Version;
        public OpenOrder Order;
    }
}
