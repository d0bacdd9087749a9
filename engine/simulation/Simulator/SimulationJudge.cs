using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;
using LowLatency.Feeds;
using LowLatency.Replay;

namespace LowLatency.Simulation.Simulator;

/// <summary>
/// Holds what has to hold at every step, whatever happens. It believes nobody: whether a book is live it knows from the
/// events, positions and funds from the reports, what is open from the exchange. One thread.
/// </summary>
internal sealed class SimulationJudge(SimulatedNetwork network, SimulatedExchange exchange)
{
    private const int MicroUnits = 1_000_000;

    private readonly Dictionary<long, OwnOrder> _orders = [];
    private SimulatedProcess _process = null!;
    private InstrumentManifest[] _instruments = [];
    private IReadOnlyDictionary<string, decimal> _balances = new Dictionary<string, decimal>();
    private HashSet<long>[] _trades = [];
    private Position[] _positions = [];
    private bool[] _isLive = [];
    private int[] _openOrders = [];
    private EventKind _last;
    private SimulationLimits _limits = null!;
    private SimulationLosses _losses = null!;
    private bool _isStopped;
    private bool _isStoppedForGood;

    // Orders placed in the event at hand.
    private readonly List<long> _young = [];

    /// <summary>Told of every order command, note and report, line by line; null for nobody.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Events judged.</summary>
    public long Events { get; private set; }

    /// <summary>Orders and amendments judged.</summary>
    public long Decisions { get; private set; }

    /// <summary>Fills that the engine was told of, each once.</summary>
    public long Fills { get; private set; }

    /// <summary>Books compared with the venue's of the same update id.</summary>
    public long BooksCompared { get; private set; }

    /// <summary>Answers about open orders compared with the venue.</summary>
    public long Reconciliations { get; private set; }

    /// <summary>A process begins its life with what its journal says.</summary>
    public void OnStarted(SimulatedProcess process, SessionManifest manifest, EngineSnapshot? snapshot)
    {
        _process = process;
        _instruments = manifest.Instruments.ToArray();
        _balances = manifest.Venues[0].Balances;
        _positions = new Position[_instruments.Length];
        _trades = _instruments.Select(_ => new HashSet<long>()).ToArray();
        _isLive = new bool[_instruments.Length];
        _openOrders = new int[_instruments.Length];
        _orders.Clear();
        _limits = new SimulationLimits(_instruments);
        _losses = new SimulationLosses(_instruments);
        (_isStopped, _isStoppedForGood) = (false, false);
        foreach (EngineOutput record in snapshot?.Records ?? [])
        {
            switch (record.Kind)
            {
                case OutputKind.Position:
                    _positions[record.InstrumentId] = new Position
                    {
                        Lots = record.PositionLots,
                        CashTickLots = record.CashTickLots,
                        FeesMicroTickLots = record.FeesMicroTickLots,
                    };
                    break;
                case OutputKind.TradesSeen:
                    for (int i = 0; i < record.NumberCount; i++)
                    {
                        _trades[record.InstrumentId].Add(record.Numbers[i]);
                    }

                    break;
                case OutputKind.OpenOrder:
                    Open(in record, record.FilledLots);
                    _orders[record.OrderId].IsCancelAsked = record.CancelReason != DecisionReason.None;
                    break;
                case OutputKind.RiskEvent:
                    // Losses and a kill switch outlive a restart.
                    _losses.Restore(in record);
                    _isStopped |= record.StoppedBecause is not (DecisionReason.None or DecisionReason.Stopped);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The engine has handled an event.</summary>
    public void OnEvent(in EngineInput item)
    {
        Events++;
        _last = item.Kind;
        _young.Clear();
        _losses.OnEvent(in item);
        if (item.Kind is > EventKind.Timer and not EventKind.Status or EventKind.BookStale)
        {
            Trace?.Invoke($"  < {item.Kind} {item.OrderId:x} {item.Side} {item.QuantityLots} at {item.PriceTicks}");
        }

        switch (item.Kind)
        {
            case EventKind.SnapshotBegin or EventKind.BookStale:
                _isLive[item.InstrumentId] = false;
                break;
            case EventKind.EngageKillSwitch:
                _isStopped = true;
                break;
            case EventKind.LiftKillSwitch when !_isStoppedForGood && (_isStopped || _losses.Passed is not null):
                _isStopped = false;
                _losses.StartAgain(_positions);
                break;
            case EventKind.EndSession:
                (_isStopped, _isStoppedForGood) = (true, true);
                break;
            case EventKind.BookCommit:
                _limits.OnBook(in item);
                _isLive[item.InstrumentId] = (item.CommitFlags & CommitFlags.CatchingUp) == 0;
                CheckBook(item.InstrumentId);
                Value(item.InstrumentId);
                break;
            case EventKind.OrderFilled:
                Count(in item);
                break;
            default:
                break;
        }
    }

    /// <summary>What the engine has decided in that event.</summary>
    public void OnOutput(in EngineOutput output)
    {
        Trace?.Invoke($"    > {output.Kind} {output.OrderId:x} {output.Side} {output.QuantityLots} at "
            + $"{output.PriceTicks}: {output.Reason} {output.State}");
        switch (output.Kind)
        {
            case OutputKind.Place:
                CheckDecision(in output, replaced: null);
                Open(in output, filledLots: 0);
                _young.Add(output.OrderId);
                break;
            case OutputKind.Amend:
                _orders.TryGetValue(output.OrderId, out OwnOrder? amended);
                CheckDecision(in output, amended);
                if (amended is not null)
                {
                    amended.Lots = Math.Min(amended.Lots, output.QuantityLots);
                    amended.WantedPriceTicks = output.PriceTicks;
                }

                break;
            case OutputKind.Cancel:
                _orders.TryGetValue(output.OrderId, out OwnOrder? cancelled);
                _limits.CheckCancel(in output, cancelled);
                break;
            case OutputKind.OrderEvent:
                OnOrderEvent(in output);
                break;
            case OutputKind.RiskEvent:
                _losses.CheckStop(output.Reason);
                _isStopped |= output.Reason is DecisionReason.KilledLoss or DecisionReason.KilledDrawdown
                    or DecisionReason.KilledDisconnected or DecisionReason.KilledJournal;
                break;
            default:
                break;
        }
    }

    /// <summary>Event and outputs are known.</summary>
    public void AfterEvent(in EngineInput item)
    {
        if (item.Kind == EventKind.OrderFilled)
        {
            CheckPosition(item.InstrumentId);
            CheckFunds();
        }
        else if (item.Kind == EventKind.ReconcileEnd)
        {
            CheckReconciliation(exchange.Answers[(int)item.AnswerNumber]);
        }
        else if (item.Kind == EventKind.Timer)
        {
            // Not before: of two instruments the first may decide before the second is looked at.
            _losses.OnTime();
        }
    }

    /// <summary>A living book whose last message has just been handed over whole is what the venue shows: its numbers
    /// or its checksum would have told otherwise.</summary>
    public void CheckFreshBooks()
    {
        foreach (SimulatedLine line in _process.Lines)
        {
            int id = line.FreshBook;
            if (id < 0 || network.Market.KeepsHistory)
            {
                continue;
            }

            OrderBook book = _process.Engine.Book(id);
            BooksCompared++;
            if (book.IsLive && !book.IsBehind && _isLive[id]
                && network.Market.DiffersFromShown(id, book, _process.Engine.Scale(id)) is { } words)
            {
                throw new SimulationFailure("book", words);
            }
        }
    }

    /// <summary>What holds between steps.</summary>
    public void AfterStep()
    {
        if (exchange.Problem is { } problem)
        {
            throw new SimulationFailure("I4 ids", problem);
        }

        foreach (SimulatedLine line in _process.Lines)
        {
            CheckFrames(line);
        }
    }

    /// <summary>What holds when all is quiet and every order has ended.</summary>
    public void AtRest()
    {
        AfterStep();
        if (exchange.Open.Count != 0 || _process.Engine.OpenOrders != 0 || _process.Engine.LivingComposites != 0)
        {
            throw new SimulationFailure(
                "I3 open orders",
                $"after all was cancelled the venue has {exchange.Open.Count} open orders, the engine "
                + $"{_process.Engine.OpenOrders} and {_process.Engine.LivingComposites} composite ones");
        }

        for (int i = 0; i < _instruments.Length; i++)
        {
            Compare(i, exchange.Sum(i), "at rest");
        }

        FundsLedger funds = _process.Engine.Funds;
        for (int i = 0; i < funds.Count; i++)
        {
            if (funds.At(i).InOrders != 0)
            {
                throw new SimulationFailure(
                    "funds", $"{funds.At(i).InOrders} units of {funds.At(i).Currency} are held back for no order");
            }
        }
    }

    private void Open(in EngineOutput order, long filledLots)
    {
        var own = new OwnOrder(order.InstrumentId, order.Side)
        {
            IsPart = order.ParentId != 0,
            PriceTicks = order.PriceTicks,
            WantedPriceTicks = order.PriceTicks,
            Lots = order.QuantityLots,
            FilledLots = filledLots,
        };
        if (_orders.TryAdd(order.OrderId, own))
        {
            _openOrders[order.InstrumentId]++;
        }
        else
        {
            throw new SimulationFailure("I4 ids", $"order id {order.OrderId} was given twice");
        }
    }

    private void OnOrderEvent(in EngineOutput output)
    {
        if (!_orders.TryGetValue(output.OrderId, out OwnOrder? order))
        {
            return;
        }

        if (output.State is OrderState.Filled or OrderState.Cancelled or OrderState.Rejected or OrderState.Expired)
        {
            _orders.Remove(output.OrderId);
            _openOrders[order.InstrumentId]--;
            return;
        }

        order.FilledLots = output.FilledLots;
        order.PriceTicks = output.PriceTicks;
        order.WantedPriceTicks = output.State is OrderState.Live or OrderState.PartlyFilled
            ? output.PriceTicks
            : order.WantedPriceTicks;
        order.Lots = output.State is OrderState.Live or OrderState.PartlyFilled
            ? output.QuantityLots
            : Math.Min(order.Lots, output.QuantityLots);
    }

    private void CheckBook(int instrument)
    {
        OrderBook book = _process.Engine.Book(instrument);
        if (!network.Market.KeepsHistory || !_isLive[instrument] || !book.IsLive)
        {
            return;
        }

        BooksCompared++;
        if (network.Market.DiffersFromHistory(instrument, book, _process.Engine.Scale(instrument)) is { } words)
        {
            throw new SimulationFailure("book", words);
        }
    }

    private void Value(int id)
    {
        OrderBook book = _process.Engine.Book(id);
        if (_isLive[id] && book.IsTwoSided && !book.IsCrossed)
        {
            _losses.OnBook(id, in _positions[id], book, _process.Engine.Scale(id));
        }
    }

    private void CheckDecision(in EngineOutput output, OwnOrder? replaced)
    {
        Decisions++;
        int id = output.InstrumentId;
        OrderBook book = _process.Engine.Book(id);
        if (!_isLive[id] || !book.IsLive || book.IsCrossed)
        {
            throw new SimulationFailure(
                "I1 live books", $"{output.Kind} of {Symbol(id)} after {_last} while its book is not live");
        }

        if (_losses.Passed is { } limit)
        {
            throw new SimulationFailure("losses", $"{output.Kind} of {Symbol(id)} after {_last}: {limit}");
        }

        if (_isStopped)
        {
            throw new SimulationFailure(
                "stop", $"{output.Kind} of {Symbol(id)} after {_last} while trading is stopped");
        }

        _limits.Check(in output, book, _process.Engine.Scale(id), replaced, _orders.Values);
        CheckCover(in output, replaced);
        RiskLimits limits = _instruments[id].Limits;
        Int128 notional = (Int128)output.PriceTicks * output.QuantityLots;
        long filledLots = replaced?.FilledLots ?? 0;
        Int128 remaining = (Int128)output.PriceTicks * (output.QuantityLots - filledLots);
        if (remaining > limits.MaxOrderTickLots || output.QuantityLots - filledLots > limits.MaxOrderLots)
        {
            throw new SimulationFailure(
                "limits", $"an order of {notional} tick lots, {limits.MaxOrderTickLots} allowed");
        }

        if (replaced is null && _openOrders[id] >= limits.MaxOpenOrders)
        {
            throw new SimulationFailure("limits", $"order {_openOrders[id] + 1}, {limits.MaxOpenOrders} allowed");
        }

        long lots = output.Side == Side.Buy ? _positions[id].Lots : -_positions[id].Lots;
        foreach (OwnOrder own in _orders.Values)
        {
            lots += own.InstrumentId == id && own.Side == output.Side && own != replaced
                ? Math.Max(0, own.Lots - own.FilledLots)
                : 0;
        }

        lots += output.QuantityLots - filledLots;
        if ((Int128)lots * output.PriceTicks > limits.MaxPositionTickLots)
        {
            throw new SimulationFailure(
                "limits",
                $"{lots} lots of {Symbol(id)} at {output.PriceTicks} could be the position, "
                + $"{limits.MaxPositionTickLots} tick lots allowed");
        }
    }

    // What is owned covers what all open orders of a side could need, this one among them.
    private void CheckCover(in EngineOutput output, OwnOrder? replaced)
    {
        Instrument instrument = _instruments[output.InstrumentId].Instrument;
        string currency = output.Side == Side.Sell ? instrument.BaseAsset : instrument.QuoteAsset;
        if (!_balances.ContainsKey(currency))
        {
            return;
        }

        Funds funds = _process.Engine.Funds.Of(instrument.Venue, currency);
        Int128 need = Need(funds, output.InstrumentId, output.Side, output.PriceTicks,
            output.QuantityLots - (replaced?.FilledLots ?? 0));
        foreach (OwnOrder own in _orders.Values.Where(own => own != replaced))
        {
            Instrument other = _instruments[own.InstrumentId].Instrument;
            need += (own.Side == Side.Sell ? other.BaseAsset : other.QuoteAsset) == currency
                ? Need(funds, own.InstrumentId, own.Side, Math.Min(own.PriceTicks, own.WantedPriceTicks),
                    Math.Max(0, own.Lots - own.FilledLots))
                : 0;
        }

        if (need > funds.Total)
        {
            throw new SimulationFailure(
                "funds", $"orders could need {need} units of {currency}, of which there are {funds.Total}");
        }
    }

    private Int128 Need(in Funds funds, ushort id, Side side, long priceTicks, long lots)
    {
        Instrument instrument = _instruments[id].Instrument;
        InstrumentScale scale = instrument.Scale;
        int feePpm = Math.Max(0, Math.Max(instrument.MakerFeePpm, instrument.TakerFeePpm));
        return side == Side.Sell
            ? lots * scale.LotIncrements * Power(funds.Decimals - scale.QuantityDecimals)
            : (Int128)priceTicks * lots * (MicroUnits + feePpm) * scale.TickIncrements * scale.LotIncrements
                * Power(funds.Decimals - scale.PriceDecimals - scale.QuantityDecimals - 6);
    }

    private void Count(in EngineInput fill)
    {
        if (!_trades[fill.InstrumentId].Add(fill.TradeId))
        {
            return;
        }

        Fills++;
        Instrument instrument = _instruments[fill.InstrumentId].Instrument;
        Int128 notional = (Int128)fill.PriceTicks * fill.QuantityLots;
        bool isMaker = (fill.Flags & EngineInput.MakerFlag) != 0;
        ref Position position = ref _positions[fill.InstrumentId];
        position.Lots += fill.Side == Side.Buy ? fill.QuantityLots : -fill.QuantityLots;
        position.CashTickLots += fill.Side == Side.Buy ? -notional : notional;
        position.FeesMicroTickLots += notional * (isMaker ? instrument.MakerFeePpm : instrument.TakerFeePpm);
    }

    private void CheckPosition(int id)
    {
        Position position = _positions[id];
        Compare(
            id,
            (position.Lots, position.CashTickLots, position.FeesMicroTickLots),
            "after the fills it was told of");
    }

    private void Compare(int id, (long Lots, Int128 CashTickLots, Int128 FeesMicroTickLots) sum, string when)
    {
        Position own = _process.Engine.Position(id);
        if ((own.Lots, own.CashTickLots, own.FeesMicroTickLots) != sum)
        {
            throw new SimulationFailure(
                "I2 position",
                $"{when} the position of {Symbol(id)} is {own.Lots} lots, cash {own.CashTickLots}, fees "
                + $"{own.FeesMicroTickLots}; the fills come to {sum.Lots}, {sum.CashTickLots}, "
                + $"{sum.FeesMicroTickLots}");
        }
    }

    // Nothing is made or lost: what one currency gave the other has, and the fee.
    private void CheckFunds()
    {
        FundsLedger ledger = _process.Engine.Funds;
        for (int i = 0; i < ledger.Count; i++)
        {
            Funds funds = ledger.At(i);
            Int128 expected = (Int128)_balances.GetValueOrDefault(funds.Currency) * Power(funds.Decimals);
            for (int id = 0; id < _instruments.Length; id++)
            {
                expected += Moved(funds, id);
            }

            if (funds.Total != expected)
            {
                throw new SimulationFailure(
                    "funds", $"{funds.Total} units of {funds.Currency}; start and fills come to {expected}");
            }
        }
    }

    private Int128 Moved(in Funds funds, int id)
    {
        Instrument instrument = _instruments[id].Instrument;
        InstrumentScale scale = instrument.Scale;
        Position position = _positions[id];
        Int128 moved = 0;
        if (instrument.BaseAsset == funds.Currency)
        {
            moved += position.Lots * scale.LotIncrements * Power(funds.Decimals - scale.QuantityDecimals);
        }

        if (instrument.QuoteAsset == funds.Currency)
        {
            moved += ((position.CashTickLots * MicroUnits) - position.FeesMicroTickLots)
                * scale.TickIncrements * scale.LotIncrements
                * Power(funds.Decimals - scale.PriceDecimals - scale.QuantityDecimals - 6);
        }

        return moved;
    }

    private void CheckReconciliation(SimulatedAnswer answer)
    {
        Reconciliations++;
        HashSet<long> own = _orders.Keys.Except(_young).ToHashSet();
        if (!answer.Open.SetEquals(own))
        {
            throw new SimulationFailure(
                "I3 open orders",
                $"after the venue was asked, it alone has open {Join(answer.Open.Except(own))}, the engine alone "
                + Join(own.Except(answer.Open)));
        }

        for (int id = 0; id < _instruments.Length; id++)
        {
            Compare(id, answer.Sums[id], "after the venue was asked");
        }
    }

    private static void CheckFrames(SimulatedLine line)
    {
        FeedSessionCounters counts = line.Session.Messages;
        long messages = counts.Depth + counts.BookSnapshots + counts.Direct + counts.Ignored + counts.Rejected;
        long depth = 0;
        for (int i = 0; i < line.Session.SymbolCount; i++)
        {
            BookFeedCounters feed = line.Session.Counters(i);
            depth += feed.DepthMessages;
            long ended = feed.Applied + feed.Dropped + feed.Repeats + feed.Discarded - feed.KeptCopies
                + line.Session.BufferedMessages(i);
            if (feed.DepthMessages != ended)
            {
                throw new SimulationFailure(
                    "I5 frames",
                    $"{feed.DepthMessages} book messages of {line.Session.Instrument(i).Symbol} came; {feed.Applied} "
                    + $"applied, {feed.Dropped} dropped, {feed.Repeats} repeats, {feed.Discarded} discarded, "
                    + $"{line.Session.BufferedMessages(i)} waiting, {feed.KeptCopies} of them twice");
            }
        }

        if (counts.Frames != line.Delivered || messages < counts.Frames || depth != counts.Depth)
        {
            throw new SimulationFailure(
                "I5 frames",
                $"{line.Delivered} frames came, {counts.Frames} were counted, with {messages} messages, of which "
                + $"{counts.Depth} were of books, {depth} by symbol");
        }
    }

    private string Symbol(int id) => _instruments[id].Instrument.Symbol;

    private static string Join(IEnumerable<long> ids) => $"[{string.Join(", ", ids.Order().Select(id => $"{id:x}"))}]";

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
