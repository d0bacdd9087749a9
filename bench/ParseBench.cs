using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using LowLatency.Bench.Rivals;
using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;

namespace LowLatency.Bench;

/// <summary>
/// From the bytes of Binance's messages to events and to a book, beside the platform's JSON reader in the same run:
/// over every message of a real recording, each kind by itself and all together. The ways take turns. A pass is timed
/// in pieces short enough to be left alone by other processes, and the best time of each piece counts. All ways must
/// have seen the same values.
/// </summary>
internal static class ParseBench
{
    private const string Usdm = "hftbacktest/usdm/btcusdt_20240808.gz";
    private const int LeastRounds = 15;
    private const int MessagesAtLeast = 1_000_000;
    private const int PieceBytes = 128 * 1024;

    private static readonly string[] s_kinds = ["all", "bookTicker", "trade", "depth"];

    public static int Run(string[] args)
    {
        string? root = BooksBench.FindCaptures();
        string? path = args is ["--input", string input] ? input : root is null ? null : Path.Combine(root, Usdm);
        if (path is null)
        {
            Console.WriteLine("no captures beside the project (tests/fetch-captures.sh), and no --input PATH");
            return 1;
        }

        (ParseMessage Message, string Kind)[] messages = ReadSymbol(path, out string symbol);
        bool isFutures = messages.Any(item => item.Message.Body.IndexOf("\"pu\":"u8) >= 0);
        ParseMessage[][] sets = s_kinds
            .Select(kind => messages.Where(item => kind == "all" || kind == item.Kind).Select(item => item.Message))
            .Select(set => set.ToArray()).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}, {symbol}: {messages.Length} messages, "
            + $"{messages.Sum(item => (long)item.Message.Body.Length) / 1e6:0.0} MB: ")
            + string.Join(", ", s_kinds.Zip(sets, (kind, set) => $"{set.Length} {kind}").Skip(1)));
        return Measure(Instrument(symbol, isFutures, sets[0]), sets);
    }

    private static int Measure(Instrument instrument, ParseMessage[][] sets)
    {
        InstrumentScale scale = instrument.Scale;
        var path = new OurPath("b  ours, parse + sync + ring + engine", instrument);
        FeedSession session = OurPath.Start(instrument).Session;
        var book = new OrderBook(OrderBook.FairLevels(1), scale.TickIncrements);
        ParseWay yardstick = Json("e  Utf8JsonReader + sorted array book", scale, SortedArray, sink => sink.Seen.Sum);
        ParseWay[] ways =
        [
            new OurReading<SummingSink>("a  ours, parse alone", session, () => default, sink => sink.Sum),
            new OurReading<BookSink<LadderBook>>(
                "c  ours, parse + book", session, () => new(new LadderBook(book)), sink => sink.Seen.Sum),
            path,
            Json<SummingSink>("d  Utf8JsonReader, exact integers", scale, () => default, sink => sink.Sum),
            yardstick,
            Decimals("f  Utf8JsonReader, decimal, SortedDictionary", scale, isCompared: false),
        ];
        bool isEqual = AreEqual(
            [.. ways.Where(way => way != path && way != ways[^1]), Decimals(ways[^1].Name, scale, isCompared: true)],
            sets[0]);
        Pass(path, sets[0]);
        isEqual &= path.Top == (book.Bids.BestPrice, book.Asks.BestPrice);
        Times(ways, sets, Array.IndexOf(ways, yardstick));
        Console.WriteLine(isEqual ? "all saw the same values and bests" : "THE VALUES DIFFER");
        return isEqual ? 0 : 1;

        BookSink<SortedArrayBook> SortedArray() =>
            new(SortedArrayBook.Create(OrderBook.FairLevels(1), scale.TickIncrements));
    }

    private static JsonReading<long, IncrementReader, TSink> Json<TSink>(
        string name, InstrumentScale scale, Func<TSink> begin, Func<TSink, ulong> sum)
        where TSink : struct, IMessageSink<long> => new(name, scale, begin, sum);

    private static JsonReading<decimal, DecimalReader, DecimalSink> Decimals(
        string name, InstrumentScale scale, bool isCompared)
    {
        decimal price = InstrumentScale.PowerOfTen(scale.PriceDecimals);
        decimal quantity = InstrumentScale.PowerOfTen(scale.QuantityDecimals);
        return new(name, scale, () => new DecimalSink(isCompared, price, quantity), sink => sink.Seen.Sum);
    }

    private static bool AreEqual(ParseWay[] ways, ParseMessage[] messages)
    {
        Array.ForEach(ways, way => Pass(way, messages));
        bool isEqual = true;
        foreach (ParseWay way in ways.Where(way =>
            way.Sum != ways.First(other => other.KeepsBook == way.KeepsBook).Sum))
        {
            Console.WriteLine($"ANOTHER SUM: {way.Name}");
            isEqual = false;
        }

        return isEqual;
    }

    private static void Pass(ParseWay way, ParseMessage[] messages)
    {
        way.Begin();
        way.Take(messages);
    }

    private static void Times(ParseWay[] ways, ParseMessage[][] sets, int yardstick)
    {
        Range[][] pieces = sets.Select(Pieces).ToArray();
        double[][][] best = ways.Select(_ => pieces.Select(set => new double[set.Length]).ToArray()).ToArray();
        var bytes = new long[ways.Length];
        var collections = new int[ways.Length];
        int rounds = Math.Clamp(MessagesAtLeast / sets[0].Length, LeastRounds, 1000);
        for (int round = 0; round < rounds; round++)
        {
            for (int set = 0; set < sets.Length; set++)
            {
                for (int way = 0; way < ways.Length; way++)
                {
                    long allocated = GC.GetAllocatedBytesForCurrentThread();
                    int collected = GC.CollectionCount(0);
                    Time(ways[way], sets[set], pieces[set], best[way][set], round == 0);
                    if (set == 0)
                    {
                        bytes[way] = GC.GetAllocatedBytesForCurrentThread() - allocated;
                        collections[way] = GC.CollectionCount(0) - collected;
                    }
                }
            }
        }

        Print(ways, best, sets, bytes, collections, yardstick);
    }

    private static void Time(
        ParseWay way, ParseMessage[] messages, Range[] pieces, double[] best, bool isFirst)
    {
        way.Begin();
        for (int i = 0; i < pieces.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            way.Take(messages.AsSpan(pieces[i]));
            double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            best[i] = isFirst ? ns : Math.Min(best[i], ns);
        }
    }

    private static Range[] Pieces(ParseMessage[] messages)
    {
        var pieces = new List<Range>();
        int start = 0;
        int bytes = 0;
        for (int i = 0; i < messages.Length; i++)
        {
            bytes += messages[i].Body.Length;
            if (bytes >= PieceBytes || i == messages.Length - 1)
            {
                pieces.Add(start..(i + 1));
                (start, bytes) = (i + 1, 0);
            }
        }

        return [.. pieces];
    }

    private static void Print(
        ParseWay[] ways, double[][][] best, ParseMessage[][] sets, long[] bytes, int[] collections, int yardstick)
    {
        double[][] ns = best
            .Select(way => way.Select((set, i) => set.Sum() / Math.Max(1, sets[i].Length)).ToArray()).ToArray();
        Console.WriteLine("ns a message; the ratio is to e of all messages; bytes and collections of the last pass");
        Console.WriteLine($"{"",-46}{"all",8}{"ratio",8}{"ticker",8}{"trade",8}{"depth",8}{"bytes",12}{"GCs",5}");
        for (int way = 0; way < ways.Length; way++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{ways[way].Name,-46}{ns[way][0],8:0.0}{ns[way][0] / ns[yardstick][0],8:0.000}"
                + $"{ns[way][1],8:0.0}{ns[way][2],8:0.0}{ns[way][3],8:0}{bytes[way],12}{collections[way],5}"));
        }
    }

    // One behind the other, as a connection's pipe has them; of several symbols the first one's. The snapshot comes
    // first and what it contains is left out, so that a book without a synchronisation rule is right, too.
    private static (ParseMessage Message, string Kind)[] ReadSymbol(string path, out string symbol)
    {
        CapturedMessage[] captured = Capture.Read([path]).OrderBy(item => !item.IsSnapshot).ToArray();
        byte[] buffer = new byte[captured.Sum(item => item.Body.Length)];
        var messages = new List<(ParseMessage, string)>();
        string? first = null;
        long snapshotId = 0;
        int start = 0;
        foreach (CapturedMessage item in captured)
        {
            (string? of, string kind, long lastId) = Describe(item.Body);
            first ??= of;
            snapshotId = item.IsSnapshot ? lastId : snapshotId;
            bool isContained = !item.IsSnapshot && kind == "depth" && lastId <= snapshotId;
            if ((of is null || of == first) && !isContained)
            {
                item.Body.CopyTo(buffer, start);
                var body = new ReadOnlyMemory<byte>(buffer, start, item.Body.Length);
                messages.Add((new ParseMessage(body, item.IsSnapshot, item.TimeNs), kind));
                start += item.Body.Length;
            }
        }

        symbol = first ?? throw new InvalidDataException($"{path} holds no message of a stream");
        return [.. messages];
    }

    private static (string? Symbol, string Kind, long LastId) Describe(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.TryGetProperty("lastUpdateId", out JsonElement id))
        {
            return (null, "depth", id.GetInt64());
        }

        string[] stream = document.RootElement.GetProperty("stream").GetString()!.Split('@');
        string kind = stream[1] == "aggTrade" ? "trade"
            : stream[1].StartsWith("depth", StringComparison.Ordinal) ? "depth"
            : stream[1];
        JsonElement data = document.RootElement.GetProperty("data");
        return (stream[0].ToUpperInvariant(), kind, kind == "depth" ? data.GetProperty("u").GetInt64() : 0);
    }

    // Counted from the start as it is counted in the end, so that a pass is like any other.
    private static Instrument Instrument(string symbol, bool isFutures, ParseMessage[] messages)
    {
        var instrument = new Instrument
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
        FeedSession session = OurPath.Start(instrument).Session;
        foreach (ParseMessage item in messages)
        {
            session.ReadAlone(item.Body, item.IsSnapshot, item.TimeNs, out _);
        }

        return instrument with { Scale = session.Scale(0) };
    }
}
