using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders.Model;

/// <summary>
/// One random sequence of book updates, order events, losses and restarts: the real engine against a simple gateway,
/// with all invariants checked after every step.
/// </summary>
internal sealed class ModelRun
{
    private const int OutboundCapacity = 256;
    private const int MaxOpenOrders = 6;
    private const long MaxOrderTickLots = 40_000;
    private const long MaxPositionTickLots = 100_000;
    private const long Second = 1_000_000_000;
    private const decimal StartCash = 60_000;

    private static readonly Instrument s_instrument = Fixture.Spot() with
    {
        Scale = new InstrumentScale(0, 0, 1, 1),
        MakerFeePpm = -100,
        TakerFeePpm = 400,
    };

    private static readonly RiskLimits s_limits = new()
    {
        MaxOrderTickLots = MaxOrderTickLots,
        MaxPositionTickLots = MaxPositionTickLots,
        MaxOpenOrders = MaxOpenOrders,
        CollarPpm = 200_000,
    };

#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
    // What each step does. The order in which an action draws its numbers is part of a seed's meaning.
    private static readonly Dictionary<string, Action<ModelRun>> s_actions = new()
    {
        ["book"] = run => run.Book(run._random.Next(-3, 4)),
        ["jump"] = run => run.Book((int)run._bid / 2 * (run._random.Next(2) == 0 ? 1 : -1)),
        ["stale"] = run => run.LoseBook(),
        ["trade"] = run => run.Publish(new EngineInput { Kind = EventKind.Trade, Price = run._bid, Quantity = 1 }),
        ["ask"] = run => run.AskTrader(times: 3),
        ["take"] = run => run.TakeCommands(run._random.Next(1, 8), rejects: false),
        ["reject"] = run => run.TakeCommands(2, rejects: true),
        ["fill"] = run => run.FillAny(),
        ["deliver"] = run => run.DeliverAny(keeps: false),
        ["repeat"] = run => run.DeliverAny(keeps: true),
        ["drop"] = run => run.Drop(),
        ["foreign"] = run => run._venue.FillForeign(run._random.Next(2) == 0 ? Side.Buy : Side.Sell, run._bid, 1),
        ["time"] = run => run.Wait(run._random.Next(1, 4)),
        ["timeout"] = run => run.Wait(11),
        ["lost"] = run => run.Publish(new EngineInput { Kind = EventKind.GatewayLost }),
        ["restart"] = run => run.Restart(),
        ["halt"] = run => run.Publish(
            new EngineInput { Kind = EventKind.Status, TradingStatus = (TradingStatus)run._random.Next(4) }),
        ["kill"] = run => run.Publish(
            new EngineInput
            {
                Kind = run._random.Next(4) == 0 ? EventKind.EngageKillSwitch : EventKind.LiftKillSwitch,
            }),
    };

    private readonly ModelVenue _venue = new(s_instrument.MakerFeePpm, s_instrument.TakerFeePpm);
    private readonly ModelTrader _trader = new();
    private readonly Random _random;
    private readonly Action<string>? _log;
    private readonly HashSet<long> _delivered = [];
    private readonly Dictionary<long, EngineOutput> _composites = [];

    // Engine outputs that the gateway thread has not taken: lost if the process dies.
    private readonly Queue<EngineOutput> _outbound = new();
    private TradingCore _engine = null!;
    private JournalFold _journal = new();
    private EngineSnapshot? _snapshot;
    private long _nowNs = 1_000 * Second;
    private long _updateId = 1;
    private bool _isLive;
    private long _bid = 1000;

    public ModelRun(int seed, Action<string>? log = null)
    {
        _log = log;
        _random = new Random(seed);
        Start();
    }

    public static string[] Steps { get; } =
    [
        "book", "book", "jump", "stale", "trade", "ask", "ask", "ask", "ask", "take", "take", "take", "reject", "fill",
        "fill", "deliver", "deliver", "deliver", "repeat", "drop", "foreign", "time", "timeout", "lost", "restart",
        "halt", "kill",
    ];

    public long Restarts { get; private set; }

    public long Orders { get; private set; }

    public void Step(string name)
    {
        _nowNs += _random.Next(1, 50_000_000);
        _log?.Invoke($"== {name}");
        s_actions[name](this);
        Check();
    }

    /// <summary>Ends the faults: everything is reported, and every order must end.</summary>
    public void Finish()
    {
        Publish(new EngineInput { Kind = EventKind.EndSession });
        for (int i = 0; i < 20 && (i < 3 || _engine.Engine.OpenOrders != 0); i++)
        {
            TakeCommands(int.MaxValue, rejects: false);
            while (_venue.Reports.Count != 0)
            {
                Deliver(0, keeps: false);
            }

            if (i is 1 or 5)
            {
                Reconcile();
            }

            _nowNs += 11 * Second;
            Publish(new EngineInput { Kind = EventKind.Timer });
        }

        Check();
        Assert.Equal(0, _engine.Engine.OpenOrders);
        Assert.Equal(0, _engine.Engine.LivingComposites);
        Assert.Empty(_venue.Open);
        (long lots, Int128 cash, Int128 fees) = _venue.Sum(_venue.Fills);
        Position position = _engine.Engine.Position(0);
        Assert.Equal((lots, cash, fees), (position.Lots, position.CashTickLots, position.FeesMicroTickLots));
        Assert.Equal(0, _engine.Engine.Funds.Of(s_instrument.Venue, "BTC").InOrders);
        Assert.Equal(0, _engine.Engine.Funds.Of(s_instrument.Venue, "USDT").InOrders);
    }

    private void Start()
    {
        var options = new EngineOptions
        {
            MaxOrders = 16,
            MaxComposites = 4,
            BookLevelsPerSide = 16,
            FirstOrderCounter = _snapshot?.NextOrderCounter ?? 1,
            Balances = new Dictionary<VenueCurrency, decimal>
            {
                [new VenueCurrency(s_instrument.Venue, "USDT")] = StartCash,
            },
            Snapshot = _snapshot,
        };
        _engine = TradingCore.OnOneThread(
            [new InstrumentSetup(s_instrument, s_limits, _trader)], options, 256, hasPaperVenue: false,
            outboundCapacity: OutboundCapacity);
        _engine.OnOutput = OnOutput;
        _isLive = false;
    }

    // Killed: outputs that the gateway had not taken were neither journalled nor sent.
    private void Restart()
    {
        Restarts++;
        _outbound.Clear();
        _venue.Reports.Clear();
        _snapshot = _journal.ToSnapshot(_nowNs);
        _journal = new JournalFold();
        foreach (EngineOutput record in _snapshot.Records)
        {
            _journal.Add(in record);
        }

        _journal.Add(new EngineOutput
        {
            Kind = OutputKind.SnapshotEnd,
            LastOrderId = OrderIds.IdOf(_snapshot.NextOrderCounter - 1),
        });

        // Everything in the journal counts as delivered; the rest comes again with the reconciliation.
        _delivered.Clear();
        Position known = _journal.PositionOf(0);
        Start();
        Position restored = _engine.Engine.Position(0);
        Assert.Equal(known, restored);
        Assert.Equal(_journal.OpenOrders.Count(), _engine.Engine.OpenOrders);
        Assert.Equal(_journal.LivingComposites.Count(), _engine.Engine.LivingComposites);
        Reconcile();
    }

    private void Reconcile()
    {
        foreach (EngineInput report in _venue.Reconcile().ToArray())
        {
            if (report.Kind == EventKind.OrderFilled)
            {
                _delivered.Add(report.TradeId);
            }

            Publish(report);
        }

        _venue.Reports.RemoveAll(report => report.Kind == EventKind.OrderFilled);
        (long lots, Int128 cash, _) = _venue.Sum(_venue.Fills);
        Position position = _engine.Engine.Position(0);
        Assert.Equal((lots, cash), (position.Lots, position.CashTickLots));
    }

    private void Book(int move)
    {
        _bid = Math.Clamp(_bid + move, 200, 3000);
        bool isCrossed = _random.Next(40) == 0;
        long ask = isCrossed ? _bid : _bid + _random.Next(1, 4);
        Publish(new EngineInput { Kind = EventKind.SnapshotBegin });
        for (int depth = 0; depth < 4; depth++)
        {
            Level(Side.Buy, _bid - (5 * depth));
            Level(Side.Sell, ask + (5 * depth));
        }

        _isLive = !isCrossed;
        Publish(new EngineInput { Kind = EventKind.BookCommit, UpdateId = _updateId++ });
    }

    private void Level(Side side, long price) => Publish(new EngineInput
    {
        Kind = EventKind.LevelUpdate,
        Side = side,
        Price = price,
        Quantity = _random.Next(1, 30),
    });

    private void LoseBook()
    {
        _isLive = false;
        Publish(new EngineInput { Kind = EventKind.BookStale, StaleReason = StaleReason.SequenceGap });
    }

    private void AskTrader(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _trader.Wish = _random.Next();
            Publish(new EngineInput { Kind = EventKind.Timer });
        }
    }

    private void FillAny()
    {
        if (_venue.Open.Count != 0)
        {
            _venue.Fill(_venue.Open.Keys.ElementAt(_random.Next(_venue.Open.Count)), _random.Next(1, 12));
        }
    }

    private void DeliverAny(bool keeps)
    {
        if (_venue.Reports.Count != 0)
        {
            Deliver(_random.Next(_venue.Reports.Count), keeps);
        }
    }

    private void Wait(int seconds)
    {
        _nowNs += Second * seconds;
        Publish(new EngineInput { Kind = EventKind.Timer });
    }

    // The gateway thread: commands are journalled before they are executed.
    private void TakeCommands(int count, bool rejects)
    {
        for (int i = 0; i < count && _outbound.TryDequeue(out EngineOutput output); i++)
        {
            _journal.Add(in output);
            if (rejects && output.Kind == OutputKind.Place)
            {
                _venue.Reject(in output);
            }
            else
            {
                _venue.Take(in output);
            }
        }
    }

    private void Deliver(int index, bool keeps)
    {
        EngineInput report = _venue.Reports[index];
        if (!keeps)
        {
            _venue.Reports.RemoveAt(index);
        }

        if (report.Kind == EventKind.OrderFilled)
        {
            _delivered.Add(report.TradeId);
        }

        Publish(report);
    }

    // Acknowledgements can be lost; fills may be late, but are never lost.
    private void Drop()
    {
        int index = _venue.Reports.FindIndex(report => report.Kind != EventKind.OrderFilled);
        if (index >= 0)
        {
            _venue.Reports.RemoveAt(index);
        }
    }

    private void Publish(EngineInput item)
    {
        item.ReceiveTimeNs = _nowNs;
        if (item.Kind is not (EventKind.LevelUpdate or EventKind.SnapshotBegin))
        {
            _log?.Invoke($"   {item.Kind} {item.OrderId:x} {item.Side} {item.Quantity} at {item.Price}, "
                + $"{item.CommandNumber}");
        }

        _engine.Inputs.Put([item]);
    }

    private void OnOutput(EngineOutput output)
    {
        _outbound.Enqueue(output);
        _log?.Invoke($"      > {output.Kind} {output.OrderId:x} {output.Side} {output.QuantityLots} at "
            + $"{output.PriceTicks}, {output.Reason} {output.State} of {output.ParentId:x}, {output.CommandNumber}");
        if (output.Kind == OutputKind.CompositeCreated)
        {
            _composites[output.OrderId] = output;
        }

        if (output.Kind is OutputKind.Place or OutputKind.Amend)
        {
            Orders++;
            Assert.True(_isLive, "a decision on a book that is not live");
            Assert.True(output.BidPrice > 0 && output.BidPrice < output.AskPrice, "a decision on a crossed book");
            Assert.InRange(output.PriceTicks * output.QuantityLots, 1, MaxOrderTickLots * 2);
            Assert.InRange(output.OpenOrders, 0, output.Kind == OutputKind.Place ? MaxOpenOrders - 1 : MaxOpenOrders);
        }
    }

    private void Check()
    {
        // Every delivered fill counts once, whoever placed its order.
        if (_delivered.Count != 0 || Restarts == 0)
        {
            CheckFills();
        }

        Position position = _engine.Engine.Position(0);
        Assert.Equal(position.RealisedTickLots, position.CashTickLots + position.CostTickLots);
        CheckFunds(in position);
        CheckExposure(in position);
        CheckComposites();
    }

    private void CheckFills()
    {
        if (Restarts != 0)
        {
            // Before the first event of a session, the journal's fills count although this session did not receive
            // them.
            return;
        }

        (long lots, Int128 cash, Int128 fees) =
            _venue.Sum(_venue.Fills.Where(fill => _delivered.Contains(fill.TradeId)));
        Position position = _engine.Engine.Position(0);
        Assert.Equal((lots, cash, fees), (position.Lots, position.CashTickLots, position.FeesMicroTickLots));
    }

    // Funds are conserved: what one currency loses, the other and the fees gain.
    private void CheckFunds(in Position position)
    {
        Funds quote = _engine.Engine.Funds.Of(s_instrument.Venue, "USDT");
        Funds basis = _engine.Engine.Funds.Of(s_instrument.Venue, "BTC");
        Int128 unit = 1_000_000;
        Assert.Equal(
            ((Int128)StartCash * unit) + (position.CashTickLots * unit) - position.FeesMicroTickLots, quote.Total);
        Assert.Equal(position.Lots, basis.Total);
        Assert.True(quote.InOrders >= 0 && basis.InOrders >= 0);
    }

    // Orders open at the gateway are accounted for: at least as much exposure is reserved as could trade.
    private void CheckExposure(in Position position)
    {
        _ = position;
        InstrumentView view = _engine.Engine.View(0);
        long buys = _venue.Open.Values.Where(order => order.Side == Side.Buy && !IsOvertaken(order))
            .Sum(order => order.QuantityLots - order.FilledLots);
        long sells = _venue.Open.Values.Where(order => order.Side == Side.Sell && !IsOvertaken(order))
            .Sum(order => order.QuantityLots - order.FilledLots);
        Assert.True(view.OpenBuyLots >= buys, $"{buys} lots could be bought, {view.OpenBuyLots} are accounted for");
        Assert.True(view.OpenSellLots >= sells, $"{sells} lots could be sold, {view.OpenSellLots} are accounted for");
    }

    // An order whose rejection or cancel is still under way from an earlier state.
    private static bool IsOvertaken(VenueOrder order) => order.QuantityLots <= order.FilledLots;

    // A composite order never trades more than requested, whatever is lost or late.
    private void CheckComposites()
    {
        foreach (EngineOutput terms in _composites.Values)
        {
            long filled = _venue.Fills.Where(fill => _venue.ParentOf(fill.OrderId) == terms.OrderId)
                .Sum(fill => fill.QuantityLots);
            long open = _venue.Open.Values.Where(order => order.ParentId == terms.OrderId)
                .Sum(order => order.QuantityLots - order.FilledLots);
            long most = terms.CompositeKind == CompositeKind.Paired ? 2 * terms.QuantityLots : terms.QuantityLots;
            Assert.True(
                filled + open <= most,
                $"{terms.CompositeKind} of {terms.QuantityLots}: {filled} filled and {open} open");
            if (terms.CompositeKind == CompositeKind.Iceberg)
            {
                Assert.True(open <= terms.DisplayLots, $"an iceberg shows {open} of {terms.DisplayLots}");
            }
        }
    }
#pragma warning restore CA5394
}
