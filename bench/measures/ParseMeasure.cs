using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Measures.Rivals;

namespace LowLatency.Measures;

/// <summary>
/// From the bytes of messages to events and to a book, beside the platform's JSON reader in the same run. The ways take
/// turns. A pass is timed in pieces short enough to be left alone by other processes, and the best time of each piece
/// counts. All ways must have seen the same values.
/// </summary>
internal static class ParseMeasure
{
    private const int LeastRounds = 15;
    private const int MostRounds = 1000;
    private const int MessagesAtLeast = 1_000_000;
    private const int PieceBytes = 128 * 1024;

    private const string Method =
        "each message of one symbol from memory, best of all passes in pieces of 128 KiB; no socket, no decompression";

    public static MeasureReport Run(MeasuredInput input)
    {
        ParseMessage[] messages = ReadSymbol(input, out Instrument instrument);
        instrument = instrument with { Scale = FinestScale(instrument, messages) };
        InstrumentScale scale = instrument.Scale;
        var path = new OurPath("parse, synchronise, ring, engine with signals", instrument);
        bool isBinance = instrument.Venue.StartsWith("binance", StringComparison.Ordinal);
        ParseWay[] ways = isBinance
            ? [.. Reading(instrument), path, .. Rivals(scale)]
            : [path, new JsonTokens("Utf8JsonReader, all numbers, no book", scale)];
        int yardstick = isBinance ? 4 : 1;
        string? problem = Compare([.. ways.Where(way => way.IsCompared)], messages);
        if (isBinance)
        {
            Pass(path, messages);
            problem ??= Check(path, messages, scale);
        }

        int levels = CountLevels(ways[0] == path ? null : path, messages);
        return new MeasureReport(
            "parse",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{input.Name}, {instrument.Symbol}: {messages.Length} messages, ")
                + string.Create(
                    CultureInfo.InvariantCulture, $"{messages.Sum(item => (long)item.Body.Length) / 1e6:0.0} MB"),
            Method,
            Times(ways, messages, levels, yardstick, firstRival: isBinance ? 3 : 1),
            problem);
    }

    /// <summary>The messages that are measured on, the snapshot first.</summary>
    public static ParseMessage[] Messages(MeasuredInput input) => ReadSymbol(input, out _);

    // The books at the end: the engine's, and the one that parse alone kept.
    private static string? Check(OurPath path, ParseMessage[] messages, InstrumentScale scale)
    {
        var book = new OrderBook(OrderBook.FairLevels(1), scale.TickIncrements);
        FeedSession session = path.Session;
        var kept = new OurReading<BookSink<LadderBook>>(
            string.Empty, session, () => new(new LadderBook(book)), sink => sink.Seen.Sum);
        Pass(kept, messages);
        return path.Top == (book.Bids.BestPrice, book.Asks.BestPrice) ? null : "the engine's book is another";
    }

    private static ParseWay[] Reading(Instrument instrument)
    {
        FeedSession session = OurPath.Start(instrument).Session;
        var book = new OrderBook(OrderBook.FairLevels(1), instrument.Scale.TickIncrements);
        return
        [
            new OurReading<SummingSink>("parse", session, () => default, sink => sink.Sum),
            new OurReading<BookSink<LadderBook>>(
                "parse and book", session, () => new(new LadderBook(book)), sink => sink.Seen.Sum),
        ];
    }

    private static ParseWay[] Rivals(InstrumentScale scale)
    {
        decimal price = InstrumentScale.PowerOfTen(scale.PriceDecimals);
        decimal quantity = InstrumentScale.PowerOfTen(scale.QuantityDecimals);
        return
        [
            new JsonReading<long, IncrementReader, SummingSink>(
                "Utf8JsonReader to exact integers", scale, () => default, sink => sink.Sum),
            new JsonReading<long, IncrementReader, BookSink<SortedArrayBook>>(
                "Utf8JsonReader and sorted array book", scale, SortedArray, sink => sink.Seen.Sum),
            new JsonReading<decimal, DecimalReader, DecimalSink>(
                "Utf8JsonReader, decimal, SortedDictionary", scale, () => new DecimalSink(false, price, quantity),
                sink => sink.Seen.Sum, isCompared: false),
        ];

        BookSink<SortedArrayBook> SortedArray() =>
            new(SortedArrayBook.Create(OrderBook.FairLevels(1), scale.TickIncrements));
    }

    private static string? Compare(ParseWay[] ways, ParseMessage[] messages)
    {
        Array.ForEach(ways, way => Pass(way, messages));
        ParseWay? other = ways.FirstOrDefault(way =>
            way.Sum != ways.First(first => first.KeepsBook == way.KeepsBook).Sum);
        return other is null ? null : $"'{other.Name}' has read other values";
    }

    private static void Pass(ParseWay way, ParseMessage[] messages)
    {
        way.Begin();
        way.Take(messages);
    }

    private static int CountLevels(OurPath? path, ParseMessage[] messages)
    {
        if (path is null)
        {
            return 0;
        }

        long before = path.LevelUpdates;
        Pass(path, messages);
        return (int)(path.LevelUpdates - before);
    }

    private static Figure[] Times(
        ParseWay[] ways, ParseMessage[] messages, int levels, int yardstick, int firstRival)
    {
        Range[] pieces = Pieces(messages);
        double[][] best = ways.Select(_ => new double[pieces.Length]).ToArray();
        long[] bytes = new long[ways.Length];
        int[] collections = new int[ways.Length];
        int rounds = Math.Clamp(MessagesAtLeast / messages.Length, LeastRounds, MostRounds);
        for (int round = 0; round < rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                bytes[way] = -GC.GetAllocatedBytesForCurrentThread();
                collections[way] = -GC.CollectionCount(0);
                Time(ways[way], messages, pieces, best[way], round == 0);
                bytes[way] += GC.GetAllocatedBytesForCurrentThread();
                collections[way] += GC.CollectionCount(0);
            }
        }

        double[] ns = best.Select(way => way.Sum()).ToArray();
        return ways.Select((way, i) => new Figure(way.Name, IsYardstick: i >= firstRival, Values(i))).ToArray();

        Dictionary<string, double> Values(int way)
        {
            var values = new Dictionary<string, double>
            {
                [FigureNames.NsPerMessage] = ns[way] / messages.Length,
                [FigureNames.Ratio] = ns[way] / ns[yardstick],
                [FigureNames.AllocatedBytes] = bytes[way],
                [FigureNames.GcCollections] = collections[way],
            };
            if (levels != 0)
            {
                values[FigureNames.NsPerLevel] = ns[way] / levels;
            }

            return values;
        }
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

    // Of several symbols the first one's. A snapshot comes first and what it contains is left out, so that a book
    // without a synchronisation rule is right, too.
    private static ParseMessage[] ReadSymbol(MeasuredInput input, out Instrument instrument)
    {
        SourceManifestOf(input, out ushort source, out instrument);
        bool isBinance = instrument.Venue.StartsWith("binance", StringComparison.Ordinal);
        string stream = $"\"stream\":\"{instrument.Symbol}@";
        var messages = new List<ParseMessage>();
        long snapshotId = 0;
        bool hasSnapshot = false;
        foreach (RecordedInput item in input.Inputs)
        {
            bool isSnapshot = item.Record.Kind == InputKind.Snapshot && item.Record.Source == source
                && item.Record.Tag == 0 && !hasSnapshot;
            if (isSnapshot)
            {
                hasSnapshot = true;
                snapshotId = isBinance ? LastId(item.Payload.Span) : 0;
                messages.Insert(0, new ParseMessage(item.Payload, true, item.Record.ReceiveTimeNs));
            }
            else if (item.Record.Kind == InputKind.Frame && (!isBinance || IsOf(item.Payload.Span, stream)))
            {
                messages.Add(new ParseMessage(item.Payload, false, item.Record.ReceiveTimeNs));
            }
        }

        messages.RemoveAll(message => isBinance && !message.IsSnapshot && IsContained(message.Body, snapshotId));
        return [.. messages];
    }

    private static void SourceManifestOf(MeasuredInput input, out ushort source, out Instrument instrument)
    {
        var feed = input.Manifest.Feeds.First(item => item.CarriesBooks);
        source = feed.Source;
        instrument = input.Manifest.Instruments[feed.InstrumentIds[0]].Instrument with { Id = 0 };
    }

    private static bool IsOf(ReadOnlySpan<byte> body, string stream)
    {
        Span<char> head = stackalloc char[64];
        int length = Math.Min(head.Length, body.Length);
        for (int i = 0; i < length; i++)
        {
            head[i] = (char)body[i];
        }

        return head[..length].Contains(stream, StringComparison.OrdinalIgnoreCase);
    }

    private static long LastId(ReadOnlySpan<byte> snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.ToArray());
        return document.RootElement.GetProperty("lastUpdateId").GetInt64();
    }

    private static bool IsContained(ReadOnlySpan<byte> body, long snapshotId)
    {
        if (body.IndexOf("\"depthUpdate\""u8) < 0)
        {
            return false;
        }

        using var document = JsonDocument.Parse(body.ToArray());
        return document.RootElement.GetProperty("data").GetProperty("u").GetInt64() <= snapshotId;
    }

    // Counted from the start as it is counted in the end, so that a pass is like any other.
    private static InstrumentScale FinestScale(Instrument instrument, ParseMessage[] messages)
    {
        FeedSession session = OurPath.Start(instrument).Session;
        foreach (ParseMessage item in messages)
        {
            session.ReadAlone(item.Body, item.IsSnapshot, item.TimeNs, out _);
        }

        return session.Scale(0);
    }
}
