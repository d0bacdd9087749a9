using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Measures;

namespace LowLatency.Bench;

/// <summary>
/// The same work spread over 1, 10, 100 and 500 symbols: the memory of the symbols before any work, the memory of the
/// work, and the time per message. One symbol is the baseline.
/// </summary>
internal static class SymbolsBench
{
    private const int Messages = 500_000;
    private const int SnapshotLevels = 100;
    private const int ChangedLevels = 10;
    private const long FirstId = 1_000_000_000_000;

    public static MeasureReport Run()
    {
        Measure(1);
        var figures = new List<Figure>();
        double yardstick = 0;
        foreach (int symbols in new[] { 1, 10, 100, 500 })
        {
            (double nsPerMessage, double heapMb, long bytes, int collections) = Measure(symbols);
            yardstick = symbols == 1 ? nsPerMessage : yardstick;
            figures.Add(Figure.Ours(
                string.Create(CultureInfo.InvariantCulture, $"{symbols} symbols"),
                (FigureNames.NsPerMessage, nsPerMessage),
                (FigureNames.Ratio, nsPerMessage / yardstick),
                ("heap_megabytes", heapMb),
                ("resident_megabytes", Environment.WorkingSet / 1e6),
                (FigureNames.AllocatedBytes, bytes),
                (FigureNames.GcCollections, collections)));
        }

        return new MeasureReport(
            "symbols",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Messages} depth messages of {2 * ChangedLevels} levels spread over the symbols, ")
                + string.Create(CultureInfo.InvariantCulture, $"{Messages * ((2L * ChangedLevels) + 1)} events"),
            "sessions, ring, engine with signals and the direction mask, paper venue; no recorder, no sockets; the "
                + "process grows from line to line",
            figures);
    }

    private static (double NsPerMessage, double HeapMb, long Bytes, int Collections) Measure(int symbols)
    {
        long baseline = GC.GetTotalMemory(forceFullCollection: true);
        IVenue venue = Venues.Find("binance");
        Instrument[] instruments = Enumerable.Range(0, symbols).Select(Symbol).ToArray();
        var engine = TradingCore.OnOneThread(
            instruments.Select(Setup).ToArray(), new EngineOptions { MaxOrders = 4096 }, 131_072, hasPaperVenue: true);
        var address = new VenueAddress(new Uri("http://venue"), new Uri("ws://venue"));
        ConnectionPlan[] plans = venue.PlanConnections(address, instruments).ToArray();
        FeedSession[] sessions = plans
            .Select((plan, index) => venue.CreateSession(
                plan.Symbols.Select(symbol => instruments[symbol]).ToArray(),
                engine.NewPublisher((ushort)(index + 1)),
                new BadInputLog(),
                plan.CarriesBooks))
            .ToArray();
        (FeedSession Session, byte[] Frame)[] feeds = plans
            .SelectMany((plan, index) => plan.Symbols.Select((symbol, place) =>
                Start(sessions[index], place, instruments[symbol], engine)))
            .ToArray();
        long id = FirstId + 1;
        Feed(feeds, engine, ref id, Messages / 10);
        long bytes = -GC.GetAllocatedBytesForCurrentThread();
        int collections = -GC.CollectionCount(0);
        var watch = Stopwatch.StartNew();
        Feed(feeds, engine, ref id, Messages);
        double nsPerMessage = watch.Elapsed.TotalNanoseconds / Messages;
        bytes += GC.GetAllocatedBytesForCurrentThread();
        collections += GC.CollectionCount(0);
        long after = GC.GetTotalMemory(forceFullCollection: true) - baseline;
        GC.KeepAlive(engine);
        return (nsPerMessage, after / 1e6, bytes, collections);
    }

    private static void Feed(
        (FeedSession Session, byte[] Frame)[] feeds, TradingCore engine, ref long id, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            (FeedSession session, byte[] frame) = feeds[i % feeds.Length];

            // All symbols share the ids, and each message covers all ids since its symbol's last one.
            long first = id - feeds.Length + 1;
            Write(frame, "\"U\":"u8, Math.Max(FirstId + 1, first));
            Write(frame, "\"u\":"u8, id++);
            session.OnFrame(frame, i, 0);
        }
    }

    private static void Write(byte[] frame, ReadOnlySpan<byte> name, long value)
    {
        int at = frame.AsSpan().IndexOf(name) + name.Length;
        value.TryFormat(frame.AsSpan(at), out _, default, CultureInfo.InvariantCulture);
    }

    private static (FeedSession Session, byte[] Frame) Start(
        FeedSession session, int place, Instrument instrument, TradingCore engine)
    {
        if (place == 0)
        {
            session.OnConnected(1, "bench");
        }

        string symbol = instrument.Symbol;
        session.OnSnapshot(place, Encoding.ASCII.GetBytes(
            $$"""{"lastUpdateId":{{FirstId}},"bids":[{{Levels(60_000, -1, SnapshotLevels)}}],"asks":[{{Levels(60_001, 1, SnapshotLevels)}}]}"""), 1);
        return (session, Encoding.ASCII.GetBytes(
            $$$"""{"stream":"{{{symbol.ToLowerInvariant()}}}@depth@100ms","data":{"e":"depthUpdate","E":1700000000000,"s":"{{{symbol}}}","U":{{{FirstId}}},"u":{{{FirstId}}},"b":[{{{Levels(60_000, -1, ChangedLevels)}}}],"a":[{{{Levels(60_001, 1, ChangedLevels)}}}]}}"""));
    }

    private static string Levels(int from, int step, int count) => string.Join(
        ',', Enumerable.Range(0, count).Select(i => $"[\"{from + (i * step)}.00000000\",\"1.50000000\"]"));

    private static Instrument Symbol(int id) => new()
    {
        Id = (ushort)id,
        Venue = "binance",
        Symbol = string.Create(CultureInfo.InvariantCulture, $"S{id}USDT"),
        BaseAsset = string.Create(CultureInfo.InvariantCulture, $"S{id}"),
        QuoteAsset = "USDT",
        Scale = new InstrumentScale(2, 5, 1, 1),
        MinQuantityLots = 1,
        MakerFeePpm = 1000,
        TakerFeePpm = 1000,
    };

    private static InstrumentSetup Setup(Instrument instrument) => new(
        instrument,
        new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue,
            MaxPositionTickLots = long.MaxValue,
            MaxOpenOrders = 1000,
            CollarPpm = 1_000_000,
        },
        new DirectionMaskStrategy(new DirectionMaskSettings { OrderNotional = 1000 }, instrument));
}
