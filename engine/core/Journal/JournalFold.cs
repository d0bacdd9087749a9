using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Journal;

/// <summary>
/// Folds a journal's records, in order, into the state that the engine had after the last one. Each order's state is
/// read from the records, not computed again. One thread; not for the hot path.
/// </summary>
public sealed class JournalFold
{
    private readonly SortedDictionary<long, FoldedOrder> _orders = [];
    private readonly SortedDictionary<long, Composite> _composites = [];
    private readonly SortedDictionary<ushort, Position> _positions = [];
    private readonly SortedDictionary<ushort, Queue<long>> _trades = [];
    private readonly SortedDictionary<ushort, EngineOutput> _risks = [];
    private long _lastCounter;

    /// <summary>Number of records folded.</summary>
    public long Count { get; private set; }

    /// <summary>Ids of the open orders.</summary>
    public IEnumerable<long> OpenOrders => _orders.Keys;

    /// <summary>Ids of the living composite orders.</summary>
    public IEnumerable<long> LivingComposites => _composites.Keys;

    internal IReadOnlyDictionary<ushort, Position> Positions => _positions;

    internal IReadOnlyDictionary<ushort, Queue<long>> Trades => _trades;

    internal IReadOnlyCollection<EngineOutput> Risks => _risks.Values;

    internal IReadOnlyCollection<Composite> Composites => _composites.Values;

    internal IReadOnlyCollection<FoldedOrder> Orders => _orders.Values;

    /// <summary>An instrument's position.</summary>
    public Position PositionOf(ushort instrumentId) => _positions.GetValueOrDefault(instrumentId);

    /// <summary>Folds the next record.</summary>
    /// <exception cref="ArgumentException">The record contains numbers that no engine writes.</exception>
    public void Add(in EngineOutput record)
    {
        Count++;
        Check(in record);
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
                for (int i = 0; i < record.NumberCount; i++)
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

    /// <summary>The state as a snapshot for the next session.</summary>
    /// <param name="nowNs">Time of the snapshot's records, nanoseconds since the Unix epoch.</param>
    public EngineSnapshot ToSnapshot(long nowNs) => new(_lastCounter + 1, SnapshotRecords.Of(this, nowNs));

    // Wrong numbers behind a right checksum were written by a faulty program.
    private void Check(in EngineOutput record)
    {
        bool isSound = record.Kind switch
        {
            OutputKind.TradesSeen => record.NumberCount is >= 0 and <= SixteenNumbers.Capacity,
            OutputKind.CompositeParts => record.NumberCount is >= 0 and <= SixteenNumbers.Capacity
                && record.FirstPart is >= 0 and < PartWeights.Capacity
                && record.FirstPart + record.NumberCount <= PartWeights.Capacity,
            OutputKind.CompositeCreated => record.PartCount is >= 0 and <= PartWeights.Capacity,
            OutputKind.OpenOrder or OutputKind.OrderEvent => record.Part is >= 0 and < PartWeights.Capacity,
            _ => true,
        };
        if (!isSound)
        {
            throw new ArgumentException($"record {Count}, a {record.Kind}, contains numbers that no engine writes");
        }
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
                for (int i = 0; i < record.NumberCount; i++)
                {
                    item.Filled[record.FirstPart + i] = record.Numbers[i];
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
}
