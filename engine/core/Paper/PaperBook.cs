using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Paper;

/// <summary>
/// One instrument of the paper venue: the market as the feed shows it, and the own resting orders. Own orders never
/// change the market. One thread.
/// </summary>
internal sealed class PaperBook
{
    private readonly ushort _instrumentId;
    private readonly InstrumentScale _declared;
    private readonly ReportQueue _reports;
    private readonly OrderBook _book;
    private InstrumentScale _scale;

    // [0, _count) in time priority.
    private RestingOrder[] _resting = new RestingOrder[64];
    private int _count;
    private long _lastTradeId;

    public PaperBook(Instrument instrument, ReportQueue reports, int bookLevels, long lastTradeId)
    {
        _lastTradeId = lastTradeId;
        _book = new OrderBook(bookLevels, instrument.Scale.TickIncrements);
        _instrumentId = instrument.Id;
        _declared = instrument.Scale;
        _scale = instrument.Scale;
        _reports = reports;
    }

    public int RestingOrders => _count;

    public void OnMarket(in EngineInput item)
    {
        switch (item.Kind)
        {
            case EventKind.SnapshotBegin:
                _book.BeginSnapshot();
                break;
            case EventKind.LevelUpdate:
                _book.Set(item.Side, item.Price, item.Quantity);
                break;
            case EventKind.BookCommit:
                _book.Commit(item.UpdateId, (item.CommitFlags & CommitFlags.CatchingUp) != 0);
                OnBookMoved(item.ReceiveTimeNs);
                break;
            case EventKind.BookStale:
                _book.MarkStale(item.StaleReason);
                break;
            case EventKind.BookRescale:
                OnRescale(item.PriceFactor, item.QuantityFactor);
                break;
            case EventKind.Trade:
                OnTrade(item.TradeScale == TradeScale.Declared ? item.InScale(in _declared, in _scale) : item);
                break;
            default:
                break;
        }
    }

    public void Place(in EngineOutput command, long nowNs)
    {
        bool isBadNumber = command.PriceTicks <= 0 || command.QuantityLots <= 0;
        if (isBadNumber || !_book.IsTwoSided)
        {
            Reject(EventKind.OrderRejected, in command, isBadNumber ? RejectReason.BadNumber : RejectReason.BookNotLive,
                nowNs);
            return;
        }

        var order = new RestingOrder
        {
            Id = command.OrderId,
            Side = command.Side,
            IsPostOnly = (command.Flags & OrderFlags.PostOnly) != 0,
            PriceTicks = command.PriceTicks,
            QuantityLots = command.QuantityLots,
        };
        if (order.IsPostOnly && WouldTake(order.Side, order.PriceTicks))
        {
            Reject(EventKind.OrderRejected, in command, RejectReason.WouldTake, nowNs);
            return;
        }

        Report(EventKind.OrderAccepted, command.OrderId, command.Side, nowNs);
        TakeDisplayed(ref order, nowNs, isMaker: false);
        if (order.RemainingLots == 0)
        {
            return;
        }

        if ((command.Flags & OrderFlags.ImmediateOrCancel) != 0)
        {
            ReportEnd(EventKind.OrderExpired, in order, nowNs);
            return;
        }

        order.Ahead = DisplayedAt(in order);
        Rest(in order);
    }

    public void Amend(in EngineOutput command, long nowNs)
    {
        int index = Find(command.OrderId);
        if (index < 0)
        {
            Reject(EventKind.AmendRejected, in command, RejectReason.UnknownOrder, nowNs);
            return;
        }

        ref RestingOrder order = ref _resting[index];
        if (!_book.IsTwoSided || (order.IsPostOnly && WouldTake(order.Side, command.PriceTicks)))
        {
            Reject(
                EventKind.AmendRejected,
                in command,
                _book.IsTwoSided ? RejectReason.WouldTake : RejectReason.BookNotLive,
                nowNs);
            return;
        }

        if (command.QuantityLots <= order.FilledLots)
        {
            ReportEnd(EventKind.OrderCancelled, in order, nowNs);
            RemoveAt(index);
            return;
        }

        // An order keeps its place in the queue only if its price stays and its quantity does not grow.
        bool keepsPlace = command.PriceTicks == order.PriceTicks && command.QuantityLots <= order.QuantityLots;
        order.PriceTicks = command.PriceTicks;
        order.QuantityLots = command.QuantityLots;
        EngineInput report = NewReport(EventKind.OrderAmended, order.Id, order.Side, nowNs);
        report.PriceTicks = order.PriceTicks;
        report.QuantityLots = order.QuantityLots;
        report.CommandNumber = command.CommandNumber;
        _reports.Enqueue(in report);
        if (!keepsPlace)
        {
            order.Ahead = DisplayedAt(in order);
            TakeDisplayed(ref order, nowNs, isMaker: false);
            DropFilled();
        }
    }

    public void Cancel(in EngineOutput command, long nowNs)
    {
        int index = Find(command.OrderId);
        if (index < 0)
        {
            Reject(EventKind.CancelRejected, in command, RejectReason.UnknownOrder, nowNs);
            return;
        }

        ReportEnd(EventKind.OrderCancelled, in _resting[index], nowNs);
        RemoveAt(index);
    }

    /// <summary>Reports whether an order is open.</summary>
    public void Query(in EngineOutput command, long nowNs)
    {
        int index = Find(command.OrderId);
        if (index < 0)
        {
            Report(EventKind.OrderCancelled, command.OrderId, command.Side, nowNs);
        }
        else
        {
            ReportOpen(in _resting[index], nowNs, command.CommandNumber);
        }
    }

    /// <summary>Restores an order of an earlier session, behind everything displayed at its price.</summary>
    public void Restore(in EngineOutput order) => Rest(new RestingOrder
    {
        Id = order.OrderId,
        Side = order.Side,
        IsPostOnly = (order.Flags & OrderFlags.PostOnly) != 0,
        PriceTicks = order.PriceTicks,
        QuantityLots = order.QuantityLots,
        FilledLots = order.FilledLots,
        Ahead = long.MaxValue,
    });

    /// <summary>Reports every open order.</summary>
    public void ReportAll(long nowNs)
    {
        for (int i = 0; i < _count; i++)
        {
            ReportOpen(in _resting[i], nowNs, commandNumber: 0);
        }
    }

    private void OnTrade(EngineInput trade)
    {
        for (int i = 0; i < _count; i++)
        {
            ref RestingOrder order = ref _resting[i];
            long price = order.PriceTicks * _scale.TickIncrements;
            long beyond = order.Side == Side.Buy ? price - trade.Price : trade.Price - price;
            if (beyond > 0)
            {
                // The market traded through the price, so everything ahead was filled first.
                Fill(ref order, order.RemainingLots, trade.ReceiveTimeNs, order.PriceTicks, isMaker: true);
            }
            else if (beyond == 0 && trade.Side != order.Side)
            {
                order.Ahead -= trade.Quantity;
                if (order.Ahead < 0)
                {
                    long reached = -order.Ahead / _scale.LotIncrements;
                    order.Ahead = 0;
                    Fill(ref order, Math.Min(order.RemainingLots, reached), trade.ReceiveTimeNs, order.PriceTicks,
                        isMaker: true);
                }
            }
        }

        DropFilled();
    }

    // The queue ahead is at most what the book displays: quantity cancelled at the price is assumed to have been behind
    // the own order. If the other side is displayed at or beyond the own price, the order is filled.
    private void OnBookMoved(long nowNs)
    {
        if (!_book.IsTwoSided || _book.IsCrossed)
        {
            return;
        }

        for (int i = 0; i < _count; i++)
        {
            ref RestingOrder order = ref _resting[i];
            order.Ahead = Math.Min(order.Ahead, DisplayedAt(in order));
            TakeDisplayed(ref order, nowNs, isMaker: true);
        }

        DropFilled();
    }

    // Fills against the displayed quantity of the other side within the limit price, level by level: a taker at the
    // displayed prices, a maker at its own.
    private void TakeDisplayed(ref RestingOrder order, long nowNs, bool isMaker)
    {
        BookSide opposite = _book[order.Side == Side.Buy ? Side.Sell : Side.Buy];
        long limit = order.PriceTicks * _scale.TickIncrements;
        foreach ((long price, long quantity) in opposite)
        {
            if (order.RemainingLots == 0 || (order.Side == Side.Buy ? price > limit : price < limit))
            {
                break;
            }

            long lots = Math.Min(order.RemainingLots, quantity / _scale.LotIncrements);
            long priceTicks = order.Side == Side.Buy ? _scale.CeilingTicks(price) : _scale.FloorTicks(price);
            Fill(ref order, lots, nowNs, isMaker ? order.PriceTicks : priceTicks, isMaker);
        }
    }

    private void Fill(ref RestingOrder order, long lots, long nowNs, long priceTicks, bool isMaker)
    {
        if (lots <= 0)
        {
            return;
        }

        order.FilledLots += lots;
        var fill = NewReport(EventKind.OrderFilled, order.Id, order.Side, nowNs);
        fill.PriceTicks = priceTicks;
        fill.QuantityLots = lots;
        fill.TradeId = ++_lastTradeId;
        fill.Flags = isMaker ? EngineInput.MakerFlag : 0;
        _reports.Enqueue(in fill);
    }

    private void OnRescale(long priceFactor, long quantityFactor)
    {
        _scale = _scale.Finer(priceFactor, quantityFactor);
        _book.Rescale(priceFactor, quantityFactor);
        for (int i = 0; i < _count; i++)
        {
            _resting[i].Ahead = _resting[i].Ahead == long.MaxValue
                ? long.MaxValue
                : _resting[i].Ahead * quantityFactor;
        }
    }

    private void Report(EventKind kind, long orderId, Side side, long nowNs)
    {
        EngineInput report = NewReport(kind, orderId, side, nowNs);
        _reports.Enqueue(in report);
    }

    private void ReportEnd(EventKind kind, in RestingOrder order, long nowNs)
    {
        EngineInput report = NewReport(kind, order.Id, order.Side, nowNs);
        report.FilledLots = order.FilledLots;
        _reports.Enqueue(in report);
    }

    private void Reject(EventKind kind, in EngineOutput command, RejectReason reason, long nowNs)
    {
        EngineInput report = NewReport(kind, command.OrderId, command.Side, nowNs);
        report.RejectReason = reason;
        report.CommandNumber = kind == EventKind.AmendRejected ? command.CommandNumber : 0;
        _reports.Enqueue(in report);
    }

    private void ReportOpen(in RestingOrder order, long nowNs, long commandNumber)
    {
        EngineInput report = NewReport(EventKind.OrderOpen, order.Id, order.Side, nowNs);
        report.PriceTicks = order.PriceTicks;
        report.QuantityLots = order.QuantityLots;
        report.CommandNumber = commandNumber;
        _reports.Enqueue(in report);
    }

    private EngineInput NewReport(EventKind kind, long orderId, Side side, long nowNs) => new()
    {
        Kind = kind,
        Side = side,
        InstrumentId = _instrumentId,
        ReceiveTimeNs = nowNs,
        ExchangeTimeNs = nowNs,
        OrderId = orderId,
    };

    private void DropFilled()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_resting[i].RemainingLots > 0)
            {
                _resting[kept++] = _resting[i];
            }
        }

        _count = kept;
    }

    private void RemoveAt(int index)
    {
        Array.Copy(_resting, index + 1, _resting, index, _count - 1 - index);
        _count--;
    }

    private void Rest(in RestingOrder order)
    {
        if (_count == _resting.Length)
        {
            Array.Resize(ref _resting, _count * 2);
        }

        _resting[_count++] = order;
    }

    private int Find(long orderId)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_resting[i].Id == orderId)
            {
                return i;
            }
        }

        return -1;
    }

    // Conservative: the whole displayed quantity at the price is ahead.
    private long DisplayedAt(in RestingOrder order) =>
        _book[order.Side].QuantityAtPrice(order.PriceTicks * _scale.TickIncrements);

    private bool WouldTake(Side side, long priceTicks)
    {
        long price = priceTicks * _scale.TickIncrements;
        return side == Side.Buy ? price >= _book.Asks.BestPrice : price <= _book.Bids.BestPrice;
    }

    private struct RestingOrder
    {
        public long Id;
        public Side Side;
        public bool IsPostOnly;
        public long PriceTicks;

        // The remaining quantity is above 0 while the order rests.
        public long QuantityLots;
        public long FilledLots;

        // Queue position: the quantity in wire increments that must trade at the price before this order, 0 or more.
        // The maximum means everything that will be displayed.
        public long Ahead;

        public readonly long RemainingLots => QuantityLots - FilledLots;
    }
}
