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
using LowLatency.Replay;

namespace LowLatency.Measures;

/// <summary>
/// From the bytes of messages to events and to a book, with yardsticks in the same run. The ways alternate. A pass is
/// timed in pieces short enough not to be interrupted by other processes, and the best time of each piece counts. All
/// ways must read the same values.
/// </summary>
internal static class ParseMeasure
{
    private const int MinRounds = 15;
    private const int MaxRounds = 1000;
    private const int MinMessages = 1_000_000;
    private const int PieceBytes = 128 * 1024;

    private const string Method =
        "all messages of one symbol from memory, best of all passes in 128 KiB pieces; no socket, no decompression";

    public static MeasureReport Run(MeasuredInput input, Yardsticks yardsticks)
    {
        ParseMessage[] messages = ReadSymbol(input, out Instrument[] instruments);
        Instrument instrument = instruments[0];
        bool isBinance = IsBinance(instrument);
        messages = UntilItBreaks(messages, instruments);
        instrument = isBinance ? instrument with { Scale = FinestScale(instrument, messages) } : instrument;
        InstrumentScale scale = instrument.Scale;
        var path = new OurPath(
            "parse, synchronise, ring, engine with signals", isBinance ? [instrument] : instruments);
        ParsePath[] ours = isBinance ? [.. Reading(instrument), path] : [path];
        ParsePath[] ways = [.. ours, .. yardsticks.Parse(scale, isBinance)];
        string? problem = Compare([.. ways.Where(way => way.IsCompared)], messages);
        Pass(path, messages);
        problem ??= isBinance ? Check(path, messages, scale)
            : path.Session.Messages.Rejected == 0 ? null
            : $"{path.Session.Messages.Rejected} messages were rejected";

        int levels = CountLevels(path, messages);
        return new MeasureReport(
            "parse",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{input.Name}, {(isBinance ? instrument.Symbol : $"{instruments.Length} symbols")}: ")
                + string.Create(CultureInfo.InvariantCulture, $"{messages.Length} messages, ")
                + string.Create(
                    CultureInfo.InvariantCulture, $"{messages.Sum(item => (long)item.Body.Length) / 1e6:0.0} MB"),
            Method,
            Times(ways, messages, levels, ours.Length),
            problem);
    }

    /// <summary>The messages to measure, snapshot first.</summary>
    /// <param name="input">The input.</param>
    /// <param name="scale">The final scale of the numbers.</param>
    public static ParseMessage[] Messages(MeasuredInput input, out InstrumentScale scale)
    {
        ParseMessage[] messages = UntilItBreaks(ReadSymbol(input, out Instrument[] instruments), instruments);
        scale = IsBinance(instruments[0]) ? FinestScale(instruments[0], messages) : instruments[0].Scale;
        return messages;
    }

    // The final books: the engine's, and that of the parse-only way.
    private static string? Check(OurPath path, ParseMessage[] messages, InstrumentScale scale)
    {
        var book = new OrderBook(OrderBook.DefaultLevelsPerSide(1), scale.TickIncrements);
        FeedSession session = path.Session;
        var kept = new OurReading<BookSink<LadderBook>>(
            string.Empty, session, () => new(new LadderBook(book)), sink => sink.Seen.Sum);
        Pass(kept, messages);
        return path.Top == (book.Bids.BestPrice, book.Asks.BestPrice) ? null : "the engine's book differs";
    }

    private static ParsePath[] Reading(Instrument instrument)
    {
        FeedSession session = OurPath.Start(instrument).Session;
        var book = new OrderBook(OrderBook.DefaultLevelsPerSide(1), instrument.Scale.TickIncrements);
        return
        [
            new OurReading<SummingSink>("parse", session, () => default, sink => sink.Sum),
            new OurReading<BookSink<LadderBook>>(
                "parse and book", session, () => new(new LadderBook(book)), sink => sink.Seen.Sum),
        ];
    }

    private static string? Compare(ParsePath[] ways, ParseMessage[] messages)
    {
        Array.ForEach(ways, way => Pass(way, messages));
        ParsePath? other = ways.FirstOrDefault(way =>
            way.Sum != ways.First(first => first.KeepsBook == way.KeepsBook).Sum);
        return other is null ? null : $"'{other.Name}' read different values";
    }

    private static void Pass(ParsePath way, ParseMessage[] messages)
    {
        way.Begin();
        way.Take(messages);
    }

    private static int CountLevels(OurPath path, ParseMessage[] messages)
    {
        long before = path.LevelUpdates;
        Pass(path, messages);
        return (int)(path.LevelUpdates - before);
    }

    private static Figure[] Times(ParsePath[] ways, ParseMessage[] messages, int levels, int ours)
    {
        Range[] pieces = Pieces(messages);
        double[][] best = ways.Select(_ => new double[pieces.Length]).ToArray();
        long[] bytes = new long[ways.Length];
        int[] collections = new int[ways.Length];
        int rounds = Math.Clamp(MinMessages / messages.Length, MinRounds, MaxRounds);
        for (int round = 0; round < rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                int collected = GC.CollectionCount(0);
                Time(ways[way], messages, pieces, best[way], round == 0);

                // The first passes grow the buffers.
                bool isWarm = round > 1;
                bytes[way] = Math.Max(isWarm ? bytes[way] : 0, GC.GetAllocatedBytesForCurrentThread() - before);
                collections[way] = Math.Max(isWarm ? collections[way] : 0, GC.CollectionCount(0) - collected);
            }
        }

        double[] ns = best.Select(way => way.Sum()).ToArray();

        // Times are compared with the first yardstick that does everything that ours does, or otherwise with the first.
        int yardstick = Array.FindIndex(ways, ours, way => way.KeepsBook && way.IsCompared);
        yardstick = yardstick < 0 ? ours : yardstick;
        return ways.Select((way, i) => new Figure(way.Name, IsYardstick: i >= ours, Values(i))).ToArray();

        Dictionary<string, double> Values(int way)
        {
            var values = new Dictionary<string, double>
            {
                [FigureNames.NsPerMessage] = ns[way] / messages.Length,
                [FigureNames.AllocatedBytes] = bytes[way],
                [FigureNames.GcCollections] = collections[way],
            };
            if (yardstick < ns.Length)
            {
                values[FigureNames.Ratio] = ns[way] / ns[yardstick];
            }

            if (levels != 0)
            {
                values[FigureNames.NsPerLevel] = ns[way] / levels;
            }

            return values;
        }
    }

    private static void Time(
        ParsePath way, ParseMessage[] messages, Range[] pieces, double[] best, bool isFirst)
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

    // Of several Binance symbols, only the first is used, because the compared code has one book. The snapshot comes
    // first and messages contained in it are left out, so that a book without a sync rule is correct too.
    private static ParseMessage[] ReadSymbol(MeasuredInput input, out Instrument[] instruments)
    {
        SourceManifest feed = input.Manifest.Feeds.First(item => item.CarriesBooks);
        instruments = feed.InstrumentIds.Select((id, symbol) =>
            input.Manifest.Instruments[id].Instrument with { Id = (ushort)symbol }).ToArray();
        bool isBinance = IsBinance(instruments[0]);
        instruments = isBinance ? [instruments[0]] : instruments;
        string stream = $"\"stream\":\"{instruments[0].Symbol}@";
        var messages = new List<ParseMessage>();
        long snapshotId = 0;
        bool hasSnapshot = false;
        foreach (RecordedInput item in input.Inputs)
        {
            bool isOfFeed = item.Record.Source == feed.Source;
            if (item.Record.Kind == InputKind.Snapshot && isOfFeed && item.Record.Tag == 0 && !hasSnapshot)
            {
                hasSnapshot = true;
                snapshotId = isBinance ? LastId(item.Payload.Span) : 0;
                messages.Insert(0, new ParseMessage(item.Payload, true, item.Record.ReceiveTimeNs));
            }
            else if (item.Record.Kind == InputKind.Frame
                && (isBinance ? IsOf(item.Payload.Span, stream) : isOfFeed))
            {
                messages.Add(new ParseMessage(item.Payload, false, item.Record.ReceiveTimeNs));
            }
            else if (item.Record.Kind == InputKind.ConnectionClosed && isOfFeed)
            {
                break;
            }
        }

        messages.RemoveAll(message => isBinance && !message.IsSnapshot && IsContained(message.Body, snapshotId));
        return [.. messages];
    }

    // A gap would leave one way with an invalid book and the others with a wrong one, so only what comes before it is
    // measured.
    private static ParseMessage[] UntilItBreaks(ParseMessage[] messages, Instrument[] instruments)
    {
        var path = new OurPath(string.Empty, instruments);
        path.Begin();
        for (int i = 0; i < messages.Length; i++)
        {
            path.Take(messages.AsSpan(i, 1));
            if (path.StaleBooks != 0 || (IsBinance(instruments[0]) && path.NotApplied != 0))
            {
                return messages[..i];
            }
        }

        return messages;
    }

    private static bool IsBinance(Instrument instrument) =>
        instrument.Venue.StartsWith("binance", StringComparison.Ordinal);

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

    // Starts with the final scale, so that all passes are alike.
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
