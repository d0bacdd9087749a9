using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;

namespace LowLatency.Bench;

/// <summary>
/// Each venue's scanner compared with its parser, from bytes to events in the batch, over the venue's capture in the
/// same run. Messages that the scanner takes are read by both; all messages are read by the parser alone and by the
/// session. The ways alternate. A pass is timed in pieces short enough not to be interrupted by other processes, and
/// the best time of each piece counts. Both ways must read the same events.
/// </summary>
internal static class VenueParseBench
{
    private const int MinRounds = 40;
    private const int MinMessages = 400_000;
    private const int PieceBytes = 16 * 1024;
    private const int RingSlots = 65_536;
    private const int WarmUpSeconds = 2;

    private static readonly (string Venue, string Path)[] s_captures =
    [
        ("okx", "cryptofeed/OKX"),
        ("bybit", "cryptofeed/BYBIT"),
        ("poloniex", "cryptofeed/POLONIEX"),
        ("kraken", "cryptofeed/KRAKEN"),
        ("coinbase", "cryptofeed/COINBASE"),
        ("bitstamp", "cryptofeed/BITSTAMP"),
        ("binance", "cryptofeed/BINANCE"),
        ("binance-futures", "cryptofeed/BINANCE_FUTURES"),
    ];

    /// <summary>Measures all venues, or one with each of its message types, optionally on another capture.</summary>
    public static int Run(string[] args)
    {
        string? root = BooksBench.FindCaptures();
        if (root is null)
        {
            Console.WriteLine("no captures found; run tests/fetch-captures.sh");
            return 1;
        }

        Console.WriteLine("ns per message: those that the scanner takes, and all; bytes allocated in a pass over all");
        Console.WriteLine($"{"",-34}{"messages",10}{"bytes",7}{"taken",8}"
            + $"{"parser",9}{"scanner",9}{"ratio",7}{"parser",9}{"session",9}{"ratio",7}{"allocated",11}");
        bool isEqual = true;
        foreach ((string venue, string path) in args is [string name, string input]
            ? [(name, input)]
            : s_captures.Where(item => args.Length == 0 || item.Venue == args[0]))
        {
            byte[][] bodies = Capture.Read([Path.Combine(root, path)]).Where(item => !item.IsRest)
                .Select(item => item.Body).ToArray();
            isEqual &= Measure(venue, venue, bodies, withKinds: args.Length != 0);
            if (venue == "kraken")
            {
                byte[][] objects = bodies.Select(KrakenRewrite.ToVersion2).OfType<byte[]>().ToArray();
                isEqual &= Measure("kraken, rewritten as version 2", venue, objects, withKinds: args.Length != 0);
            }
        }

        return isEqual ? 0 : 1;
    }

    private static bool Measure(string title, string venueName, byte[][] bodies, bool withKinds)
    {
        IVenue venue = Venues.Find(venueName);
        (byte[] Body, MessageIdentity Label)[] frames = bodies.Select(body => (body, Label(venue, body))).ToArray();
        FeedSession session = Session(venue, frames.Select(item => item.Label.Symbol));

        // The first pass refines the increments.
        Array.ForEach(frames, item => session.ReadByParser(item.Body, 1, out _));
        if (!Array.TrueForAll(frames, item => IsReadAlike(session, item.Body)))
        {
            Console.WriteLine($"{title}: THE EVENTS DIFFER");
            return false;
        }

        // The JIT compiler finishes only after a while.
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds;)
        {
            Time(session, bodies);
        }

        Print(title, session, frames.Select(item => item.Body));
        foreach (IGrouping<string, (byte[] Body, MessageIdentity Label)> kind in
            frames.Where(_ => withKinds).GroupBy(item => item.Label.Type))
        {
            Print($"  {kind.Key}", session, kind.Select(item => item.Body));
        }

        return true;
    }

    private static MessageIdentity Label(IVenue venue, byte[] body)
    {
        var identities = new List<MessageIdentity>();
        venue.Identify(body, identities);
        return identities[0];
    }

    private static bool IsReadAlike(FeedSession session, byte[] body)
    {
        byte[] parsed = MemoryMarshal.AsBytes(session.ReadByParser(body, 1, out _)).ToArray();
        return MemoryMarshal.AsBytes(session.ReadAlone(body, isSnapshot: false, 1, out _)).SequenceEqual(parsed);
    }

    private static void Print(string name, FeedSession session, IEnumerable<byte[]> bodies)
    {
        byte[][] all = bodies.ToArray();
        byte[][] taken = Array.FindAll(all, body =>
        {
            session.ReadAlone(body, isSnapshot: false, 1, out ParsedMessage message);
            return message.IsScanned;
        });
        (double parserNs, double scannerNs, _) = Time(session, taken);
        (double allParserNs, double sessionNs, long bytes) = Time(session, all);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-34}{all.Length,10}{all.Average(body => body.Length),7:0}{(double)taken.Length / all.Length,8:0.0%}"
            + $"{parserNs,9:0}{scannerNs,9:0}{parserNs / Math.Max(1, scannerNs),7:0.0}"
            + $"{allParserNs,9:0}{sessionNs,9:0}{allParserNs / sessionNs,7:0.0}{bytes,11}"));
    }

    private static (double ParserNs, double SessionNs, long Bytes) Time(FeedSession session, byte[][] bodies)
    {
        ReadOnlyMemory<byte>[][] pieces = Pieces(bodies);
        double[] parser = new double[pieces.Length];
        double[] scanner = new double[pieces.Length];
        Array.Fill(parser, double.MaxValue);
        Array.Fill(scanner, double.MaxValue);
        int rounds = Math.Max(MinRounds, MinMessages / Math.Max(1, bodies.Length));
        long bytes = 0;
        for (int round = 0; round < rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < pieces.Length; i++)
            {
                parser[i] = Math.Min(parser[i], Read(session, pieces[i], isByParser: true));
                scanner[i] = Math.Min(scanner[i], Read(session, pieces[i], isByParser: false));
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        int messages = Math.Max(1, bodies.Length);
        return (parser.Sum() / messages, scanner.Sum() / messages, bytes);
    }

    private static double Read(FeedSession session, ReadOnlyMemory<byte>[] bodies, bool isByParser)
    {
        long start = Stopwatch.GetTimestamp();
        if (isByParser)
        {
            foreach (ReadOnlyMemory<byte> body in bodies)
            {
                session.ReadByParser(body.Span, 1, out _);
            }
        }
        else
        {
            foreach (ReadOnlyMemory<byte> body in bodies)
            {
                session.ReadAlone(body.Span, isSnapshot: false, 1, out _);
            }
        }

        // A TimeSpan has a resolution of 100 ns.
        return (Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency);
    }

    // One message after the other, as in a connection's pipe.
    private static ReadOnlyMemory<byte>[][] Pieces(byte[][] bodies)
    {
        byte[] buffer = bodies.SelectMany(body => body).ToArray();
        var pieces = new List<ReadOnlyMemory<byte>[]>();
        var piece = new List<ReadOnlyMemory<byte>>();
        int at = 0;
        int start = 0;
        foreach (byte[] body in bodies)
        {
            piece.Add(new ReadOnlyMemory<byte>(buffer, at, body.Length));
            at += body.Length;
            if (at - start >= PieceBytes || at == buffer.Length)
            {
                pieces.Add([.. piece]);
                piece.Clear();
                start = at;
            }
        }

        return [.. pieces];
    }

    private static FeedSession Session(IVenue venue, IEnumerable<string?> symbols)
    {
        Instrument[] instruments = symbols.Where(symbol => !string.IsNullOrEmpty(symbol)).Distinct()
            .Select((symbol, id) => new Instrument
            {
                Id = (ushort)id,
                Venue = venue.Name,
                Symbol = symbol!,
                BaseAsset = symbol!,
                QuoteAsset = "USD",
                Scale = new InstrumentScale(0, 0, 1, 1),
                MinQuantityLots = 1,
                MakerFeePpm = 0,
                TakerFeePpm = 0,
            })
            .ToArray();
        var ring = new SingleProducerRing<EngineInput>(RingSlots, WaitStrategies.Create(WaitStrategyKind.Yield));
        return venue.CreateSession(
            instruments, new InputPublisher(new RingInputStream(ring), NullInputLog.Instance, 1), new BadInputLog(),
            carriesBooks: true);
    }
}
