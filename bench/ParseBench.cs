using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using LowLatency.Bench.Rivals;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Replay;

namespace LowLatency.Bench;

/// <summary>
/// From the bytes of Binance's messages to events and to a book, beside the platform's JSON reader in the same run:
/// over every message of a real recording, each kind by itself and all together. The ways take turns, the best round of
/// each counts, and all must have seen the same values.
/// </summary>
internal sealed class ParseBench
{
    private const string Usdm = "hftbacktest/usdm/btcusdt_20240808.gz";
    private const int Yardstick = 4;

    private static readonly string[] s_kinds = ["all", "bookTicker", "trade", "depth"];

    private readonly Instrument _instrument;
    private readonly Message[] _messages;
    private readonly FeedSession _session;
    private readonly OrderBook _book;
    private readonly InlineEngine _engine;
    private readonly FeedSession _wholeSession;

    private ParseBench(Instrument instrument, Message[] messages)
    {
        _messages = messages;
        _instrument = instrument with { Scale = FinalScale(instrument, messages) };
        (_engine, _session) = Start(_instrument);
        (_engine, _wholeSession) = Start(_instrument);
        _book = new OrderBook(OrderBook.FairLevels(1), _instrument.Scale.TickIncrements);
    }

    public static int Run(string[] args)
    {
        string? root = BooksBench.FindCaptures();
        string? path = args is ["--input", string input] ? input : root is null ? null : Path.Combine(root, Usdm);
        if (path is null)
        {
            Console.WriteLine("no captures beside the project (tests/fetch-captures.sh), and no --input PATH");
            return 1;
        }

        Message[] messages = Capture.Read([path]).Select(item => new Message(item.Body, item.IsSnapshot, item.TimeNs))
            .ToArray();
        string symbol = messages.Select(item => item.Symbol).First(item => item is not null)!;
        messages = messages.Where(item => item.Symbol is null || item.Symbol == symbol).ToArray();
        bool isFutures = messages.Any(item => item.Body.AsSpan().IndexOf("\"pu\":"u8) >= 0);
        return new ParseBench(Describe(symbol, isFutures), messages).Measure(Path.GetFileName(path));
    }

    private int Measure(string name)
    {
        (string Name, Func<Message[], ulong> Run, bool KeepsBook)[] ways =
        [
            ("a  ours, parse alone", ParseAlone, false),
            ("c  ours, parse + book", ParseAndBook, true),
            ("b  ours, parse + sync + ring + engine", WholePath, true),
            ("d  Utf8JsonReader, exact integers", JsonAlone, false),
            ("e  Utf8JsonReader + sorted array book", JsonAndSortedArray, true),
            ("f  Utf8JsonReader, decimal, SortedDictionary", JsonAndDecimals, true),
        ];
        Message[][] sets = s_kinds.Select(Messages).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {_messages.Length} messages, {_messages.Sum(item => (long)item.Body.Length) / 1e6:0.0} MB: ")
            + string.Join(", ", s_kinds.Skip(1).Zip(sets.Skip(1), (kind, set) => $"{set.Length} {kind}")));
        bool isEqual = AreEqual(ways);
        int rounds = Math.Clamp(1_000_000 / _messages.Length, 9, 500);
        var best = new double[ways.Length, sets.Length];
        var bytes = new long[ways.Length];
        var collections = new int[ways.Length];
        for (int round = 0; round < rounds; round++)
        {
            for (int set = 0; set < sets.Length; set++)
            {
                for (int way = 0; way < ways.Length; way++)
                {
                    long allocated = GC.GetAllocatedBytesForCurrentThread();
                    int collected = GC.CollectionCount(0);
                    long start = Stopwatch.GetTimestamp();
                    ways[way].Run(sets[set]);
                    double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Math.Max(1, sets[set].Length);
                    best[way, set] = round == 0 ? ns : Math.Min(best[way, set], ns);
                    if (set == 0)
                    {
                        bytes[way] = GC.GetAllocatedBytesForCurrentThread() - allocated;
                        collections[way] = GC.CollectionCount(0) - collected;
                    }
                }
            }
        }

        Print(ways.Select(way => way.Name).ToArray(), best, bytes, collections);
        Console.WriteLine(isEqual ? "all saw the same values and bests" : "THE VALUES DIFFER");
        return isEqual ? 0 : 1;
    }

    private Message[] Messages(string kind) => _messages
        .Where(item => kind == "all" || item.Kind.StartsWith(kind, StringComparison.Ordinal)).ToArray();

    private static void Print(string[] names, double[,] best, long[] bytes, int[] collections)
    {
        Console.WriteLine("ns a message; the ratio is to e of all messages; bytes and collections of the last round");
        Console.WriteLine($"{"",-46}{"all",8}{"ratio",8}{"ticker",8}{"trade",8}{"depth",8}{"bytes",12}{"GCs",5}");
        for (int way = 0; way < names.Length; way++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{names[way],-46}{best[way, 0],8:0.0}{best[way, 0] / best[Yardstick, 0],8:0.000}"
                + $"{best[way, 1],8:0.0}{best[way, 2],8:0.0}{best[way, 3],8:0}{bytes[way],12}{collections[way],5}"));
        }
    }

    private bool AreEqual((string Name, Func<Message[], ulong> Run, bool KeepsBook)[] ways)
    {
        var sums = ways.Where(way => way.Run != WholePath)
            .Select(way => (way.Name, way.KeepsBook,
                Sum: way.Run == JsonAndDecimals ? Decimals(isCompared: true) : way.Run(_messages)))
            .ToArray();
        ulong parsed = sums.First(item => !item.KeepsBook).Sum;
        ulong kept = sums.First(item => item.KeepsBook).Sum;
        foreach ((string name, _, _) in sums.Where(item => item.Sum != (item.KeepsBook ? kept : parsed)))
        {
            Console.WriteLine($"ANOTHER SUM: {name}");
        }

        WholePath(_messages);
        OrderBook whole = _engine.Engine.Book(0);
        bool isSameTop = (whole.Bids.BestPrice, whole.Asks.BestPrice) == (_book.Bids.BestPrice, _book.Asks.BestPrice);
        if (!isSameTop)
        {
            Console.WriteLine("ANOTHER TOP at the end of b");
        }

        return isSameTop && sums.All(item => item.Sum == (item.KeepsBook ? kept : parsed));
    }

    private ulong ParseAlone(Message[] messages)
    {
        var sink = default(SummingSink);
        Read(messages, ref sink);
        return sink.Sum;
    }

    private ulong ParseAndBook(Message[] messages)
    {
        var sink = new BookSink<LadderBook>(new LadderBook(_book));
        Read(messages, ref sink);
        return sink.Seen.Sum;
    }

    private void Read<TSink>(Message[] messages, ref TSink sink)
        where TSink : struct, IMessageSink<long>
    {
        foreach (ref readonly Message item in messages.AsSpan())
        {
            if (item.IsSnapshot)
            {
                sink.BeginSnapshot();
            }

            ReadOnlySpan<MarketEvent> events =
                _session.ReadAlone(item.Body, item.IsSnapshot, item.TimeNs, out ParsedMessage message);
            foreach (ref readonly MarketEvent read in events)
            {
                switch (read.Kind)
                {
                    case EventKind.LevelUpdate:
                        sink.Level(read.Side, read.Price, read.Quantity);
                        break;
                    case EventKind.TopOfBook:
                        sink.Top(read.BidPrice, read.BidQuantity, read.AskPrice, read.AskQuantity, read.UpdateId,
                            read.ExchangeTimeNs);
                        break;
                    default:
                        sink.Trade(read.Price, read.Quantity, read.TradeId, read.Side == Side.Sell,
                            read.ExchangeTimeNs);
                        break;
                }
            }

            if (message.Kind == MessageKind.Depth)
            {
                sink.Commit(message.Ids.First, message.Ids.Last, message.Ids.Previous, message.ExchangeTimeNs);
            }
        }
    }

    private ulong WholePath(Message[] messages)
    {
        _wholeSession.OnDisconnected(messages[0].TimeNs, string.Empty);
        _wholeSession.OnConnected(messages[0].TimeNs, string.Empty);
        foreach (ref readonly Message item in messages.AsSpan())
        {
            if (item.IsSnapshot)
            {
                _wholeSession.OnSnapshot(0, item.Body, item.TimeNs);
            }
            else
            {
                _wholeSession.OnFrame(item.Body, item.TimeNs, 1);
            }

            _engine.Run();
        }

        return 0;
    }

    private ulong JsonAlone(Message[] messages)
    {
        var sink = default(SummingSink);
        ReadJson<long, IncrementReader, SummingSink>(messages, ref sink);
        return sink.Sum;
    }

    private ulong JsonAndSortedArray(Message[] messages)
    {
        var sink = new BookSink<SortedArrayBook>(
            SortedArrayBook.Create(OrderBook.FairLevels(1), _instrument.Scale.TickIncrements));
        ReadJson<long, IncrementReader, BookSink<SortedArrayBook>>(messages, ref sink);
        return sink.Seen.Sum;
    }

    private ulong JsonAndDecimals(Message[] messages)
    {
        var sink = new DecimalSink(false, 1, 1);
        ReadJson<decimal, DecimalReader, DecimalSink>(messages, ref sink);
        return sink.Seen.Sum;
    }

    private ulong Decimals(bool isCompared)
    {
        var sink = new DecimalSink(
            isCompared,
            InstrumentScale.PowerOfTen(_instrument.Scale.PriceDecimals),
            InstrumentScale.PowerOfTen(_instrument.Scale.QuantityDecimals));
        ReadJson<decimal, DecimalReader, DecimalSink>(_messages, ref sink);
        return sink.Seen.Sum;
    }

    private void ReadJson<TNumber, TReader, TSink>(Message[] messages, ref TSink sink)
        where TReader : struct, INumberReader<TNumber>
        where TSink : struct, IMessageSink<TNumber>
    {
        var rival = new JsonReaderRival<TNumber, TReader>(
            _instrument.Scale.PriceDecimals, _instrument.Scale.QuantityDecimals);
        foreach (ref readonly Message item in messages.AsSpan())
        {
            rival.Read(item.Body, item.IsSnapshot, ref sink);
        }
    }

    // Counted from the start as it is counted in the end, so that a round is like any other.
    private static InstrumentScale FinalScale(Instrument instrument, Message[] messages)
    {
        (InlineEngine engine, FeedSession session) = Start(instrument);
        foreach (Message item in messages)
        {
            session.ReadAlone(item.Body, item.IsSnapshot, item.TimeNs, out _);
        }

        GC.KeepAlive(engine);
        return session.Scale(0);
    }

    private static (InlineEngine Engine, FeedSession Session) Start(Instrument instrument)
    {
        var limits = new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue,
            MaxPositionTickLots = long.MaxValue,
            MaxOpenOrders = 10,
            CollarPpm = 1_000_000,
        };
        var engine = new InlineEngine(
            [new InstrumentSetup(instrument, limits, new WatchStrategy(new WatchSettings(), instrument))],
            new EngineOptions { MaxOrders = 64 }, 131_072, hasPaperVenue: false);
        var publisher = new RingPublisher(engine.Inbound, NullInputLog.Instance, 1);
        FeedSession session = Venues.Find(instrument.Venue).CreateSession(
            [instrument], publisher, new BadInputLog(), carriesBooks: true);
        return (engine, session);
    }

    private static Instrument Describe(string symbol, bool isFutures) => new()
    {
        Id = 0,
        Venue = isFutures ? "binance-futures" : "binance",
        Symbol = symbol,
        BaseAsset = symbol,
        QuoteAsset = "USDT",
        Scale = isFutures ? new InstrumentScale(1, 3, 1, 1) : new InstrumentScale(2, 5, 1, 1),
        MinQuantityLots = 1,
        MakerFeePpm = 200,
        TakerFeePpm = 500,
    };

    private readonly struct Message
    {
        public Message(byte[] body, bool isSnapshot, long timeNs)
        {
            (Body, IsSnapshot, TimeNs, Kind) = (body, isSnapshot, timeNs, "depth");
            if (!isSnapshot)
            {
                using var document = JsonDocument.Parse(body);
                string[] stream = document.RootElement.GetProperty("stream").GetString()!.Split('@');
                Symbol = stream[0].ToUpperInvariant();
                Kind = stream[1] == "aggTrade" ? "trade" : stream[1];
            }
        }

        public byte[] Body { get; }

        public bool IsSnapshot { get; }

        public long TimeNs { get; }

        public string? Symbol { get; }

        public string Kind { get; }
    }
}
