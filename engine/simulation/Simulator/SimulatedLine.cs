using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.Simulator;

/// <summary>What all connections of a simulated process share.</summary>
internal sealed class SimulatedNetwork(IVenue venue, SimulatedMarket market, SimulatedClock clock, FaultPlan plan)
{
    public const long Millisecond = 1_000_000;
    public const long Second = 1_000_000_000;

    public static VenueAddress Address { get; } = new(new Uri("http://venue"), new Uri("ws://venue"));

    public IVenue Venue => venue;

    public SimulatedMarket Market => market;

    public SimulatedClock Clock => clock;

    public FaultPlan Plan => plan;

    /// <summary>The venue is away until then, market time.</summary>
    public long AwayUntilNs { get; set; }

    /// <summary>No snapshot may be asked for until then.</summary>
    public long SnapshotsPausedUntilNs { get; set; }

    public bool IsAway => market.NowNs < AwayUntilNs;

    /// <summary>Levels a side that the venue proves: Kraken's checksum is of ten, OKX's of 25, and what is wrong beyond
    /// them shows when it comes near.</summary>
    public int ProvenLevels { get; } = venue.Name switch
    {
        "kraken" => 10,
        "okx" => 25,
        _ => int.MaxValue,
    };

    // A stream that cannot show a loss is not asked to: there, what is lost is lost with the connection.
    public bool ShowsLoss { get; } = venue.Name is not ("coinbase" or "bitstamp");

    // Kraken's checksum is that of the book as it then is: of two messages about one level, either may come last.
    public bool ShowsOrder => ShowsLoss && venue.Name != "kraken";
}

/// <summary>
/// One connection of the process to the venue, with everything that can befall it, and what the process does to keep
/// it: it notices silence, opens it again after a pause, fetches the snapshots that the session wants. The session is
/// the real one. One thread.
/// </summary>
internal sealed class SimulatedLine
{
    private const long SilenceNs = 5 * SimulatedNetwork.Second;
    private const long LookForMissingNs = 10 * SimulatedNetwork.Second;
    private const long MinPauseNs = 200 * SimulatedNetwork.Millisecond;
    private const long LongestPauseNs = 5 * SimulatedNetwork.Second;
    private const int SnapshotLevels = 1000;
    private const int StepsOfOverlap = 200;
    private const int StepsOfDelay = 40;

    private readonly SimulatedNetwork _network;
    private readonly ConnectionPlan _plan;
    private readonly List<byte[]> _frames = [];
    private readonly Queue<byte[]> _held = new();
    private readonly List<Want> _wants = [];
    private readonly List<byte[]> _youngerFrames = [];
    private DialectClient? _client;
    private DialectClient? _younger;
    private long _youngerUntil;
    private long _step;
    private long _holdUntil;
    private bool _swaps;
    private bool _isHalfOpen;
    private bool _isClean;
    private long _lastByteNs;
    private long _connectNs;
    private int _failures;
    private long _openedNs;
    private long _lookNs;
    private long _refreshNs;
    private int _refreshed;
    private long _slowSnapshotsUntil;
    private bool _failsNext;

    // A younger connection has taken over where no message can show a loss, and the snapshot that tells has not come.
    private bool _isUnsure;

    public SimulatedLine(SimulatedNetwork network, ConnectionPlan plan, FeedSession session)
    {
        _network = network;
        _plan = plan;
        Session = session;
        _connectNs = network.Market.NowNs;
    }

    public FeedSession Session { get; }

    /// <summary>Frames handed to the session.</summary>
    public long Delivered { get; private set; }

    /// <summary>Something is on its way, or there is no connection.</summary>
    public bool IsUnsettled =>
        _client is null || _isHalfOpen || _held.Count != 0 || _wants.Count != 0 || _younger is not null;

    /// <summary>The instrument whose book message was the last to be handed over whole in this step, so that its book,
    /// where it lives, has to be what the venue shows; -1 for none.</summary>
    public int FreshBook { get; private set; } = -1;

    /// <summary>The session's index of an instrument's book, or -1.</summary>
    public int BookOf(int instrument) => _plan.CarriesBooks ? _plan.Symbols.ToList().IndexOf(instrument) : -1;

    /// <summary>The market has moved on by a message.</summary>
    public void Step(in VenueMessage message, bool isSecond, long step)
    {
        _step = step;
        FreshBook = -1;
        _isClean = true;
        if (_client is null)
        {
            if (_network.Market.NowNs >= _connectNs)
            {
                Connect();
            }

            return;
        }

        _frames.Clear();
        _client.OnMessage(in message, _frames);
        if (isSecond)
        {
            _client.OnSecond(_frames);
        }

        bool isFaulty = MeetFaults();
        bool hasBook = message.Kind == VenueMessageKind.Depth && _frames.Count != 0 && _plan.CarriesBooks;
        SendAll(isFaulty);
        bool isHandedOver = _isClean && !_isHalfOpen && !_isUnsure && _client is not null && _held.Count == 0;
        FreshBook = hasBook && isHandedOver ? message.Instrument : -1;
        TakeYounger(in message);
        KeepUp();
    }

    /// <summary>The engine no longer trusts a book.</summary>
    public void Resync(int symbol, StaleReason reason) =>
        Session.OnResyncRequested(symbol, reason, _network.Clock.NowNs);

    /// <summary>What was held back arrives, and a stream that cannot show a loss is refreshed at the next look.
    /// </summary>
    public void Calm()
    {
        _holdUntil = 0;
        _slowSnapshotsUntil = 0;
        _failsNext = false;
        _swaps = false;
        Release();
        _refreshNs = 0;
    }

    /// <summary>The process ends this connection in good order.</summary>
    public void Close()
    {
        if (_client is not null)
        {
            Lose("stopped");
        }
    }

    private void Connect()
    {
        if (_network.IsAway)
        {
            _failures++;
            Pause();
            return;
        }

        _client = Open();
        _isHalfOpen = false;
        _isUnsure = false;
        (_openedNs, _lastByteNs) = (_network.Market.NowNs, _network.Market.NowNs);
        _lookNs = _openedNs + (2 * SimulatedNetwork.Second);
        Session.OnConnected(_network.Clock.NowNs, "simulated");
        SendAll(isFaulty: false);
    }

    private void Pause()
    {
        long pauseNs = Math.Min(LongestPauseNs, MinPauseNs << Math.Clamp(_failures - 1, 0, 10));
        _connectNs = _network.Market.NowNs + pauseNs;
    }

    // A connection with its subscriptions; what the venue answers lies in the frames.
    private DialectClient Open()
    {
        Dictionary<string, string> query = _plan.Address.Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        DialectClient client = _network.Market.Dialect.Connect(_plan.Address.AbsolutePath, query);
        _frames.Clear();
        foreach (string text in _plan.Subscriptions)
        {
            client.OnText(text, _frames);
        }

        return client;
    }

    private void Lose(string reason)
    {
        _client = null;
        _younger = null;
        _youngerFrames.Clear();
        _held.Clear();
        _wants.Clear();
        _swaps = false;
        _failures = _network.Market.NowNs - _openedNs > 10 * SimulatedNetwork.Second ? 1 : _failures + 1;
        Session.OnDisconnected(_network.Clock.NowNs, reason);
        Pause();
    }

    // What befalls the connection as a whole; true when a message of this step is to meet a fault of its own.
    private bool MeetFaults()
    {
        FaultPlan plan = _network.Plan;
        if (plan.Happens(FaultKind.Disconnect, Place(), out _) || _network.IsAway)
        {
            Lose("cut");
            return false;
        }

        _isHalfOpen |= plan.Happens(FaultKind.HalfOpen, Place(), out _);
        if (_younger is null && plan.Happens(FaultKind.Handover, Place(), out FaultDraw draw))
        {
            byte[][] frames = _frames.ToArray();
            _younger = Open();
            _youngerFrames.AddRange(_frames);
            _youngerUntil = _step + 1 + draw.Next(StepsOfOverlap);

            // Connections are replaced because they are old, and because they no longer bring what they should.
            _isHalfOpen |= draw.Next(2) == 0;
            _frames.Clear();
            _frames.AddRange(frames);
        }

        if (plan.Happens(FaultKind.SlowSnapshot, Place(), out draw))
        {
            _slowSnapshotsUntil = _network.Market.NowNs + (draw.Next(1, 8) * SimulatedNetwork.Second);
        }

        _failsNext |= plan.Happens(FaultKind.FailedSnapshot, Place(), out _);
        if (plan.Happens(FaultKind.Delay, Place(), out draw))
        {
            _holdUntil = _step + 1 + draw.Next(StepsOfDelay);
        }

        return true;
    }

    // Steps of several connections are different places for a fault.
    private long Place() => (_step * 8) + Math.Min(7, _plan.Symbols[0] + (_plan.CarriesBooks ? 0 : 4));

    private void SendAll(bool isFaulty)
    {
        foreach (byte[] frame in _frames.ToArray())
        {
            if (_client is null || _isHalfOpen)
            {
                return;
            }

            if (_holdUntil > _step)
            {
                _held.Enqueue(frame);
                continue;
            }

            Release();
            Send(frame, isFaulty);
            isFaulty = false;
        }
    }

    private void Send(byte[] frame, bool isFaulty)
    {
        FaultPlan plan = _network.Plan;
        if (!isFaulty)
        {
            Deliver(frame);
            return;
        }

        _isClean = false;
        if (_network.ShowsLoss && plan.Happens(FaultKind.Drop, Place(), out _))
        {
            _lastByteNs = _network.Market.NowNs;
        }
        else if (_network.ShowsOrder && plan.Happens(FaultKind.Reorder, Place(), out _))
        {
            _held.Enqueue(frame);
            _swaps = true;
        }
        else if (plan.Happens(FaultKind.Garble, Place(), out FaultDraw draw))
        {
            Deliver(Garbled(frame, draw));
        }
        else if (plan.Happens(FaultKind.Alter, Place(), out draw))
        {
            Deliver(Altered(frame, draw));
        }
        else
        {
            _isClean = true;
            Deliver(frame);
            if (plan.Happens(FaultKind.Duplicate, Place(), out _))
            {
                Deliver(frame);
            }
        }
    }

    private void Release()
    {
        while (!_swaps && _held.TryDequeue(out byte[]? held))
        {
            Deliver(held);
        }
    }

    private void Deliver(byte[] frame)
    {
        if (_client is null)
        {
            return;
        }

        _lastByteNs = _network.Market.NowNs;
        Delivered++;
        Session.OnFrame(frame, _network.Clock.NowNs, wireStamp: 0);
        if (_swaps)
        {
            _swaps = false;
            Release();
        }
    }

    private static byte[] Garbled(byte[] frame, FaultDraw draw) => draw.Next(3) switch
    {
        0 => frame[..(frame.Length / 2)],
        1 => "<html>busy</html>"u8.ToArray(),
        _ => [.. frame, 0xff],
    };

    // One digit of the number behind the name that the venue proves its books with; or, where it proves them by a
    // checksum, of the first quantity.
    private byte[] Altered(byte[] frame, FaultDraw draw)
    {
        string text = Encoding.UTF8.GetString(frame);
        bool hasChecksum = _network.Venue.Name is "kraken" or "okx";
        int level = hasChecksum && draw.Next(2) == 0 ? text.IndexOf("[[\"", StringComparison.Ordinal) : -1;
        if (level >= 0 && text.IndexOf("\",\"", level, StringComparison.Ordinal) is var comma and >= 0)
        {
            return WithOtherDigit(text, comma + 3, draw) ?? frame;
        }

        string name = _network.Venue.Name switch
        {
            "kraken" or "okx" => "\"checksum\":",
            "poloniex" => "\"lastId\":",
            _ => "\"u\":",
        };
        int at = text.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? frame : WithOtherDigit(text, at + name.Length, draw) ?? frame;
    }

    private static byte[]? WithOtherDigit(string text, int from, FaultDraw draw)
    {
        int digit = text.AsSpan(from).IndexOfAnyInRange('1', '9');
        if (digit < 0)
        {
            return null;
        }

        digit += from;
        char other = (char)('1' + ((text[digit] - '1' + 1 + draw.Next(8)) % 9));
        return Encoding.UTF8.GetBytes(text[..digit] + other + text[(digit + 1)..]);
    }

    private void TakeYounger(in VenueMessage message)
    {
        if (_younger is null || _client is null)
        {
            return;
        }

        _younger.OnMessage(in message, _youngerFrames);
        if (_step < _youngerUntil)
        {
            return;
        }

        (_client, _younger) = (_younger, null);
        byte[][] frames = _youngerFrames.ToArray();
        _youngerFrames.Clear();
        _held.Clear();
        _swaps = false;
        _isHalfOpen = false;
        _isUnsure = !_network.ShowsLoss;
        _openedNs = _network.Market.NowNs;
        _wants.RemoveAll(want => true);
        Session.OnHandoverBegin(_network.Clock.NowNs);
        foreach (byte[] frame in frames)
        {
            Deliver(frame);
        }

        Session.OnHandoverEnd(_network.Clock.NowNs);
    }

    // What a connection's timers and requests do.
    private void KeepUp()
    {
        long nowNs = _network.Market.NowNs;
        if (_client is null)
        {
            return;
        }

        if (nowNs - _lastByteNs > SilenceNs)
        {
            Lose("silence");
            return;
        }

        if (nowNs >= _lookNs)
        {
            _lookNs = nowNs + LookForMissingNs;
            Session.RequestMissingSnapshots();
        }

        if (_network.Venue.Profile.BookRefresh is { } interval && _plan.CarriesBooks && nowNs >= _refreshNs)
        {
            _refreshNs = nowNs + ((long)interval.TotalNanoseconds / Session.SymbolCount);
            Session.OnRefresh(_refreshed++ % Session.SymbolCount, _network.Clock.NowNs);
        }

        TakeWants();
        AnswerWants();
    }

    private void TakeWants()
    {
        long nowNs = _network.Market.NowNs;
        while (Session.TryTakeSnapshotRequest(out int symbol, out int tries, out bool isRest))
        {
            long pauseNs = tries == 0 ? 0 : Math.Min(LongestPauseNs, MinPauseNs << Math.Clamp(tries - 1, 0, 10));
            _wants.Add(new Want(symbol, isRest, nowNs + pauseNs, 0, null));
        }
    }

    private void AnswerWants()
    {
        long nowNs = _network.Market.NowNs;
        for (int i = 0; i < _wants.Count; i++)
        {
            Want want = _wants[i];
            if (want.AnswerNs == 0 && nowNs >= want.AskNs && nowNs >= _network.SnapshotsPausedUntilNs)
            {
                _wants[i] = want = Ask(want);
            }

            if (want.AnswerNs != 0 && nowNs >= want.AnswerNs)
            {
                _wants.RemoveAt(i--);
                Answer(want);
            }

            // An answer may have ended the connection, and all that was asked for.
            i = Math.Min(i, _wants.Count - 1);
        }
    }

    // What the venue answers is what it has when it is asked, however late the answer comes.
    private Want Ask(Want want)
    {
        long nowNs = _network.Market.NowNs;
        long latencyNs = nowNs < _slowSnapshotsUntil ? 3 * SimulatedNetwork.Second : 20 * SimulatedNetwork.Millisecond;
        if (!want.IsRest)
        {
            return want with { AnswerNs = nowNs };
        }

        Uri address = _network.Venue.SnapshotAddress(
            SimulatedNetwork.Address, Session.Instrument(want.Symbol).Symbol, SnapshotLevels)!;
        bool fails = _failsNext || _network.IsAway;
        _failsNext = false;
        RestAnswer? answer = fails ? null : _network.Market.Get(address);
        return want with { AnswerNs = nowNs + latencyNs, Body = answer is { Status: 200 } body ? body.Json : null };
    }

    private void Answer(Want want)
    {
        if (want.IsRest)
        {
            if (want.Body is null)
            {
                Session.OnSnapshotFailed(want.Symbol, "busy"u8);
            }
            else
            {
                Session.OnSnapshot(want.Symbol, want.Body, _network.Clock.NowNs);
                _isUnsure &= Enumerable.Range(0, Session.SymbolCount).Any(Session.IsRefreshing);
            }

            return;
        }

        _frames.Clear();
        foreach (string text in _network.Venue.Resubscription(Session.Instrument(want.Symbol).Symbol))
        {
            _client!.OnText(text, _frames);
        }

        SendAll(isFaulty: false);
    }

    private readonly record struct Want(int Symbol, bool IsRest, long AskNs, long AnswerNs, byte[]? Body);
}
