using System.Collections.Generic;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;

namespace LowLatency.Tests.Support;

/// <summary>An engine on the test's thread, fed with single events; it records the engine's outputs.</summary>
internal sealed class EngineRig
{
    public const long Second = 1_000_000_000;

    // Small, because some tests build tens of thousands of engines.
    private const int OutboundCapacity = 256;

    private long _updateId = 1;

    public EngineRig(params InstrumentSetup[] setups)
        : this(hasPaperVenue: false, setups)
    {
    }

    public EngineRig(bool hasPaperVenue, params InstrumentSetup[] setups)
        : this(hasPaperVenue, new EngineOptions { MaxOrders = 64, AnswerTimeoutNs = long.MaxValue }, setups)
    {
    }

    public EngineRig(bool hasPaperVenue, EngineOptions options, params InstrumentSetup[] setups)
    {
        Core = TradingCore.OnOneThread(setups, options, 1024, hasPaperVenue, outboundCapacity: OutboundCapacity);
        Core.OnOutput = Take;
    }

    public TradingCore Core { get; }

    public EngineLoop Engine => Core.Engine;

    /// <summary>Decisions: commands and refusals.</summary>
    public List<EngineOutput> Outputs { get; } = [];

    /// <summary>Notes.</summary>
    public List<EngineOutput> Notes { get; } = [];

    public long NowNs { get; set; } = 1_000 * Second;

    public InstrumentView View => Engine.View(0);

    public void Publish(EngineInput item)
    {
        item.ReceiveTimeNs = item.ReceiveTimeNs == 0 ? NowNs : item.ReceiveTimeNs;
        Core.Inputs.Put([item]);
    }

    /// <summary>A snapshot with one level per side, and more behind them.</summary>
    public void Snapshot(long bid, long ask, long quantity = 1_000_000)
    {
        Publish(new EngineInput { Kind = EventKind.SnapshotBegin });
        for (int depth = 0; depth < 5; depth++)
        {
            Level(Side.Buy, bid - (10 * depth), quantity);
            Level(Side.Sell, ask + (10 * depth), quantity);
        }

        Commit();
    }

    public void Level(Side side, long price, long quantity) =>
        Publish(new EngineInput { Kind = EventKind.LevelUpdate, Side = side, Price = price, Quantity = quantity });

    public void Commit() => Publish(new EngineInput { Kind = EventKind.BookCommit, UpdateId = _updateId++ });

    public void Trade(Side aggressor, long price, long quantity) =>
        Publish(new EngineInput { Kind = EventKind.Trade, Side = aggressor, Price = price, Quantity = quantity });

    public void Timer(long afterNs)
    {
        NowNs += afterNs;
        Publish(new EngineInput { Kind = EventKind.Timer });
    }

    public void Stale(StaleReason reason) =>
        Publish(new EngineInput { Kind = EventKind.BookStale, StaleReason = reason });

    public void Report(EventKind kind, long orderId, Side side = Side.Buy, long price = 0, long quantity = 0) =>
        Publish(new EngineInput
        {
            Kind = kind,
            OrderId = orderId,
            Side = side,
            PriceTicks = price,
            QuantityLots = quantity,
        });

    /// <summary>Five rises, then two falls: the default mask sells.</summary>
    public void RiseAndTurn(long from = 6_000_000)
    {
        Snapshot(from, from + 1);
        for (int i = 1; i <= 5; i++)
        {
            Snapshot(from + (i * 100), from + (i * 100) + 1);
        }

        Snapshot(from + 400, from + 401);
        Snapshot(from + 300, from + 301);
    }

    private void Take(EngineOutput output) =>
        (output.IsCommand || output.Kind == OutputKind.Refuse ? Outputs : Notes).Add(output);
}
