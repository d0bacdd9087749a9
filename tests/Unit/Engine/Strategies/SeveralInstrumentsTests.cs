using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>One instance that stands beside several instruments trades them all: a hedge, by hand.</summary>
public sealed class SeveralInstrumentsTests
{
    private readonly Hedger _hedger = new();
    private readonly EngineRig _rig;

    public SeveralInstrumentsTests() => _rig = new EngineRig(
        Fixture.Setup(Fixture.Spot(), _hedger),
        Fixture.Setup(Fixture.Spot(1, "ETHUSDT"), new Asker()),
        Fixture.Setup(Fixture.Usdm(2), _hedger));

    [Fact]
    public void ShouldHedgeTheFillOfOneInstrumentOnAnother()
    {
        Book(0, 1_000_000);
        Book(1, 50_000);
        Book(2, 100_000);
        EngineOutput quote = Assert.Single(_rig.Outputs);
        Assert.Equal((0, Side.Buy, 1_000_000L), (quote.InstrumentId, quote.Side, quote.PriceTicks));

        _rig.Publish(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = quote.OrderId,
            Price = quote.PriceTicks,
            Quantity = 4,
            TradeId = 1,
        });

        EngineOutput hedge = _rig.Outputs[^1];
        Assert.Equal(
            (OutputKind.Place, 2, Side.Sell, 100_000L, 4L),
            (hedge.Kind, hedge.InstrumentId, hedge.Side, hedge.PriceTicks, hedge.QuantityLots));
    }

    [Fact]
    public void ShouldTellWhichInstrumentAnEventIsOfAndCallTheTimerOnce()
    {
        Book(2, 100_000);
        Book(0, 1_000_000);
        Book(1, 50_000);
        _rig.Timer(1);
        _rig.Timer(1);

        Assert.Equal([(1, 2), (0, 0)], _hedger.Books);
        Assert.Equal(2, _hedger.Timers);
    }

    private void Book(ushort instrument, long bid)
    {
        foreach (EngineInput item in new EngineInput[]
        {
            new() { Kind = EventKind.SnapshotBegin },
            new() { Kind = EventKind.LevelUpdate, Side = Side.Buy, Price = bid, Quantity = 100 },
            new() { Kind = EventKind.LevelUpdate, Side = Side.Sell, Price = bid + 1, Quantity = 100 },
            new() { Kind = EventKind.BookCommit, UpdateId = 1 },
        })
        {
            _rig.Publish(item with { InstrumentId = instrument });
        }
    }

    /// <summary>Bids on the first of its instruments and sells on the other what it has bought.</summary>
    private sealed class Hedger : IStrategy
    {
        public List<(int Index, int Id)> Books { get; } = [];

        public int Timers { get; private set; }

        public void OnBook(StrategyContext context, TradedInstrument instrument)
        {
            Books.Add((instrument.Index, instrument.Facts.Id));
            if (instrument.Index == 0)
            {
                instrument.Place(new PlaceRequest
                {
                    Side = Side.Buy,
                    PriceTicks = instrument.Book.BestBidTicks,
                    QuantityLots = 10,
                });
            }
        }

        public void OnFill(StrategyContext context, TradedInstrument instrument, in FillUpdate fill)
        {
            TradedInstrument other = context.Instruments[1 - instrument.Index];
            other.Place(new PlaceRequest
            {
                Side = Side.Sell,
                PriceTicks = other.Book.BestBidTicks,
                QuantityLots = fill.Lots,
                Flags = OrderFlags.ImmediateOrCancel,
            });
        }

        public void OnTimer(StrategyContext context) => Timers++;
    }
}
