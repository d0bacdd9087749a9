using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Testing;
using Xunit;

namespace LowLatency.Tests.Testing;

/// <summary>The harness for authors, with a strategy that quotes one instrument and hedges with another.</summary>
public sealed class StrategyTesterTests
{
    private const int Quoted = 0;
    private const int Hedge = 1;

    private static readonly Instrument[] s_instruments =
    [
        StrategyTester.SampleInstrument,
        StrategyTester.SampleInstrument with { Id = Hedge, Symbol = "ETHUSDT" },
    ];

    private readonly Hedger _hedger = new();
    private readonly StrategyTester _tester;

    public StrategyTesterTests() => _tester = new StrategyTester(_ => _hedger, s_instruments);

    [Fact]
    public void ShouldTradeTwoInstrumentsWithOneStrategy()
    {
        TestDecision quote = Quote();
        Assert.Equal((Quoted, "BTCUSDT", 10_000L), (quote.Instrument, quote.Symbol, quote.PriceTicks));

        _tester.Fill(in quote);

        TestDecision hedge = _tester.Decisions[^1];
        Assert.Equal(
            (OutputKind.Place, Hedge, "ETHUSDT", Side.Sell, 500L),
            (hedge.Kind, hedge.Instrument, hedge.Symbol, hedge.Side, hedge.PriceTicks));
        _tester.Fill(in hedge);
        Assert.Equal((10L, -10L), (_tester.PositionLots, _tester.PositionLotsOf(Hedge)));
    }

    [Fact]
    public void ShouldReportTheTopOfBookOfEachInstrument()
    {
        Quote();

        _tester.Top(bidTicks: 501, askTicks: 503, bidLots: 7, instrument: Hedge);
        _tester.Top(bidTicks: 10_001, askTicks: 10_002);

        Assert.Equal([(Hedge, 501L, 503L, 7L), (Quoted, 10_001L, 10_002L, 100_000L)], _hedger.Tops);
    }

    [Fact]
    public void ShouldReportAmendments()
    {
        TestDecision quote = Quote();
        _tester.Accept(quote.OrderId);
        _tester.Book(bidTicks: 9_990, askTicks: 9_992);
        TestDecision amendment = _tester.Decisions[^1];
        Assert.Equal(
            (OutputKind.Amend, quote.OrderId, 9_990L), (amendment.Kind, amendment.OrderId, amendment.PriceTicks));

        _tester.AmendRejected(quote.OrderId);
        _tester.Book(bidTicks: 9_980, askTicks: 9_982);
        _tester.Amended(_tester.Decisions[^1]);

        Assert.Equal(
            [
                (OrderChange.Accepted, 10_000L), (OrderChange.AmendRejected, 10_000L), (OrderChange.Amended, 9_980L),
            ],
            _hedger.Updates.Select(update => (update.Change, update.PriceTicks)));
    }

    [Fact]
    public void ShouldReportARejectedCancelAndAnExpiry()
    {
        TestDecision quote = Quote();
        _tester.Accept(quote.OrderId);
        _tester.LoseBook();
        Assert.Equal(OutputKind.Cancel, _tester.Decisions[^1].Kind);

        _tester.CancelRejected(quote.OrderId);
        Assert.Equal(1, _tester.OpenOrders);
        _tester.Expired(quote.OrderId);

        Assert.Equal(0, _tester.OpenOrders);
        Assert.Equal(
            [OrderChange.Accepted, OrderChange.CancelRejected, OrderChange.Expired],
            _hedger.Updates.Select(update => update.Change));
    }

    [Fact]
    public void ShouldRefuseInstrumentsWhoseIdsAreNotTheirIndexes()
    {
        ArgumentException wrong = Assert.Throws<ArgumentException>(
            () => new StrategyTester(_ => new Hedger(), [s_instruments[1], s_instruments[0]]));
        Assert.StartsWith("ETHUSDT is at index 0 of the list, so its id must be 0, not 1", wrong.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new StrategyTester(_ => new Hedger(), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tester.Book(1, 2, instrument: 2));
    }

    private TestDecision Quote()
    {
        _tester.Book(bidTicks: 500, askTicks: 502, instrument: Hedge);
        _tester.Book(bidTicks: 10_000, askTicks: 10_002);
        return Assert.Single(_tester.Decisions);
    }

    /// <summary>Bids on the first of its instruments, and sells on the other what it has bought.</summary>
    private sealed class Hedger : IStrategy
    {
        public List<(int Instrument, long Bid, long Ask, long BidLots)> Tops { get; } = [];

        public List<OrderUpdate> Updates { get; } = [];

        public void OnBook(StrategyContext context, TradedInstrument instrument)
        {
            if (instrument.Index != Quoted)
            {
                return;
            }

            if (instrument.TryFindOrder(Side.Buy, tag: 0, out Order order))
            {
                instrument.Amend(order.Id, instrument.Book.BestBidTicks, order.QuantityLots, default);
                return;
            }

            instrument.Place(new PlaceRequest
            {
                Side = Side.Buy,
                PriceTicks = instrument.Book.BestBidTicks,
                QuantityLots = 10,
            });
        }

        public void OnTop(StrategyContext context, TradedInstrument instrument, in TopView top) =>
            Tops.Add((instrument.Index, top.BestBidTicks, top.BestAskTicks, top.BestBidLots));

        public void OnFill(StrategyContext context, TradedInstrument instrument, in FillUpdate fill)
        {
            if (instrument.Index == Quoted)
            {
                TradedInstrument hedge = context.Instruments[Hedge];
                hedge.Place(new PlaceRequest
                {
                    Side = Side.Sell,
                    PriceTicks = hedge.Book.BestBidTicks,
                    QuantityLots = fill.Lots,
                });
            }
        }

        public void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update) =>
            Updates.Add(update);
    }
}
