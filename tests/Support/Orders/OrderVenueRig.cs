using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Paper;

namespace LowLatency.Tests.Orders;

/// <summary>A venue under test, and what the tests need around it.</summary>
public abstract class OrderVenueRig
{
    /// <summary>The venue; another object after <see cref="Reconnect"/> where it keeps nothing itself.</summary>
    public abstract IOrderVenue Venue { get; }

    /// <summary>Current time, nanoseconds since the Unix epoch. Goes on with each use.</summary>
    public long NowNs => field += 1_000_000;

    /// <summary>Makes the market show one bid and one ask of an instrument, and nothing else.</summary>
    public abstract void Show(int instrument, long bidTicks, long askTicks, long lots);

    /// <summary>Makes the market fill a resting order that has the best price.</summary>
    public abstract void Fill(in EngineOutput order, long lots);

    /// <summary>Returns when everything that was sent has been answered.</summary>
    public abstract void Settle();

    /// <summary>Loses the connection and connects again: a snapshot of the open orders follows.</summary>
    /// <param name="open">What is open, for a venue that keeps nothing itself.</param>
    public abstract void Reconnect(IReadOnlyList<EngineOutput> open);
}

/// <summary>A venue that makes its fills from market events.</summary>
public abstract class MarketVenueRig : OrderVenueRig
{
    private long _updateId;

    /// <inheritdoc/>
    public override IOrderVenue Venue => Market;

    /// <summary>The venue.</summary>
    protected abstract IMarketVenue Market { get; }

    /// <inheritdoc/>
    public override void Show(int instrument, long bidTicks, long askTicks, long lots)
    {
        Send(new EngineInput { Kind = EventKind.SnapshotBegin }, instrument);
        Level(instrument, Side.Buy, bidTicks, lots);
        Level(instrument, Side.Sell, askTicks, lots);
        Send(new EngineInput { Kind = EventKind.BookCommit, UpdateId = ++_updateId }, instrument);
    }

    /// <inheritdoc/>
    public override void Fill(in EngineOutput order, long lots) => Send(
        new EngineInput
        {
            Kind = EventKind.Trade,
            Side = order.Side == Side.Buy ? Side.Sell : Side.Buy,
            Price = order.PriceTicks,
            Quantity = lots,
        },
        order.InstrumentId);

    /// <inheritdoc/>
    public override void Settle()
    {
        // It answers at once.
    }

    private void Level(int instrument, Side side, long price, long quantity) => Send(
        new EngineInput { Kind = EventKind.LevelUpdate, Side = side, Price = price, Quantity = quantity }, instrument);

    private void Send(EngineInput item, int instrument)
    {
        item.InstrumentId = (ushort)instrument;
        item.ReceiveTimeNs = NowNs;
        Market.OnMarket(in item);
    }
}
