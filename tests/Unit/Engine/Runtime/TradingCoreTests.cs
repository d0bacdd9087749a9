using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>The wiring, on threads and on one thread.</summary>
public sealed class TradingCoreTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public void ShouldNotHoldFeedsBackWhileAVenueIsStuckInASend()
    {
        var venue = new RecordingVenue();
        venue.Gate.Reset();
        var core = new TradingCore(Options(venue));
        InputPublisher feed = core.NewPublisher(SessionSources.FirstFeed);
        core.Start();
        for (int message = 0; message < 5_000; message++)
        {
            Book(feed, 6_000_000 + (message % 7));
        }

        // Four times as many events as the ring has slots went through, while the first send has not returned.
        Until(() => core.InboundFill == 0 && core.OutboundFill == 0);
        Assert.Single(venue.Commands);
        Assert.Equal(0, core.Engine.View(0).OpenOrders - core.Gateway!.Open.Read().Count);

        venue.Gate.Set();
        core.Complete();
        Assert.True(venue.Commands.Count > 1, "nothing was sent afterwards");
    }

    [Fact]
    public void ShouldReceiveDecideAndSendOnOneThread()
    {
        var log = new SourceLog();
        var venue = new RecordingVenue();
        var core = new TradingCore(Options(venue) with { IsOneThread = true, Clock = null, Log = log });
        InputPublisher feed = core.NewPublisher(SessionSources.FirstFeed);
        core.Start();

        Book(feed, 6_000_000);

        // The order was sent, and its answer handled, before the publisher came back.
        EngineOutput order = Assert.Single(venue.Commands);
        Assert.Equal(OutputKind.Place, order.Kind);
        Assert.Equal(1, core.Engine.View(0).Buys.Accepted);
        Assert.Equal([order.OrderId], core.Gateway!.Open.Read().Select(open => open.Id));
        Assert.Equal([SessionSources.Venue, SessionSources.FirstFeed], log.Sources);
    }

    [Fact]
    public void ShouldPublishTheVenuesReportsUnderTheVenuesNumber()
    {
        var log = new SourceLog();
        var venue = new RecordingVenue();
        var core = new TradingCore(Options(venue) with { Log = log });
        InputPublisher feed = core.NewPublisher(SessionSources.FirstFeed);
        core.Start();
        Book(feed, 6_000_000);
        Until(() => core.Engine.View(0).Buys.Accepted == 1);

        // What the gateway itself refuses comes from the gateway.
        core.Gateway!.OnOperatorCommand(EventKind.EngageKillSwitch);
        Book(feed, 6_000_100);
        Until(() => core.Engine.View(0).Buys.Rejected == 1);
        core.Complete();

        Assert.Equal(
            [SessionSources.Gateway, SessionSources.Venue, SessionSources.FirstFeed], log.Sources.Distinct().Order());
        Assert.Equal(1, log.Sources.Count(source => source == SessionSources.Gateway));
    }

    [Fact]
    public void ShouldShowDecisionsToAnObserverInOrder()
    {
        var venue = new RecordingVenue();
        var core = new TradingCore(Options(venue));
        var seen = new List<EngineOutput>();
        core.OnOutput = seen.Add;
        InputPublisher feed = core.NewPublisher(SessionSources.FirstFeed);
        core.Start();
        for (int message = 0; message < 100; message++)
        {
            Book(feed, 6_000_000 + (message * 100));
        }

        core.Complete();

        var hash = new DecisionHash();
        foreach (EngineOutput output in seen)
        {
            hash.Add(in output);
        }

        Assert.Equal((core.Engine.Decisions.Count, core.Engine.Decisions.Value), (hash.Count, hash.Value));
        Assert.NotEqual(0, hash.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(96)]
    public void ShouldRefuseACapacityThatIsNoPowerOfTwo(int capacity)
    {
        foreach (bool isOneThread in new[] { false, true })
        {
            Assert.Throws<ArgumentException>(() => new TradingCore(
                Options(new RecordingVenue()) with { InboundCapacity = capacity, IsOneThread = isOneThread }));
        }
    }

    private static TradingCoreOptions Options(IOrderVenue venue) => new()
    {
        Instruments = [Fixture.Setup(Fixture.Spot(), new Placer())],
        Engine = new EngineOptions { MaxOrders = 16, AnswerTimeoutNs = long.MaxValue },
        InboundCapacity = 4096,
        OutboundCapacity = 64,
        Venue = venue,
        Clock = new MonotonicUnixClock(),
    };

    // A book with one level a side.
    private static void Book(InputPublisher feed, long bid)
    {
        ReadOnlySpan<EngineInput> events =
        [
            new EngineInput { Kind = EventKind.SnapshotBegin, ReceiveTimeNs = 1 },
            Level(Side.Buy, bid),
            Level(Side.Sell, bid + 10),
            new EngineInput { Kind = EventKind.BookCommit, UpdateId = 1, ReceiveTimeNs = 1 },
        ];
        feed.Publish(InputKind.Frame, 0, 1, default, events);
    }

    private static EngineInput Level(Side side, long price) => new()
    {
        Kind = EventKind.LevelUpdate,
        Side = side,
        Price = price,
        Quantity = 9,
        ReceiveTimeNs = 1,
    };

    private static void Until(Func<bool> condition) => Assert.True(
        SpinWait.SpinUntil(condition, s_timeout), "it did not come to that within a minute");

    // An order for each book, as long as there is room for it.
    private sealed class Placer : IStrategy
    {
        public void OnBook(StrategyContext context, TradedInstrument instrument) => instrument.Place(new PlaceRequest
        {
            Side = Side.Buy,
            PriceTicks = instrument.Book.BestBidTicks,
            QuantityLots = 10,
            Flags = OrderFlags.PostOnly,
        });
    }

    private sealed class SourceLog : IInputLog
    {
        private readonly Lock _gate = new();
        private readonly List<ushort> _sources = [];

        public IReadOnlyList<ushort> Sources
        {
            get
            {
                lock (_gate)
                {
                    return _sources.ToArray();
                }
            }
        }

        public bool Append(in InputRecord record, ReadOnlySpan<byte> payload)
        {
            lock (_gate)
            {
                _sources.Add(record.Source);
            }

            return true;
        }
    }
}
