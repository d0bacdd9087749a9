using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Paper;

/// <summary>
/// One instrument of the paper venue: the market as the feed shows it, and the own orders that rest in it.
/// The market is never altered by own orders. One thread.
/// </summary>
internal sealed class PaperBook
{
    private readonly ushort _instrumentId;
    private readonly InstrumentScale _declared;
    private readonly ReportQueue _reports;
    private readonly OrderBook _book;
    private InstrumentScale _scale;

    // [0, _count) in the order of their arrival.
    private RestingOrder[] _resting = new RestingOrder[64];
    private int _count;
    private long _tradeId;

    public PaperBook(Instrument instrument, ReportQueue reports, int bookLevels)
    {
        _book = new OrderBook(bookLevels, instrument.Scale.TickIncrements);
        _instrumentId = instrument.Id;
        _declared = instrument.Scale;
        _scale = instrument.Scale;
        _reports = reports;
    }

    public int RestingOrders => _count;

    public void OnMarket(in MarketEvent item)
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
                _book.Commit(item.UpdateId, item.Detail == MarketEvent.CatchingUp);
                OnBookMoved(item.ReceiveTimeNs);
                break;
            case EventKind.BookStale:
                _book.MarkStale((StaleReason)item.Detail);
                break;
            case EventKind.BookRescale:
                OnRescale(item.Price, item.Quantity);
                break;
            case EventKind.Trade:
                OnTrade(item.UpdateId == MarketEvent.DeclaredScale ? item.InScale(in _declared, in _scale) : item);
                break;
            default:
                break;
        }
    }

    public void Place(in EngineOutput command, long nowNs)
    {
        if (!_book.IsTwoSided || command.PriceTicks <= 0 || command.QuantityLots <= 0)
        {
            bool isBadNumber = command.PriceTicks <= 0 || command.QuantityLots <= 0;
            Report(EventKind.OrderRejected, command.OrderId, command.Side, nowNs,
                (byte)(isBadNumber ? RejectReason.BadNumber : RejectReason.BookNotLive));
            return;
        }

        Report(EventKind.OrderAccepted, command.OrderId, command.Side, nowNs);
        var order = new RestingOrder
        {
            Id = command.OrderId,
            Side = command.Side,
            PriceTicks = command.PriceTicks,
            RemainingLots = command.QuantityLots,
        };
        TakeDisplayed(ref order, nowNs, isMaker: false);
        if (order.RemainingLots == 0)
        {
            return;
        }

        // Conservative: all that stands at the price is ahead.
        order.Ahead = _book[order.Side].QuantityAtPrice(order.PriceTicks * _scale.TickIncrements);
        if (_count == _resting.Length)
        {
            Array.Resize(ref _resting, _count * 2);
        }

        _resting[_count++] = order;
    }

    public void Cancel(in EngineOutput command, long nowNs)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_resting[i].Id == command.OrderId)
            {
                Report(EventKind.OrderCancelled, command.OrderId, command.Side, nowNs);
                RemoveAt(i);
                return;
            }
        }

        Report(EventKind.CancelRejected, command.OrderId, command.Side, nowNs);
    }

    private void OnTrade(MarketEvent trade)
    {
        for (int i = 0; i < _count; i++)
        {
            ref RestingOrder order = ref _resting[i];
            long price = order.PriceTicks * _scale.TickIncrements;
            long beyond = order.Side == Side.Buy ? price - trade.Price : trade.Price - price;
            if (beyond > 0)
            {
                // The trade went through the price: everything that stood there was taken first.
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

    // A queue is never longer than what the book displays; what vanished without a trade is taken to have stood
    // behind. And where the market displays the other side at or beyond the own price, the order has traded.
    private void OnBookMoved(long nowNs)
    {
        if (!_book.IsTwoSided || _book.IsCrossed)
        {
            return;
        }

        for (int i = 0; i < _count; i++)
        {
            ref RestingOrder order = ref _resting[i];
            long displayed = _book[order.Side].QuantityAtPrice(order.PriceTicks * _scale.TickIncrements);
            order.Ahead = Math.Min(order.Ahead, displayed);
            TakeDisplayed(ref order, nowNs, isMaker: true);
        }

        DropFilled();
    }

    // Trades against the displayed quantity of the opposite side that the limit price reaches, level by level: a
    // taker at the prices displayed, a maker at its own.
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

        order.RemainingLots -= lots;
        var fill = NewReport(EventKind.OrderFilled, order.Id, order.Side, nowNs);
        fill.Price = priceTicks;
        fill.Quantity = lots;
        fill.TradeId = ++_tradeId;
        fill.Flags = isMaker ? MarketEvent.MakerFlag : 0;
        _reports.Enqueue(in fill);
    }

    private void OnRescale(long priceFactor, long quantityFactor)
    {
        _scale = _scale.Finer(priceFactor, quantityFactor);
        _book.Rescale(priceFactor, quantityFactor);
        for (int i = 0; i < _count; i++)
        {
            _resting[i].Ahead *= quantityFactor;
        }
    }

    private void Report(EventKind kind, long orderId, Side side, long nowNs)
    {
        MarketEvent report = NewReport(kind, orderId, side, nowNs);
        _reports.Enqueue(in report);
    }

    private void Report(EventKind kind, long orderId, Side side, long nowNs, byte detail)
    {
        MarketEvent report = NewReport(kind, orderId, side, nowNs);
        report.Detail = detail;
        _reports.Enqueue(in report);
    }

    private MarketEvent NewReport(EventKind kind, long orderId, Side side, long nowNs) => new()
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

    private struct RestingOrder
    {
        public long Id;
        public Side Side;
        public long PriceTicks;

        // Above 0 while the order rests.
        public long RemainingLots;

        // Quantity in wire increments that must trade at the price before this order does; 0 or more.
        public long Ahead;
    }
}
