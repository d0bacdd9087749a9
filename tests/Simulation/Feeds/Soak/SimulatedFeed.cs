using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Simulation.Simulator;
using LowLatency.Tests.Support;

namespace LowLatency.Tests.Feeds.Soak;

/// <summary>
/// Feeds and engine connected to a simulated venue by a wire that loses, duplicates, reorders, garbles and delays
/// messages, cuts connections, and answers requests late or not at all, as drawn from a seed.
/// </summary>
internal sealed class SimulatedFeed : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly IVenue _venue;
    private readonly SimulatedMarket _market;
    private readonly Random _random;
    private readonly TradingCore _engine;
    private readonly Wire[] _wires;
    private readonly List<(int Instrument, StaleReason Reason)> _resyncs = [];
    private long _lastSecondNs;
    private long _steps;

    public SimulatedFeed(string venueName, ulong seed, Random random, params string[] symbols)
    {
        // OKX has two ways to start a book, and the venue may use either.
        bool streamsSnapshots = venueName != "okx by REST";
        _venue = Venues.Find(venueName.Split(' ')[0]);
        _market = new SimulatedMarket(_venue, seed, symbols, streamsSnapshots);
        _random = random;
        Instruments = _market.Names
            .Select((name, id) => Fixture.Spot((ushort)id) with
            {
                Venue = _venue.Name,
                Symbol = name,
                Scale = Scale(_market.Instruments[id]),
            })
            .ToArray();
        _engine = TradingCore.OnOneThread(
            Fixture.Setups(Instruments), new EngineOptions { MaxOrders = 4096 }, 524_288, hasPaperVenue: true);
        _engine.OnOutput = OnOutput;
        var address = new VenueAddress(new Uri("http://venue"), new Uri("ws://venue"));
        _wires = _venue.PlanConnections(address, Instruments)
            .Select((plan, index) => new Wire(
                plan,
                _venue.CreateSession(
                    plan.Symbols.Select(symbol => Instruments[symbol]).ToArray(),
                    _engine.NewPublisher((ushort)(index + 1)),
                    new BadInputLog(),
                    plan.CarriesBooks)))
            .ToArray();
    }

    public Instrument[] Instruments { get; }

    /// <summary>Faults injected so far, by name.</summary>
    public SortedDictionary<string, long> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Share of frames with a fault.</summary>
    public double FaultRate { get; set; }

    public long Placed { get; private set; }

    public long Frames => _wires.Sum(wire => wire.Session.Messages.Frames);

    public IEnumerable<BookFeedCounters> Counters => _wires.SelectMany(wire =>
        Enumerable.Range(0, wire.Session.SymbolCount).Select(wire.Session.Counters));

    public EngineLoop Engine => _engine.Engine;

    // A stream that cannot show a loss loses messages only together with the connection.
    private bool ShowsLoss => _venue.Name is not ("coinbase" or "bitstamp");

    public void Dispose() => _market.Dispose();

    /// <summary>Advances everything by one market message.</summary>
    public void Step()
    {
        _steps++;
        VenueMessage message = _market.Step();
        bool isSecond = _market.NowNs - _lastSecondNs >= Second;
        _lastSecondNs = isSecond ? _market.NowNs : _lastSecondNs;
        foreach (Wire wire in _wires)
        {
            if (wire.Client is null)
            {
                Connect(wire);
                continue;
            }

            wire.Frames.Clear();
            wire.Client.OnMessage(in message, wire.Frames);
            if (isSecond)
            {
                wire.Client.OnSecond(wire.Frames);
            }

            foreach (byte[] frame in wire.Frames.ToArray())
            {
                Send(wire, frame);
            }

            wire.Younger?.Take(in message);
            HandOver(wire);
            AnswerWants(wire);
        }

        AnswerResyncs();
    }

    /// <summary>Ends the faults: delayed messages arrive, and streams that cannot show a loss are refreshed.</summary>
    public void Calm(int steps)
    {
        FaultRate = 0;
        foreach (Wire wire in _wires)
        {
            Release(wire);
            wire.RestDelay = 0;
        }

        for (int i = 0; i < steps; i++)
        {
            Step();
        }

        foreach (Wire wire in _wires.Where(wire => _venue.Profile.BookRefresh is not null))
        {
            for (int symbol = 0; symbol < wire.Session.SymbolCount; symbol++)
            {
                wire.Session.OnRefresh(symbol, _market.NowNs);
                AnswerWants(wire);
            }
        }
    }

    /// <summary>A younger connection listens for some steps and takes over.</summary>
    public void StartHandover(int steps)
    {
        foreach (Wire wire in _wires.Where(wire => wire.Client is not null && wire.Younger is null))
        {
            wire.Younger = new YoungerClient(Open(wire), steps);
            wire.Younger.Keep(wire.Frames);
        }
    }

    /// <summary>The difference of a book from the venue's, as text; null if there is none.</summary>
    /// <param name="onlyLive">true to skip books that are being synchronised.</param>
    public string? Difference(bool onlyLive)
    {
        for (int i = 0; i < Instruments.Length; i++)
        {
            if (!_engine.Engine.Book(i).IsLive)
            {
                if (!onlyLive)
                {
                    return $"the book of {Instruments[i].Symbol} is not live: {_engine.Engine.View(i).StaleReason}";
                }
            }
            else if (_market.Differs(i, _engine.Engine.Book(i), _engine.Engine.Scale(i), levels: 20) is { } words)
            {
                return words;
            }
        }

        return null;
    }

    /// <summary>true while messages are under way.</summary>
    public bool IsUnsettled => _wires.Any(wire => wire.Held.Count != 0 || wire.Client is null);

    private static InstrumentScale Scale(VenueInstrument instrument) => new(
        WireText.Decimals(instrument.TickSize), WireText.Decimals(instrument.StepSize), 1, 1);

    private void OnOutput(EngineOutput output)
    {
        if (output.Kind == OutputKind.Place)
        {
            Placed++;
            OrderBook book = _engine.Engine.Book(output.InstrumentId);
            if (!book.IsLive || book.IsCrossed)
            {
                throw new InvalidOperationException("an order was placed while the book was not live");
            }
        }
        else if (output.Kind == OutputKind.Resync)
        {
            _resyncs.Add((output.InstrumentId, output.Reason == DecisionReason.ResyncTopDiffers
                ? StaleReason.TopDiffers
                : StaleReason.Crossed));
        }
    }

    private void Connect(Wire wire)
    {
        wire.Client = Open(wire);
        wire.Session.OnConnected(_market.NowNs, "simulated");
        foreach (byte[] frame in wire.Frames.ToArray())
        {
            Deliver(wire, frame);
        }
    }

    // A connection with its subscriptions; the venue's answers are in the wire's frames.
    private DialectClient Open(Wire wire)
    {
        Dictionary<string, string> query = wire.Plan.Address.Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        DialectClient client = _market.Dialect.Connect(wire.Plan.Address.AbsolutePath, query);
        wire.Frames.Clear();
        foreach (string text in wire.Plan.Subscriptions)
        {
            client.OnText(text, wire.Frames);
        }

        return client;
    }

    private void Disconnect(Wire wire)
    {
        wire.Client = null;
        wire.Younger = null;
        wire.Held.Clear();
        wire.Late.Clear();
        wire.Session.OnDisconnected(_market.NowNs, "fault");
    }

    private void Send(Wire wire, byte[] frame)
    {
        if (wire.Client is null)
        {
            return;
        }

        if (wire.HoldUntil > _steps)
        {
            wire.Held.Enqueue(frame);
            return;
        }

        Release(wire);
        if (_random.NextDouble() >= FaultRate)
        {
            Deliver(wire, frame);
            return;
        }

        switch (_random.Next(20))
        {
            case <= 3 when ShowsLoss:
                Count("drop");
                break;
            case <= 6:
                Count("duplicate");
                Deliver(wire, frame);
                Deliver(wire, frame);
                break;
            case <= 9 when ShowsLoss:
                Count("reorder");
                wire.Held.Enqueue(frame);
                wire.Swap = true;
                break;
            case <= 12:
                Count("garble");
                Deliver(wire, Garbled(frame));
                break;
            case <= 14:
                Count("stall");
                wire.Held.Enqueue(frame);
                wire.HoldUntil = _steps + _random.Next(2, 40);
                break;
            case 15:
                Count("cut");
                Disconnect(wire);
                break;
            case 16:
                Count("slow or failing requests");
                wire.RestDelay = _random.Next(1, 30);
                wire.RestFails = _random.Next(2) == 0;
                Deliver(wire, frame);
                break;
            default:
                byte[] wrong = WithOtherDigit(frame);
                if (!ReferenceEquals(wrong, frame))
                {
                    Count("wrong checksum or id");
                }

                Deliver(wire, wrong);
                break;
        }
    }

    private void Count(string fault) => Faults[fault] = Faults.GetValueOrDefault(fault) + 1;

    private void Release(Wire wire)
    {
        if (wire.Swap && wire.Held.Count != 0)
        {
            return;
        }

        while (wire.Held.TryDequeue(out byte[]? held))
        {
            Deliver(wire, held);
        }
    }

    private void Deliver(Wire wire, byte[] frame)
    {
        wire.Session.OnFrame(frame, _market.NowNs, wireStamp: 0);
        if (wire.Swap && wire.Held.Count != 0)
        {
            wire.Swap = false;
            Release(wire);
        }
    }

    private byte[] Garbled(byte[] frame) => _random.Next(3) switch
    {
        0 => frame[..(frame.Length / 2)],
        1 => Encoding.UTF8.GetBytes("<html>busy</html>"),
        _ => [.. frame, 0xff],
    };

    // Changes one digit of the number by which the venue's books are verified.
    private byte[] WithOtherDigit(byte[] frame)
    {
        string text = Encoding.UTF8.GetString(frame);
        string name = _venue.Name switch
        {
            "kraken" or "okx" => "\"checksum\":",
            "poloniex" => "\"lastId\":",
            _ => "\"u\":",
        };
        int at = text.IndexOf(name, StringComparison.Ordinal);
        int digit = at < 0 ? -1 : text.IndexOfAny("123456789".ToCharArray(), at + name.Length);
        if (digit < 0)
        {
            return frame;
        }

        char other = (char)('1' + ((text[digit] - '1' + 1 + _random.Next(8)) % 9));
        return Encoding.UTF8.GetBytes(text[..digit] + other + text[(digit + 1)..]);
    }

    private void HandOver(Wire wire)
    {
        if (wire.Younger is not { } younger || !younger.IsDue)
        {
            return;
        }

        wire.Younger = null;
        wire.Client = younger.Client;
        wire.Session.OnHandoverBegin(_market.NowNs);
        foreach (byte[] frame in younger.Frames)
        {
            Deliver(wire, frame);
        }

        wire.Session.OnHandoverEnd(_market.NowNs);
    }

    private void AnswerWants(Wire wire)
    {
        while (wire.Session.TryTakeSnapshotRequest(out int symbol, out _, out bool isRest))
        {
            wire.Late.Enqueue((_steps + (isRest ? wire.RestDelay : 0), symbol, isRest));
        }

        for (int i = wire.Late.Count; i > 0; i--)
        {
            // Another fault may have cut the connection and cancelled all requests.
            if (!wire.Late.TryDequeue(out (long Due, int Symbol, bool IsRest) want))
            {
                return;
            }

            (long due, int symbol, bool isRest) = want;
            if (due > _steps)
            {
                wire.Late.Enqueue((due, symbol, isRest));
            }
            else if (isRest)
            {
                AnswerRest(wire, symbol);
            }
            else if (wire.Client is not null)
            {
                wire.Frames.Clear();
                foreach (string text in _venue.Resubscription(wire.Session.Instrument(symbol).Symbol))
                {
                    wire.Client.OnText(text, wire.Frames);
                }

                foreach (byte[] frame in wire.Frames.ToArray())
                {
                    Send(wire, frame);
                }
            }
        }
    }

    private void AnswerRest(Wire wire, int symbol)
    {
        Uri address = _venue.SnapshotAddress(
            new VenueAddress(new Uri("http://venue"), new Uri("ws://venue")),
            wire.Session.Instrument(symbol).Symbol,
            1000)!;
        RestAnswer? answer = wire.RestFails ? new RestAnswer(503, "{}"u8.ToArray()) : _market.Get(address);
        wire.RestFails = false;
        if (answer is { Status: 200 } body)
        {
            wire.Session.OnSnapshot(symbol, body.Json, _market.NowNs);
        }
        else
        {
            wire.Session.OnSnapshotFailed(symbol, "busy"u8);
        }

    }

    private void AnswerResyncs()
    {
        foreach ((int instrument, StaleReason reason) in _resyncs.ToArray())
        {
            Wire wire = _wires.First(item => item.Plan.CarriesBooks && item.Plan.Symbols.Contains(instrument));
            wire.Session.OnResyncRequested(wire.Plan.Symbols.ToList().IndexOf(instrument), reason, _market.NowNs);
        }

        _resyncs.Clear();
    }

    /// <summary>One connection.</summary>
    private sealed class Wire(ConnectionPlan plan, FeedSession session)
    {
        public ConnectionPlan Plan { get; } = plan;

        public FeedSession Session { get; } = session;

        public DialectClient? Client { get; set; }

        public YoungerClient? Younger { get; set; }

        public List<byte[]> Frames { get; } = [];

        public Queue<byte[]> Held { get; } = new();

        public Queue<(long Due, int Symbol, bool IsRest)> Late { get; } = new();

        public long HoldUntil { get; set; }

        public bool Swap { get; set; }

        public int RestDelay { get; set; }

        public bool RestFails { get; set; }
    }

    /// <summary>A connection that listens in parallel to the older one.</summary>
    private sealed class YoungerClient(DialectClient client, int steps)
    {
        private readonly List<byte[]> _frames = [];
        private int _left = steps;

        public DialectClient Client { get; } = client;

        public IReadOnlyList<byte[]> Frames => _frames;

        public bool IsDue => _left <= 0;

        public void Take(in VenueMessage message)
        {
            _left--;
            Client.OnMessage(in message, _frames);
        }

        public void Keep(IEnumerable<byte[]> frames) => _frames.AddRange(frames);
    }
}
