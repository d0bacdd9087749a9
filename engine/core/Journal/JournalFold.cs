using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Journal;

/// <summary>
/// Folds a journal's records over, in order: what is left is the state that the engine had after the last of them. It
/// is told of each order's fate and does not work it out itself. One thread; not for the hot path.
/// </summary>
public sealed class JournalFold
{
    private readonly SortedDictionary<long, FoldedOrder> _orders = [];
    private readonly SortedDictionary<long, Composite> _composites = [];
    private readonly SortedDictionary<ushort, Position> _positions = [];
    private readonly SortedDictionary<ushort, Queue<long>> _trades = [];
    private readonly SortedDictionary<ushort, EngineOutput> _risks = [];
    private long _lastCounter;

    /// <summary>Records taken.</summary>
    public long Count { get; private set; }

    /// <summary>Ids of the orders that are open.</summary>
    public IEnumerable<long> OpenOrders => _orders.Keys;

    /// <summary>Ids of the composite orders that are living.</summary>
    public IEnumerable<long> LivingComposites => _composites.Keys;

    /// <summary>An instrument's position.</summary>
    public Position PositionOf(ushort instrumentId) => _positions.GetValueOrDefault(instrumentId);

    /// <summary>Takes the next record.</summary>
    public void Add(in EngineOutput record)
    {
        Count++;
        _lastCounter = Math.Max(_lastCounter, OrderIds.CounterOf(record.OrderId));
        switch (record.Kind)
        {
            case OutputKind.Place:
                _orders[record.OrderId] = FoldedOrder.Placed(in record);
                if (_composites.TryGetValue(record.ParentId, out Composite parent))
                {
                    parent.HasStarted = true;
                    _composites[record.ParentId] = parent;
                }

                break;
            case OutputKind.OpenOrder:
                _orders[record.OrderId] = FoldedOrder.Open(in record);
                break;
            case OutputKind.Amend when _orders.TryGetValue(record.OrderId, out FoldedOrder order):
                _orders[record.OrderId] = order with
                {
                    WantedPriceTicks = record.PriceTicks,
                    WantedQuantityLots = record.QuantityLots,
                };
                break;
            case OutputKind.Cancel when _orders.TryGetValue(record.OrderId, out FoldedOrder order):
                _orders[record.OrderId] = order with { CancelReason = record.Reason };
                break;
            case OutputKind.OrderEvent:
                OnOrderEvent(in record);
                break;
            case OutputKind.Position:
                _positions[record.InstrumentId] = PositionRecords.Read(in record);
                break;
            case OutputKind.TradesSeen:
                for (int i = 0; i < record.QuantityLots; i++)
                {
                    Remember(record.InstrumentId, record.Numbers[i]);
                }

                break;
            case OutputKind.RiskEvent:
                _risks[record.InstrumentId] = record;
                break;
            default:
                OnComposite(in record);
                break;
        }
    }

    /// <summary>The state as a new session can start from.</summary>
    /// <param name="nowNs">Time that the records carry, nanoseconds since the Unix epoch.</param>
    public EngineSnapshot ToSnapshot(long nowNs)
    {
        var records = new List<EngineOutput>();
        foreach ((ushort id, Position position) in _positions)
        {
            records.Add(PositionRecords.Write(id, in position, nowNs));
        }

        foreach ((ushort id, Queue<long> trades) in _trades)
        {
            AddTrades(records, id, trades, nowNs);
        }

        foreach (EngineOutput risk in _risks.Values)
        {
            records.Add(risk with { TimeNs = nowNs });
        }

        foreach (Composite item in _composites.Values)
        {
            AddComposite(records, in item, nowNs);
        }

        foreach (FoldedOrder order in _orders.Values)
        {
            records.Add(order.ToRecord(nowNs));
        }

        return new EngineSnapshot(_lastCounter + 1, records);
    }

    private void OnOrderEvent(in EngineOutput record)
    {
        if (record.FillLots > 0)
        {
            OnFill(in record);
        }

        if (!_orders.TryGetValue(record.OrderId, out FoldedOrder order))
        {
            return;
        }

        if (OrderStateMachine.IsEnd(record.State))
        {
            _orders.Remove(record.OrderId);
            return;
        }

        bool isSettled = record.State is OrderState.Live or OrderState.PartlyFilled;
        _orders[record.OrderId] = order with
        {
            PriceTicks = record.PriceTicks,
            QuantityLots = record.QuantityLots,
            FilledLots = record.FilledLots,
            WantedPriceTicks = isSettled ? record.PriceTicks : order.WantedPriceTicks,
            WantedQuantityLots = isSettled ? record.QuantityLots : order.WantedQuantityLots,
        };
    }

    private void OnFill(in EngineOutput record)
    {
        Position position = _positions.GetValueOrDefault(record.InstrumentId);
        Int128 fee = record.FeesMicroTickLots - position.FeesMicroTickLots;
        bool isMaker = (record.Flags & OrderFlags.Maker) != 0;
        position.Lots = record.PositionLots;
        position.CashTickLots = record.CashTickLots;
        position.FeesMicroTickLots = record.FeesMicroTickLots;
        position.CostTickLots = record.CostTickLots;
        position.MakerLots += isMaker ? record.FillLots : 0;
        position.TakerLots += isMaker ? 0 : record.FillLots;
        position.MakerFeesMicroTickLots += isMaker ? fee : 0;
        _positions[record.InstrumentId] = position;
        Remember(record.InstrumentId, record.TradeId);
        if (_composites.TryGetValue(record.ParentId, out Composite item))
        {
            item.Filled[record.Part] += record.FillLots;
            _composites[record.ParentId] = item;
        }
    }

    private void OnComposite(in EngineOutput record)
    {
        if (record.Kind == OutputKind.CompositeCreated)
        {
            Composite created = default;
            CompositeRecords.ReadTerms(in record, ref created);
            _composites[record.OrderId] = created;
            return;
        }

        if (!_composites.TryGetValue(record.OrderId, out Composite item))
        {
            return;
        }

        switch (record.Kind)
        {
            case OutputKind.CompositeWeights:
                item.Terms.Weights = record.Weights;
                break;
            case OutputKind.CompositeParts:
                for (int i = 0; i < record.QuantityLots; i++)
                {
                    item.Filled[(int)record.PriceTicks + i] = record.Numbers[i];
                }

                break;
            case OutputKind.CompositeEvent:
                CompositeRecords.ReadProgress(in record, ref item);
                break;
            default:
                return;
        }

        _composites[record.OrderId] = item;
        if (item.State >= CompositeState.Executed)
        {
            _composites.Remove(record.OrderId);
        }
    }

    private void Remember(ushort instrumentId, long tradeId)
    {
        if (tradeId == 0)
        {
            return;
        }

        if (!_trades.TryGetValue(instrumentId, out Queue<long>? trades))
        {
            trades = new Queue<long>();
            _trades[instrumentId] = trades;
        }

        trades.Enqueue(tradeId);
        if (trades.Count > TradeMemory.Capacity)
        {
            trades.Dequeue();
        }
    }

    private static void AddTrades(List<EngineOutput> records, ushort instrumentId, Queue<long> trades, long nowNs)
    {
        var record = new EngineOutput { Kind = OutputKind.TradesSeen, InstrumentId = instrumentId, TimeNs = nowNs };
        foreach (long trade in trades)
        {
            record.Numbers[(int)record.QuantityLots++] = trade;
            if (record.QuantityLots == SixteenNumbers.Capacity)
            {
                records.Add(record);
                record.QuantityLots = 0;
            }
        }

        if (record.QuantityLots != 0)
        {
            records.Add(record);
        }
    }

    private static void AddComposite(List<EngineOutput> records, in Composite item, long nowNs)
    {
        EngineOutput Head(OutputKind kind, in Composite composite) => new()
        {
            Kind = kind,
            Side = composite.Terms.Side,
            InstrumentId = composite.InstrumentId,
            Reason = composite.Terms.Reason.Recorded,
            OrderId = composite.Id,
            TimeNs = nowNs,
        };

        EngineOutput terms = Head(OutputKind.CompositeCreated, in item);
        CompositeRecords.WriteTerms(ref terms, in item);
        terms.TriggerTicks = item.Terms.TriggerTicks;
        records.Add(terms);
        if (CompositeRecords.HasWeights(in item))
        {
            EngineOutput weights = Head(OutputKind.CompositeWeights, in item);
            weights.Weights = item.Terms.Weights;
            records.Add(weights);
        }

        for (int first = 0; first < item.Parts; first += SixteenNumbers.Capacity)
        {
            EngineOutput parts = Head(OutputKind.CompositeParts, in item);
            int count = Math.Min(SixteenNumbers.Capacity, item.Parts - first);
            parts.PriceTicks = first;
            parts.QuantityLots = count;
            for (int i = 0; i < count; i++)
            {
                parts.Numbers[i] = item.Filled[first + i];
            }

            records.Add(parts);
        }

        EngineOutput progress = Head(OutputKind.CompositeEvent, in item);
        CompositeRecords.WriteProgress(ref progress, in item);
        records.Add(progress);
    }

    private readonly record struct FoldedOrder(
        long Id,
        long ParentId,
        ushort InstrumentId,
        ushort Tag,
        Side Side,
        OrderFlags Flags,
        int Part,
        long PriceTicks,
        long QuantityLots,
        long FilledLots,
        long WantedPriceTicks,
        long WantedQuantityLots,
        long ExpireTimeNs,
        DecisionReason CancelReason)
    {
        public static FoldedOrder Placed(in EngineOutput place) => new(
            place.OrderId, place.ParentId, place.InstrumentId, place.Tag, place.Side, place.Flags, place.Part,
            place.PriceTicks, place.QuantityLots, 0, place.PriceTicks, place.QuantityLots, place.ExpireTimeNs,
            DecisionReason.None);

        public static FoldedOrder Open(in EngineOutput open) => Placed(in open) with
        {
            FilledLots = open.FilledLots,
            WantedPriceTicks = open.FillPriceTicks,
            WantedQuantityLots = open.FillLots,
            CancelReason = open.Reason,
        };

        public EngineOutput ToRecord(long nowNs) => new()
        {
            Kind = OutputKind.OpenOrder,
            State = OrderState.Unknown,
            OrderId = Id,
            ParentId = ParentId,
            InstrumentId = InstrumentId,
            Tag = Tag,
            Side = Side,
            Flags = Flags,
            Part = Part,
            PriceTicks = PriceTicks,
            QuantityLots = QuantityLots,
            FilledLots = FilledLots,
            FillPriceTicks = WantedPriceTicks,
            FillLots = WantedQuantityLots,
            ExpireTimeNs = ExpireTimeNs,
            Reason = CancelReason,
            TimeNs = nowNs,
        };
    }
}
