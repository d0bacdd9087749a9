using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Reliability;

/// <summary>Connection failures at any byte, with the real feed behind the chaos proxy.</summary>
public sealed class CutConnectionTests(ITestOutputHelper output)
{
    private const int Cuts = 10;

    [Fact]
    [FaultRow("F1")]
    public async Task ShouldComeBackFromACutAtAnyByteOfASession()
    {
        int cuts = Cases.Times(Cuts);
        const int seed = 20261121;
        Random random = Seeds.Start(output, seed);
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        await using var proxy = new ChaosProxy(venue.Port);
        var staleMs = new List<double>();
        var cancelMs = new List<double>();
        var liveMs = new List<double>();
        long staleAt = 0;
        var gateway = new WillingGateway();
        await using FeedRig rig = Rig(venue, proxy, options => options, new Quoter());
        rig.OnEvent = item => staleAt = item.Kind == EventKind.BookStale ? Stopwatch.GetTimestamp() : staleAt;
        rig.OnOutput = command => gateway.Take(rig, in command);
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");
        long session = proxy.ToClient.Bytes;
        for (int cut = 0; cut < cuts; cut++)
        {
            // The current connection ends at once, and the next one at the random byte of its own session.
            long offset = random.NextInt64(1, session + 1);
            await rig.UntilAsync(() => rig.View().OpenOrders == Quoter.Quotes, "it does not quote");
            staleAt = 0;
            gateway.Pulled = 0;
            bool isLate = offset == session;
            proxy.ToClient.ResetAt = offset;
            proxy.Cut();
            long cutAt = proxy.LastCutAt;
            await rig.UntilAsync(() => staleAt != 0, "the book did not go stale");
            staleMs.Add(Stopwatch.GetElapsedTime(cutAt, staleAt).TotalMilliseconds);
            await rig.UntilAsync(() => gateway.Pulled >= Quoter.Quotes, "its orders were not cancelled");
            cancelMs.Add(Stopwatch.GetElapsedTime(cutAt, gateway.PulledAt).TotalMilliseconds);
            await rig.UntilAsync(
                () => isLate || proxy.LastCutAt != cutAt, $"the session was not cut at byte {offset} of {session}");
            proxy.ToClient.ResetAt = long.MaxValue;
            proxy.Cut();
            long connects = rig.Connection.Connects;
            long lastCutAt = proxy.LastCutAt;
            await rig.UntilAsync(
                () => rig.Connection.Connects > connects && rig.View().IsLive && rig.Show() == SpeakingVenue.Book,
                $"the book did not come back after a cut at byte {offset} of {session}");
            liveMs.Add(Stopwatch.GetElapsedTime(lastCutAt).TotalMilliseconds);
        }

        string figure = $"{cuts} cuts at random bytes of {session}: stale after {Spread(staleMs)} ms, "
            + $"the last cancel sent after {Spread(cancelMs)} ms, live again after {Spread(liveMs)} ms";
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure, seed);
    }

    [Theory]
    [InlineData("half-close of the venue")]
    [InlineData("reset")]
    [FaultRow("F1")]
    public async Task ShouldComeBackFromAnEndInOneDirection(string kind)
    {
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        await using var proxy = new ChaosProxy(venue.Port);
        await using FeedRig rig = Rig(venue, proxy, options => options);
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");
        long connects = rig.Connection.Connects;
        if (kind == "reset")
        {
            proxy.Cut();
        }
        else
        {
            proxy.HalfClose(proxy.ToClient);
        }

        await rig.UntilAsync(() => rig.Connection.Connects > connects, "no new connection");
        await rig.UntilAsync(
            () => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not come back");
        Assert.Equal(1, rig.Counters().Stales(StaleReason.Disconnected));
    }

    [Fact]
    [FaultRow("F2")]
    public async Task ShouldFindAHalfOpenConnectionByItsSilence()
    {
        var limit = TimeSpan.FromSeconds(1);
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        await using var proxy = new ChaosProxy(venue.Port);
        await using FeedRig rig = Rig(venue, proxy, options => options with { SilenceTimeout = limit });
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");

        proxy.IsBlackHole = true;
        long startMs = Environment.TickCount64;
        await rig.UntilAsync(() => !rig.View().IsLive, "a half-open connection was not found");
        long foundMs = Environment.TickCount64 - startMs;
        Assert.Equal(StaleReason.Disconnected, rig.View().StaleReason);
        proxy.IsBlackHole = false;
        proxy.Cut();
        await rig.UntilAsync(
            () => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not come back");
        FaultLedger.AddFigure($"found after {foundMs} ms of a limit of {limit.TotalMilliseconds} ms");
    }

    // Each message is split at another byte, so that every offset of a frame, header and payload, is once the end of a
    // read.
    [Fact]
    [FaultRow("F11")]
    public async Task ShouldReadMessagesSplitAtEveryByteAsWhole()
    {
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        await using var proxy = new ChaosProxy(venue.Port);
        await using FeedRig rig = Rig(venue, proxy, options => options);
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");
        await rig.UntilAsync(() => venue.Last is not null, "the session did not end");
        long applied = rig.Counters().Applied;
        int length = Encoding.UTF8.GetByteCount(SpeakingVenue.Update(2000, "1000"));
        int frame = length + (length > 125 ? 4 : 2);
        proxy.ToClient.SplitAt(proxy.ToClient.Bytes + 1, offset => offset + frame + 1);
        for (int i = 0; i < frame; i++)
        {
            await venue.Last!.SendAsync(SpeakingVenue.Update(1021 + i, $"{1000 + i}"));
        }

        await rig.UntilAsync(() => rig.Counters().Applied == applied + frame, "not all messages were applied");
        Assert.Equal($"100x{999 + frame} 99.9x2.5 | 100.1x1.5", rig.Show());
        proxy.SliceBytes = 1;
        for (int i = 0; i < 20; i++)
        {
            await venue.Last!.SendAsync(SpeakingVenue.Update(1021 + frame + i, $"{2000 + i}"));
        }

        await rig.UntilAsync(() => rig.Counters().Applied == applied + frame + 20, "not all messages were applied");
        Assert.Equal("100x2019 99.9x2.5 | 100.1x1.5", rig.Show());
        Assert.Equal((0, 0), (rig.Counters().Gaps, rig.Session.Messages.Rejected));
        FaultLedger.AddFigure($"{frame} messages, each split at another byte, and 20 a byte at a time: all equal");
    }

    [Fact]
    [FaultRow("F11")]
    public async Task ShouldNeverParseAMessageThatAConnectionEndsIn()
    {
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        await using var proxy = new ChaosProxy(venue.Port);
        await using FeedRig rig = Rig(venue, proxy, options => options);
        byte[] update = Encoding.UTF8.GetBytes(SpeakingVenue.Update(1021, "7777"));
        int cases = 0;
        for (int length = 1; length <= update.Length; length += 9, cases++)
        {
            venue.Last = null;
            proxy.Cut();
            await rig.UntilAsync(() => venue.Last is not null, "no new session");
            await rig.UntilAsync(
                () => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");
            long disconnects = rig.Connection.Disconnects;
            await venue.Last!.SendAsync(update.AsMemory(0, length), isLast: false);
            await venue.Last.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, "mid-message");
            await rig.UntilAsync(() => rig.Connection.Disconnects > disconnects, "the connection did not end");
        }

        Assert.Equal((0, 0), (rig.Session.Messages.Rejected, rig.Counters().Gaps));
        FaultLedger.AddFigure($"{cases} connections closed within a message: nothing of it parsed");
    }

    private static FeedRig Rig(
        SpeakingVenue venue, ChaosProxy proxy, Func<FeedConnectionOptions, FeedConnectionOptions> adjust,
        IStrategy? strategy = null) => new(
        "binance",
        new VenueAddress(venue.Venue.Address.Rest, new Uri($"ws://127.0.0.1:{proxy.Port}")),
        ["BTCUSDT"],
        adjust,
        ManyConnects,
        strategy);

    // More connections than the venue allows in five minutes; its limits are tested elsewhere.
    private static VenueProfile ManyConnects(VenueProfile profile) => profile with
    {
        Connects = new RateLimit(1_000_000, TimeSpan.FromSeconds(1)),
        Snapshots = new RateLimit(1_000_000, TimeSpan.FromSeconds(1)),
    };

    private static string Spread(List<double> values)
    {
        double[] sorted = values.Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted[sorted.Length / 2]:0.0} (p99 {sorted[sorted.Length * 99 / 100]:0.0}, max {sorted[^1]:0.0})");
    }

    /// <summary>Keeps one order per side next to the touch whenever there is a book.</summary>
    private sealed class Quoter : IStrategy
    {
        public const int Quotes = 2;

        private bool _isQuoting;

        public void OnBook(StrategyContext context, TradedInstrument instrument)
        {
            if (!_isQuoting)
            {
                _isQuoting = true;
                Place(instrument, Side.Buy, -1);
                Place(instrument, Side.Sell, 1);
            }
        }

        public void OnStale(StrategyContext context, TradedInstrument instrument) => _isQuoting = false;

        private static void Place(TradedInstrument instrument, Side side, long awayTicks) =>
            instrument.Place(new PlaceRequest
            {
                Side = side,
                Reason = StrategyReason.Unnamed,
                PriceTicks = instrument.Book.BestTicks(side) + awayTicks,
                QuantityLots = 10,
                LifetimeNs = 3_600_000_000_000,
            });
    }

    /// <summary>Answers every command at once, and records when resting orders were cancelled.</summary>
    private sealed class WillingGateway
    {
        /// <summary>Cancels because of a stale book since this was set to 0.</summary>
        public int Pulled { get; set; }

        /// <summary>When the last of the first <see cref="Quoter.Quotes"/> of them arrived.</summary>
        public long PulledAt { get; private set; }

        public void Take(FeedRig rig, in EngineOutput command)
        {
            if (command.Kind == OutputKind.Place)
            {
                rig.Report(EventKind.OrderAccepted, in command);
            }
            else if (command.Kind == OutputKind.Cancel)
            {
                rig.Report(EventKind.OrderCancelled, in command);
                bool isPulled = command.Reason == DecisionReason.BookStale && Pulled < Quoter.Quotes;
                Pulled += isPulled ? 1 : 0;
                PulledAt = isPulled ? Stopwatch.GetTimestamp() : PulledAt;
            }
        }
    }
}
