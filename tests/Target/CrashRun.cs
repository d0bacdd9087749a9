using System;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder.Journal;

namespace LowLatency.TestTarget;

/// <summary>Trades at full speed with the real engine and journal against a simple gateway that keeps its state in a
/// file, until it is killed. At its start it restores the state of the killed one and compares it with the gateway's:
/// <c>TestTarget crash FOLDER SEED STEPS</c>. It prints "ready" once both agree.
/// </summary>
internal static class CrashRun
{
    private const int Mismatch = 7;

    private static readonly Instrument s_instrument = new()
    {
        Id = 0,
        Venue = "plain",
        Symbol = "BTCUSDT",
        BaseAsset = "BTC",
        QuoteAsset = "USDT",
        Scale = new InstrumentScale(0, 0, 1, 1),
        MinQuantityLots = 1,
        MakerFeePpm = 100,
        TakerFeePpm = 400,
    };

    private static readonly RiskLimits s_limits = new()
    {
        MaxOrderTickLots = long.MaxValue,
        MaxPositionTickLots = 1_000_000,
        MaxOpenOrders = 40,
        CollarPpm = 500_000,
    };

#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
    public static int Run(string folder, int seed, int steps)
    {
        var random = new Random(seed);
        string journals = Path.Combine(folder, "journal");
        using var venue = new DurableVenue(Path.Combine(folder, "venue.log"));
        EngineSnapshot? snapshot = Recover(journals);
        using JournalWriter journal = JournalWriter.Create(journals, TimeSpan.Zero);
        TradingCore engine = Start(snapshot, journal, venue, random);
        if (snapshot is not null)
        {
            foreach (EngineInput report in venue.Reconcile().ToArray())
            {
                Publish(engine, report, 1);
            }

            // Cancels that were under way are requested again.
            while (venue.Reports.TryDequeue(out EngineInput report))
            {
                Publish(engine, report, 1);
            }
        }

        if (Compare(engine.Engine, venue) is { } difference)
        {
            Console.WriteLine($"MISMATCH {difference}");
            return Mismatch;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ready: {venue.Open.Count} open orders, {engine.Engine.LivingComposites} composite orders, position "
            + $"{venue.PositionLots}, {venue.FillCount} fills"));
        Trade(engine, venue, random, steps);
        return 0;
    }

    private static EngineSnapshot? Recover(string journals)
    {
        if (JournalReader.FindNewest(journals).Path is not { } path)
        {
            return null;
        }

        var fold = new JournalFold();
        JournalReader.Read(path, output =>
        {
            fold.Add(in output);
            return true;
        });
        return fold.ToSnapshot(nowNs: 1);
    }

    private static TradingCore Start(
        EngineSnapshot? snapshot, JournalWriter journal, DurableVenue venue, Random random)
    {
        long counter = snapshot?.NextOrderCounter ?? 1;
        journal.AppendSession("{}"u8);
        foreach (EngineOutput record in snapshot?.Records ?? [])
        {
            journal.Append(in record);
        }

        journal.Append(new EngineOutput { Kind = OutputKind.SnapshotEnd, LastOrderId = OrderIds.IdOf(counter - 1) });
        journal.Flush();
        var options = new EngineOptions
        {
            MaxOrders = 64,
            MaxComposites = 32,
            FirstOrderCounter = counter,
            Snapshot = snapshot,
            AnswerTimeoutNs = long.MaxValue,
        };
        TradingCore core = TradingCore.OnOneThread(
            [new InstrumentSetup(s_instrument, s_limits, new EveryOrderType(random))], options, 1024, false);
        core.OnOutput = output =>
        {
            journal.Append(in output);
            if (output.IsCommand)
            {
                journal.Flush();
                venue.Take(in output);
            }
        };
        return core;
    }

    private static void Trade(TradingCore engine, DurableVenue venue, Random random, int steps)
    {
        long nowNs = 1_000_000_000;
        long bid = 1000;
        for (int step = 0; step < steps; step++)
        {
            nowNs += 10_000_000;
            bid = Math.Clamp(bid + random.Next(-3, 4), 500, 1500);
            Publish(engine, new EngineInput { Kind = EventKind.SnapshotBegin }, nowNs);
            foreach (Side side in new[] { Side.Buy, Side.Sell })
            {
                Publish(
                    engine,
                    new EngineInput
                    {
                        Kind = EventKind.LevelUpdate,
                        Side = side,
                        Price = bid + (int)side,
                        Quantity = 1000,
                    },
                    nowNs);
            }

            Publish(engine, new EngineInput { Kind = EventKind.BookCommit, UpdateId = step + 1 }, nowNs);
            Publish(engine, new EngineInput { Kind = EventKind.Timer }, nowNs);
            if (venue.Open.Count != 0 && random.Next(2) == 0)
            {
                venue.Fill(venue.Open.Keys.ElementAt(random.Next(venue.Open.Count)), random.Next(1, 12));
            }

            while (venue.Reports.TryDequeue(out EngineInput report))
            {
                Publish(engine, report, nowNs);
            }
        }
    }

    private static string? Compare(EngineLoop engine, DurableVenue venue)
    {
        Position position = engine.Position(0);
        if (venue.Problem is not null)
        {
            return venue.Problem;
        }

        if (position.Lots != venue.PositionLots || position.CashTickLots != venue.CashTickLots)
        {
            return $"position {position.Lots} for {position.CashTickLots} here, {venue.PositionLots} for "
                + $"{venue.CashTickLots} there";
        }

        return engine.OpenOrders == venue.Open.Count
            ? null
            : $"{engine.OpenOrders} open orders here, {venue.Open.Count} there";
    }

    private static void Publish(TradingCore engine, EngineInput item, long nowNs)
    {
        item.ReceiveTimeNs = nowNs;
        engine.Inputs.Put([item]);
    }
#pragma warning restore CA5394
}
