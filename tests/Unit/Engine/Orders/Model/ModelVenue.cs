using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using Xunit;

namespace LowLatency.Tests.Engine.Orders.Model;

/// <summary>
/// A simple gateway. It takes commands when told to and fills what the test wants; its reports wait until the test
/// delivers them, in any order. It knows the true orders, fills and positions.
/// </summary>
internal sealed class ModelVenue(int makerFeePpm, int takerFeePpm)
{
    private readonly HashSet<long> _ids = [];
    private readonly Dictionary<long, long> _parents = [];
    private long _tradeId;

    public SortedDictionary<long, VenueOrder> Open { get; } = [];

    /// <summary>Every fill since the start.</summary>
    public List<EngineInput> Fills { get; } = [];

    /// <summary>Reports not delivered yet.</summary>
    public List<EngineInput> Reports { get; } = [];

    public void Take(in EngineOutput command)
    {
        switch (command.Kind)
        {
            case OutputKind.Place:
                Assert.True(_ids.Add(command.OrderId), $"id {command.OrderId} was used twice");
                Open[command.OrderId] = new VenueOrder(in command);
                _parents[command.OrderId] = command.ParentId;
                Report(EventKind.OrderAccepted, in command);
                if ((command.Flags & OrderFlags.ImmediateOrCancel) != 0)
                {
                    End(EventKind.OrderExpired, command.OrderId);
                }

                break;
            case OutputKind.Amend when Open.TryGetValue(command.OrderId, out VenueOrder? order):
                if (command.QuantityLots <= order.FilledLots)
                {
                    End(EventKind.OrderCancelled, command.OrderId);
                }
                else
                {
                    (order.PriceTicks, order.QuantityLots) = (command.PriceTicks, command.QuantityLots);
                    Report(EventKind.OrderAmended, in command, order.PriceTicks, order.QuantityLots);
                }

                break;
            case OutputKind.Cancel when Open.ContainsKey(command.OrderId):
                End(EventKind.OrderCancelled, command.OrderId);
                break;
            case OutputKind.Query when Open.TryGetValue(command.OrderId, out VenueOrder? order):
                Report(EventKind.OrderOpen, in command, order.PriceTicks, order.QuantityLots);
                break;
            case OutputKind.Query:
                Report(EventKind.OrderCancelled, in command, 0, FilledOf(command.OrderId));
                break;
            case OutputKind.Amend:
                Report(EventKind.AmendRejected, in command);
                break;
            case OutputKind.Cancel:
                Report(EventKind.CancelRejected, in command);
                break;
            default:
                break;
        }
    }

    /// <summary>The composite order that an order is a part of, or 0.</summary>
    public long ParentOf(long orderId) => _parents.GetValueOrDefault(orderId);

    public void Reject(in EngineOutput place)
    {
        Assert.True(_ids.Add(place.OrderId), $"id {place.OrderId} was used twice");
        Report(EventKind.OrderRejected, in place);
    }

    public void Fill(long orderId, long lots)
    {
        VenueOrder order = Open[orderId];
        lots = Math.Min(lots, order.QuantityLots - order.FilledLots);
        order.FilledLots += lots;
        AddFill(orderId, order.Side, order.PriceTicks, lots);
        if (order.FilledLots == order.QuantityLots)
        {
            Open.Remove(orderId);
        }
    }

    public void FillForeign(Side side, long priceTicks, long lots) => AddFill(999_999_937, side, priceTicks, lots);

    /// <summary>The gateway's answer after a lost connection: every fill, and all open orders.</summary>
    public IEnumerable<EngineInput> Reconcile()
    {
        yield return new EngineInput { Kind = EventKind.ReconcileBegin };
        foreach (EngineInput fill in Fills)
        {
            yield return fill;
        }

        foreach (VenueOrder order in Open.Values)
        {
            yield return new EngineInput
            {
                Kind = EventKind.OrderOpen,
                OrderId = order.Id,
                Side = order.Side,
                PriceTicks = order.PriceTicks,
                QuantityLots = order.QuantityLots,
            };
        }

        yield return new EngineInput { Kind = EventKind.ReconcileEnd };
    }

    private void End(EventKind kind, long orderId)
    {
        VenueOrder order = Open[orderId];
        Open.Remove(orderId);
        Reports.Add(
            new EngineInput { Kind = kind, OrderId = orderId, Side = order.Side, FilledLots = order.FilledLots });
    }

    private void AddFill(long orderId, Side side, long priceTicks, long lots)
    {
        var fill = new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = orderId,
            Side = side,
            PriceTicks = priceTicks,
            QuantityLots = lots,
            TradeId = ++_tradeId,
            Flags = _tradeId % 3 == 0 ? 0 : EngineInput.MakerFlag,
        };
        Fills.Add(fill);
        Reports.Add(fill);
    }

    private long FilledOf(long orderId) => Fills.Where(fill => fill.OrderId == orderId).Sum(fill => fill.QuantityLots);

    private void Report(EventKind kind, in EngineOutput command, long price = 0, long quantity = 0) =>
        Reports.Add(new EngineInput
        {
            Kind = kind,
            OrderId = command.OrderId,
            Side = command.Side,
            PriceTicks = price,
            QuantityLots = quantity,
            CommandNumber = kind is EventKind.OrderAmended or EventKind.AmendRejected or EventKind.OrderOpen
                ? command.CommandNumber
                : 0,
        });

    /// <summary>The sum of some fills, by simple arithmetic.</summary>
    public (long Lots, Int128 Cash, Int128 MicroFees) Sum(IEnumerable<EngineInput> fills)
    {
        long lots = 0;
        Int128 cash = 0;
        Int128 fees = 0;
        foreach (EngineInput fill in fills)
        {
            Int128 notional = (Int128)fill.PriceTicks * fill.QuantityLots;
            lots += fill.Side == Side.Buy ? fill.QuantityLots : -fill.QuantityLots;
            cash += fill.Side == Side.Buy ? -notional : notional;
            fees += notional * (fill.Flags == EngineInput.MakerFlag ? makerFeePpm : takerFeePpm);
        }

        return (lots, cash, fees);
    }
}

/// <summary>An order as the gateway sees it.</summary>
internal sealed class VenueOrder(in EngineOutput place)
{
    public long Id { get; } = place.OrderId;

    public Side Side { get; } = place.Side;

    public long ParentId { get; } = place.ParentId;

    public int Part { get; } = place.Part;

    public long PriceTicks { get; set; } = place.PriceTicks;

    public long QuantityLots { get; set; } = place.QuantityLots;

    public long FilledLots { get; set; }
}
