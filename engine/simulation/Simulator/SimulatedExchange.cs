using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Paper;

namespace LowLatency.Simulation.Simulator;

/// <summary>What the venue has said when it was asked what is open.</summary>
/// <param name="Open">Ids of the open orders.</param>
/// <param name="Sums">What each instrument's fills came to.</param>
internal sealed record SimulatedAnswer(
    IReadOnlySet<long> Open, IReadOnlyList<(long Lots, Int128 CashTickLots, Int128 FeesMicroTickLots)> Sums);

/// <summary>
/// The order side of the venue, which outlives every process that trades with it: the paper venue matches, and this
/// keeps the truth of orders, fills and positions, plainly, and does to commands and reports what a network does. One
/// thread.
/// </summary>
internal sealed class SimulatedExchange : IMarketVenue
{
    // As many of the last fills as a venue tells again when it is asked what happened; the engine remembers more.
    private const int RepeatedReport = 128;
    private const int StepsOfLateReport = 60;
    private const int StepsOfLateCommand = 80;
    private const int StepsOfLostGateway = 400;
    private const int StepsOfOrderLimit = 50;
    private const long ForeignOrder = 999_999_937;

    private readonly Instrument[] _instruments;
    private readonly FaultPlan _plan;
    private readonly Dictionary<long, SimulatedOrder> _orders = [];
    private readonly SortedDictionary<long, SimulatedOrder> _open = [];
    private readonly List<EngineInput> _fills = [];
    private readonly List<SimulatedAnswer> _answers = [];
    private readonly Queue<(long Step, long NowNs, EngineOutput Command)> _commands = new();
    private readonly List<(long Step, EngineInput Report)> _late = [];
    private readonly (long Lots, Int128 Cash, Int128 Fees)[] _sums;
    private PaperVenue _paper;
    private long _step;
    private long _nowNs;
    private long _lastTradeId;
    private long _commandsLateUntil;
    private long _refusesUntil;
    private long _lostUntil = -1;
    private long _drawn;

    public SimulatedExchange(Instrument[] instruments, FaultPlan plan)
    {
        _instruments = instruments;
        _plan = plan;
        _sums = new (long, Int128, Int128)[instruments.Length];
        _paper = new PaperVenue(instruments);
    }

    /// <inheritdoc/>
    public ReportQueue Reports { get; private set; } = new();

    /// <summary>Orders that are open, by id.</summary>
    public IReadOnlyDictionary<long, SimulatedOrder> Open => _open;

    /// <summary>Every fill there has been, foreign ones among them.</summary>
    public IReadOnlyList<EngineInput> Fills => _fills;

    /// <summary>Orders that were placed here, ever.</summary>
    public int Placed => _orders.Count;

    /// <summary>What the first command that should never have come was, in words; or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Something is on its way, or the way is lost.</summary>
    public bool IsUnsettled => _commands.Count != 0 || _late.Count != 0 || Reports.Count != 0 || _lostUntil >= 0;

    /// <summary>What each answer about open orders has said; the number is in the event that ends it.</summary>
    public IReadOnlyList<SimulatedAnswer> Answers => _answers;

    /// <summary>What the fills of an instrument come to.</summary>
    public (long Lots, Int128 CashTickLots, Int128 FeesMicroTickLots) Sum(int instrument) => _sums[instrument];

    /// <summary>No order is taken before a step.</summary>
    public void RefuseUntil(long step) => _refusesUntil = Math.Max(_refusesUntil, step);

    /// <summary>What makes it late, or away, ends.</summary>
    public void Calm()
    {
        (_commandsLateUntil, _refusesUntil) = (0, 0);
        _lostUntil = Math.Min(_lostUntil, _step + 1);
    }

    /// <inheritdoc/>
    public void OnMarket(in EngineInput item)
    {
        _paper.OnMarket(in item);
        if (_paper.Reports.Count != 0)
        {
            Collect();
        }
    }

    /// <inheritdoc/>
    public void OnCommand(in EngineOutput command, long nowNs)
    {
        if (command.Kind is not (OutputKind.Place or OutputKind.Amend or OutputKind.Cancel or OutputKind.Query))
        {
            return;
        }

        if (_lostUntil >= 0 || _plan.Happens(FaultKind.LostCommand, Opportunity(), out _))
        {
            // The id was used all the same.
            NoteId(in command);
            return;
        }

        if (_plan.Happens(FaultKind.LateCommand, Opportunity(), out FaultDraw draw))
        {
            _commandsLateUntil = Math.Max(_commandsLateUntil, _step + 1 + draw.Next(StepsOfLateCommand));
        }

        if (_step < _commandsLateUntil || _commands.Count != 0)
        {
            _commands.Enqueue((Math.Max(_step, _commandsLateUntil), nowNs, command));
        }
        else
        {
            Carry(in command, nowNs);
        }
    }

    /// <summary>Time goes on.</summary>
    public void Step(long step, long nowNs)
    {
        _step = step;
        _nowNs = nowNs;
        while (_commands.TryPeek(out (long Step, long NowNs, EngineOutput Command) next) && next.Step <= step)
        {
            _commands.Dequeue();
            Carry(in next.Command, nowNs);
        }

        for (int i = 0; i < _late.Count; i++)
        {
            if (_late[i].Step <= step)
            {
                EngineInput report = _late[i].Report;
                Reports.Enqueue(in report);
                _late.RemoveAt(i--);
            }
        }

        if (_plan.Happens(FaultKind.OrderLimit, step, out FaultDraw draw))
        {
            RefuseUntil(step + 1 + draw.Next(StepsOfOrderLimit));
        }

        if (_plan.Happens(FaultKind.ForeignFill, step, out draw))
        {
            FillForeign(draw);
        }

        if (_lostUntil < 0 && _plan.Happens(FaultKind.LostGateway, step, out draw))
        {
            Lose();
            _lostUntil = step + 1 + draw.Next(StepsOfLostGateway);
        }
        else if (_lostUntil >= 0 && _lostUntil <= step)
        {
            _lostUntil = -1;
            Reconcile();
        }
    }

    /// <summary>The process that traded here is gone: what was on its way to it is lost, what it had sent arrives.
    /// </summary>
    public void OnProcessEnded()
    {
        while (_commands.TryDequeue(out (long Step, long NowNs, EngineOutput Command) next))
        {
            Carry(in next.Command, _nowNs);
        }

        _late.Clear();
        _lostUntil = -1;
        Reports = new ReportQueue();
    }

    /// <summary>While nobody listens, the market goes through some orders.</summary>
    public void TradeWhileDown(FaultDraw draw)
    {
        foreach (SimulatedOrder order in _open.Values.Where(order => !order.Flags.HasFlag(OrderFlags.ImmediateOrCancel))
            .ToArray())
        {
            if (draw.Next(3) == 0)
            {
                AddFill(order, 1 + (long)(draw.NextDouble() * (order.RemainingLots - 1)), isMaker: true);
            }
        }
    }

    /// <summary>A new process asks what is open; its market begins anew.</summary>
    public void OnProcessStarted()
    {
        _paper = new PaperVenue(_instruments);
        var open = _open.Values.Select(order => new EngineOutput
        {
            Kind = OutputKind.OpenOrder,
            OrderId = order.Id,
            InstrumentId = order.InstrumentId,
            Side = order.Side,
            Flags = order.Flags,
            PriceTicks = order.PriceTicks,
            QuantityLots = order.QuantityLots,
            FilledLots = order.FilledLots,
        });
        _paper.Restore(new EngineSnapshot(0, open.ToArray()), _nowNs);
        while (_paper.Reports.Count != 0)
        {
            _paper.Reports.Dequeue();
        }

        Reconcile();
    }

    // The way is lost: nothing on it arrives.
    private void Lose()
    {
        _commands.Clear();
        _late.Clear();
        while (Reports.Count != 0)
        {
            Reports.Dequeue();
        }

        Reports.Enqueue(new EngineInput { Kind = EventKind.GatewayLost, ReceiveTimeNs = _nowNs });
    }

    private void Reconcile()
    {
        Reports.Enqueue(new EngineInput { Kind = EventKind.ReconcileBegin, ReceiveTimeNs = _nowNs });
        for (int i = Math.Max(0, _fills.Count - RepeatedReport); i < _fills.Count; i++)
        {
            Reports.Enqueue(_fills[i] with { ReceiveTimeNs = _nowNs });
        }

        foreach (SimulatedOrder order in _open.Values)
        {
            Reports.Enqueue(new EngineInput
            {
                Kind = EventKind.OrderOpen,
                OrderId = order.Id,
                InstrumentId = order.InstrumentId,
                Side = order.Side,
                PriceTicks = order.PriceTicks,
                QuantityLots = order.QuantityLots,
                ReceiveTimeNs = _nowNs,
            });
        }

        Reports.Enqueue(new EngineInput
        {
            Kind = EventKind.ReconcileEnd,
            ReceiveTimeNs = _nowNs,
            AnswerNumber = _answers.Count,
        });
        _answers.Add(new SimulatedAnswer(_open.Keys.ToHashSet(), _sums.ToArray()));
    }

    private void NoteId(in EngineOutput command)
    {
        if (command.Kind == OutputKind.Place && !_orders.TryAdd(command.OrderId, new SimulatedOrder(in command)))
        {
            Problem ??= $"client order id {command.OrderId} was used twice";
        }
    }

    private void Carry(in EngineOutput command, long nowNs)
    {
        NoteId(in command);
        if (Problem is not null)
        {
            return;
        }

        if (command.Kind == OutputKind.Query)
        {
            Answer(in command, nowNs);
        }
        else if (command.Kind is OutputKind.Place or OutputKind.Amend && _step < _refusesUntil)
        {
            Send(new EngineInput
            {
                Kind = command.Kind == OutputKind.Place ? EventKind.OrderRejected : EventKind.AmendRejected,
                RejectReason = RejectReason.TooManyOrders,
                InstrumentId = command.InstrumentId,
                OrderId = command.OrderId,
                CommandNumber = command.Kind == OutputKind.Amend ? command.CommandNumber : 0,
                ReceiveTimeNs = nowNs,
            });
        }
        else
        {
            if (command.Kind == OutputKind.Place)
            {
                _open[command.OrderId] = _orders[command.OrderId];
            }

            _paper.OnCommand(in command, nowNs);
            Collect();
        }
    }

    private void Answer(in EngineOutput query, long nowNs)
    {
        var answer = new EngineInput
        {
            Kind = EventKind.OrderCancelled,
            InstrumentId = query.InstrumentId,
            Side = query.Side,
            OrderId = query.OrderId,
            ReceiveTimeNs = nowNs,
            FilledLots = _orders.TryGetValue(query.OrderId, out SimulatedOrder? order) ? order.FilledLots : 0,
        };
        if (order is not null && _open.ContainsKey(order.Id))
        {
            answer.Kind = EventKind.OrderOpen;
            (answer.PriceTicks, answer.QuantityLots) = (order.PriceTicks, order.QuantityLots);
            answer.CommandNumber = query.CommandNumber;
        }

        Send(in answer);
    }

    // What the paper venue says becomes the truth first, and then goes on its way.
    private void Collect()
    {
        while (_paper.Reports.Count != 0)
        {
            EngineInput report = _paper.Reports.Peek();
            _paper.Reports.Dequeue();
            report.TradeId = report.Kind == EventKind.OrderFilled ? ++_lastTradeId : report.TradeId;
            if (_orders.TryGetValue(report.OrderId, out SimulatedOrder? order))
            {
                Keep(order, in report);
            }

            Send(in report);
        }
    }

    private void Keep(SimulatedOrder order, in EngineInput report)
    {
        switch (report.Kind)
        {
            case EventKind.OrderFilled:
                Count(order, in report);
                break;
            case EventKind.OrderAmended:
                (order.PriceTicks, order.QuantityLots) = (report.PriceTicks, report.QuantityLots);
                break;
            case EventKind.OrderRejected or EventKind.OrderCancelled or EventKind.OrderExpired:
                _open.Remove(order.Id);
                break;
            default:
                break;
        }
    }

    private void Count(SimulatedOrder order, in EngineInput fill)
    {
        _fills.Add(fill);
        order.FilledLots += fill.QuantityLots;
        Add(in fill);
        if (order.RemainingLots == 0)
        {
            _open.Remove(order.Id);
        }
    }

    private void Add(in EngineInput fill)
    {
        ref (long Lots, Int128 Cash, Int128 Fees) sum = ref _sums[fill.InstrumentId];
        Instrument instrument = _instruments[fill.InstrumentId];
        Int128 notional = (Int128)fill.PriceTicks * fill.QuantityLots;
        sum.Lots += fill.Side == Side.Buy ? fill.QuantityLots : -fill.QuantityLots;
        sum.Cash += fill.Side == Side.Buy ? -notional : notional;
        sum.Fees += notional
            * ((fill.Flags & EngineInput.MakerFlag) != 0 ? instrument.MakerFeePpm : instrument.TakerFeePpm);
    }

    private void AddFill(SimulatedOrder order, long lots, bool isMaker)
    {
        var fill = new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = order.Id,
            InstrumentId = order.InstrumentId,
            Side = order.Side,
            PriceTicks = order.PriceTicks,
            QuantityLots = lots,
            TradeId = ++_lastTradeId,
            Flags = isMaker ? EngineInput.MakerFlag : 0,
            ReceiveTimeNs = _nowNs,
            ExchangeTimeNs = _nowNs,
        };
        Count(order, in fill);
    }

    private void FillForeign(FaultDraw draw)
    {
        SimulatedOrder? like = _orders.Count == 0 ? null : _orders.Values.Last();
        if (like is null || _lostUntil >= 0)
        {
            return;
        }

        var fill = new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = ForeignOrder,
            InstrumentId = like.InstrumentId,
            Side = draw.Next(2) == 0 ? Side.Buy : Side.Sell,
            PriceTicks = like.PriceTicks,
            QuantityLots = 1 + draw.Next((int)Math.Min(like.QuantityLots, 1000)),
            TradeId = ++_lastTradeId,
            ReceiveTimeNs = _nowNs,
            ExchangeTimeNs = _nowNs,
        };
        _fills.Add(fill);
        Add(in fill);
        Send(in fill);
    }

    // Fills may be late or told twice, and are never lost but with the whole way to the venue: then they are told again
    // when it is back.
    private void Send(in EngineInput report)
    {
        if (_lostUntil >= 0)
        {
            return;
        }

        bool isFill = report.Kind == EventKind.OrderFilled;
        if (!isFill && _plan.Happens(FaultKind.LostReport, Opportunity(), out _))
        {
            return;
        }

        if (_plan.Happens(FaultKind.RepeatedReport, Opportunity(), out FaultDraw draw))
        {
            _late.Add((_step + 1 + draw.Next(StepsOfLateReport), report));
        }

        if (_plan.Happens(FaultKind.LateReport, Opportunity(), out draw))
        {
            _late.Add((_step + 1 + draw.Next(StepsOfLateReport), report));
            return;
        }

        Reports.Enqueue(in report);
    }

    // Several commands and reports can meet the same step; each has a chance of its own.
    private long Opportunity() => ++_drawn;
}
