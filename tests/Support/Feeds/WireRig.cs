using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Support;

namespace LowLatency.Tests.Feeds;

/// <summary>A level as text.</summary>
public readonly record struct TextLevel(string Price, string Quantity);

/// <summary>One venue's session with an engine, fed with texts.</summary>
internal sealed class WireRig
{
    private long _timeNs = 1_000_000_000;

    public WireRig(string venue, params string[] symbols)
    {
        Instrument[] instruments = symbols
            .Select((symbol, id) => Fixture.Spot((ushort)id) with
            {
                Venue = venue,
                Symbol = symbol,
                Scale = new InstrumentScale(1, 3, 1, 1),
            })
            .ToArray();
        Core = TradingCore.OnOneThread(
            Fixture.Setups(instruments), new EngineOptions { MaxOrders = 64 }, 131_072, hasPaperVenue: true);
        Core.OnInput = Events.Add;
        Session = Venues.Find(venue).CreateSession(
            instruments, Core.NewPublisher(1), BadInputs, carriesBooks: true);
        Connect();
    }

    public TradingCore Core { get; }

    public FeedSession Session { get; }

    public BadInputLog BadInputs { get; } = new();

    public List<EngineInput> Events { get; } = [];

    public BookFeedCounters Counters => Session.Counters(0);

    public OrderBook Book => Core.Engine.Book(0);

    public InstrumentView View => Core.Engine.View(0);

    public void Connect() => Do(() => Session.OnConnected(_timeNs, "test"));

    public void Wait(long timeNs) => _timeNs += timeNs;

    public void Disconnect() => Do(() => Session.OnDisconnected(_timeNs, "test"));

    public void Frame(string text) => Frame(Encoding.UTF8.GetBytes(text));

    public void Frame(byte[] bytes) => Do(() => Session.OnFrame(bytes, _timeNs, wireStamp: 0));

    public void Rest(string text) => Do(() => Session.OnSnapshot(0, Encoding.UTF8.GetBytes(text), _timeNs));

    /// <summary>true if the session needs a snapshot; takes the request.</summary>
    public bool WantsSnapshot() => Session.TryTakeSnapshotRequest(out _, out _, out _);

    /// <summary>The book as text: bids, a bar, asks, each from the best outwards.</summary>
    public string Show() => $"{Show(Book.Bids)} | {Show(Book.Asks)}";

    private string Show(BookSide side)
    {
        InstrumentScale scale = Core.Engine.Scale(0);
        var levels = new BookLevel[side.Count];
        side.CopyTop(levels);
        return string.Join(' ', levels.Select(level => string.Join(
            'x',
            Text(level.Price, scale.PriceDecimals),
            Text(level.Quantity, scale.QuantityDecimals))));
    }

    private static string Text(long value, int decimals) =>
        ((double)value / InstrumentScale.PowerOfTen(decimals)).ToString("0.############", CultureInfo.InvariantCulture);

    private void Do(Action action)
    {
        _timeNs += 1_000_000;
        action();
    }
}
