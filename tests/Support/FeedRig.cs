using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>
/// A venue's real feed code against loopback addresses: connections, pipes, parsers, snapshots, and an engine behind
/// the ring, which is driven by the test. The receive clock stands still unless the test advances it.
/// </summary>
internal sealed class FeedRig : IAsyncDisposable, IInputLog, IReceiveClock, IEventHandler<EngineOutput>
{

    private readonly Lock _gate = new();
    private readonly OutputAgent _outputs;
    private readonly InputPublisher _reports;
    private readonly FeedConnection[] _connections;
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly long[] _records = new long[Enum.GetValues<InputKind>().Length];
    private readonly Task[] _running;
    private readonly EngineInput[] _trades;
    private long _nowNs = 1_785_000_000_000_000_000;

    /// <summary>Starts to connect.</summary>
    /// <param name="venue">The venue's name.</param>
    /// <param name="address">Its address.</param>
    /// <param name="symbols">Its symbols, with one price decimal and three quantity decimals unless appended:
    /// <c>BTC/USD:1:8</c>.</param>
    /// <param name="adjust">Changes the options, whose pauses are already short.</param>
    /// <param name="limits">Changes the venue's profile.</param>
    /// <param name="strategy">The strategy of each symbol; null for the default.</param>
    public FeedRig(
        string venue, VenueAddress address, IReadOnlyList<string> symbols,
        Func<FeedConnectionOptions, FeedConnectionOptions>? adjust = null,
        Func<VenueProfile, VenueProfile>? limits = null,
        IStrategy? strategy = null)
    {
        IVenue found = Venues.Find(venue);
        VenueProfile profile = limits?.Invoke(found.Profile) ?? found.Profile;
        Instruments = symbols.Select((text, id) => InstrumentOf(venue, text, id)).ToArray();
        _trades = new EngineInput[Instruments.Length];
        Core = new TradingCore(new TradingCoreOptions
        {
            Instruments = Instruments.Select(instrument => Fixture.Setup(instrument, strategy)).ToArray(),
            Engine = new EngineOptions { MaxOrders = 64, AnswerTimeoutNs = long.MaxValue },
            InboundCapacity = profile.RingCapacity,
            IsEngineShared = true,
            Log = this,
        });
        Core.OnInput = OnInput;
        _outputs = Core.Observe(this);
        _reports = Core.NewPublisher(SessionSources.Venue);
        var pacers = new VenueLimits(profile);
        _connections = found.PlanConnections(address, Instruments)
            .Where(plan => plan.CarriesBooks)
            .Select((plan, index) => new FeedConnection(
                (adjust ?? (options => options))(new FeedConnectionOptions
                {
                    Plan = plan,
                    Profile = profile,
                    Limits = pacers,
                    SnapshotAddress = symbol => found.SnapshotAddress(address, Instruments[symbol].Symbol, 1000),
                    Resubscription = symbol => found.Resubscription(Instruments[symbol].Symbol),
                    Http = _http,
                    ReconnectMin = TimeSpan.FromMilliseconds(2),
                    ReconnectMax = TimeSpan.FromMilliseconds(20),
                    Overlap = TimeSpan.FromMilliseconds(20),
                    OnNotice = words => Notices.Add(words),
                }),
                found.CreateSession(
                    Instruments, Core.NewPublisher((ushort)(SessionSources.FirstFeed + index)), BadInputs,
                    carriesBooks: true),
                this))
            .ToArray();
        _running = _connections.Select(connection => Task.Run(() => connection.RunAsync(_ended.Token))).ToArray();
    }

    public Instrument[] Instruments { get; }

    public TradingCore Core { get; }

    public EngineLoop Engine => Core.Engine;

    public BadInputLog BadInputs { get; } = new();

    public ConcurrentBag<string> Notices { get; } = [];

    public FeedConnection Connection => _connections[0];

    public FeedSession Session => Connection.Session;

    public long NowNs => Volatile.Read(ref _nowNs);

    /// <summary>Called with each decision of the engine. Set it before the first event.</summary>
    public Action<EngineOutput>? OnOutput { get; set; }

    /// <summary>Called with each event before the engine handles it. Set it before the first event.</summary>
    public Action<EngineInput>? OnEvent { get; set; }

    /// <summary>Called when an input was published, on that thread. Set it before the first event.</summary>
    public Action<InputKind>? OnRecord { get; set; }

    public BookFeedCounters Counters(int symbol = 0) => Session.Counters(symbol);

    public InstrumentView View(int symbol = 0)
    {
        Drain();
        return Engine.View(symbol);
    }

    /// <summary>Number of published inputs of a kind.</summary>
    public long Records(InputKind kind) => Volatile.Read(ref _records[(int)kind]);

    /// <summary>Reports the result of an order to the engine.</summary>
    public void Report(EventKind kind, in EngineOutput command)
    {
        _reports.Publish(new EngineInput
        {
            Kind = kind,
            InstrumentId = command.InstrumentId,
            OrderId = command.OrderId,
            Side = command.Side,
            ReceiveTimeNs = NowNs,
        });
    }

    /// <summary>Advances the receive clock.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _nowNs, (long)(time.TotalMilliseconds * 1e6));

    /// <summary>The book as text: bids, a bar, asks, each from the best outwards.</summary>
    public string Show(int symbol = 0, int levels = int.MaxValue)
    {
        Drain();
        OrderBook book = Engine.Book(symbol);
        return $"{Show(symbol, book.Bids, levels)} | {Show(symbol, book.Asks, levels)}";
    }

    /// <summary>The last trade as text: the taker's side, price and quantity.</summary>
    public string LastTrade(int symbol)
    {
        Drain();
        EngineInput trade = _trades[symbol];
        InstrumentScale scale = Engine.Scale(symbol);
        return trade.Kind != EventKind.Trade
            ? "none"
            : $"{(trade.Side == Side.Buy ? "buy" : "sell")} {Text(trade.Price, scale.PriceDecimals)}x"
                + Text(trade.Quantity, scale.QuantityDecimals);
    }

    /// <summary>Waits until a condition holds; it is checked after each input.</summary>
    public Task UntilAsync(Func<bool> condition, Func<string> otherwise) => Eventually.SeesAsync(
        () =>
        {
            Drain();
            return Task.FromResult(condition());
        },
        isTrue => isTrue,
        "the feed did not get there",
        _ => otherwise(),

        // Conditions that are not inputs, such as counters or requests, are checked now and then.
        () => _news.WaitAsync(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken));

    public Task UntilAsync(Func<bool> condition, string otherwise) =>
        UntilAsync(condition, () => $"{otherwise}; the book is {Describe(0)}");

    /// <summary>A symbol's book as text.</summary>
    public string Describe(int symbol)
    {
        InstrumentView view = View(symbol);
        return view.IsLive ? $"live: {Show(symbol, 5)}" : $"stale: {view.StaleReason}";
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_running);
        _http.Dispose();
        _ended.Dispose();
        _news.Dispose();
    }

    bool IInputLog.Append(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        Interlocked.Increment(ref _records[(int)record.Kind]);
        OnRecord?.Invoke(record.Kind);
        if (_news.CurrentCount == 0)
        {
            _news.Release();
        }

        return true;
    }

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        OnOutput?.Invoke(item);
        if (item.Kind == OutputKind.Resync)
        {
            Connection.RequestResync(item.InstrumentId, item.Reason switch
            {
                DecisionReason.ResyncTopDiffers => StaleReason.TopDiffers,
                DecisionReason.ResyncOutOfRange => StaleReason.OutOfRange,
                _ => StaleReason.Crossed,
            });
        }
    }

    // Handles everything published. The test's flow moves between threads, but is sequential.
    private void Drain()
    {
        lock (_gate)
        {
            while (Core.EngineAgent.DoWork() != 0)
            {
                _outputs.DoWork();
            }
        }
    }

    private string Show(int symbol, BookSide side, int most)
    {
        InstrumentScale scale = Engine.Scale(symbol);
        var levels = new BookLevel[Math.Min(side.Count, most)];
        side.CopyTop(levels);
        return string.Join(' ', levels.Select(level => string.Join(
            'x',
            Text(level.Price, scale.PriceDecimals),
            Text(level.Quantity, scale.QuantityDecimals))));
    }

    private static string Text(long value, int decimals) =>
        ((decimal)value / InstrumentScale.PowerOfTen(decimals))
            .ToString("0.############", CultureInfo.InvariantCulture);

    private static Instrument InstrumentOf(string venue, string text, int id)
    {
        string[] parts = text.Split(':');
        int price = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        int quantity = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 3;
        return Fixture.Spot((ushort)id) with
        {
            Venue = venue,
            Symbol = parts[0],
            Scale = new InstrumentScale(price, quantity, 1, 1),
        };
    }

    private void OnInput(EngineInput item)
    {
        OnEvent?.Invoke(item);
        if (item.Kind == EventKind.Trade)
        {
            _trades[item.InstrumentId] = item;
        }
    }
}
