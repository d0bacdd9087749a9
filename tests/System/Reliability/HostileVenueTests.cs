using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Reliability;

/// <summary>A venue that is overloaded, closed, behind, or malicious: real HTTP and websockets on loopback.</summary>
public sealed class HostileVenueTests(ITestOutputHelper output)
{
    private const int SnapshotWeight = 50;

    [Fact]
    [FaultRow("F9")]
    public async Task ShouldFetchOldSnapshotsAgainWithBackOff()
    {
        const int old = 10;
        int asked = 0;
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        venue.OnQuestion = _ => ++asked <= old ? SpeakingVenue.Snapshot(500 + asked) : null;
        await using FeedRig rig = Rig(venue, options => options with
        {
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(160),
        });
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");

        Assert.Equal((old, old + 1), (rig.Counters().OldSnapshots, venue.QuestionTimes.Count));
        long[] pauses = Pauses(venue.QuestionTimes);
        AssertBackedOff(pauses, minMs: 10, longestMs: 160);
        Assert.Equal(0, rig.Counters().Gaps);
        Report($"live at try {old + 1}, pauses of {string.Join(", ", pauses)} ms, "
            + $"weight spent {(old + 1) * SnapshotWeight}");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(418)]
    [FaultRow("F24")]
    public async Task ShouldAskNothingUntilTheVenueAllowsIt(int status)
    {
        const int seconds = 1;
        int asked = 0;
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        venue.OnQuestion = _ => ++asked <= 2
            ? new RestReply(status, """{"code":-1003,"msg":"Too many requests"}""", seconds)
            : null;
        await using FeedRig rig = Rig(venue, options => options);
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not start");

        // Two refusals, so two pauses; the millisecond clock has a resolution of several milliseconds.
        Assert.Equal(3, venue.QuestionTimes.Count);
        long[] pauses = Pauses(venue.QuestionTimes);
        Assert.All(pauses, pause => Assert.InRange(pause, (seconds * 1000) - 30, long.MaxValue));
        Assert.Equal(2, rig.BadInputs.Count(BadInputKind.SnapshotFailed));
        Report($"{status}: 0 requests before the time was over, pauses of {string.Join(", ", pauses)} ms");
    }

    [Fact]
    [FaultRow("F25")]
    public async Task ShouldKnockWithBackOffWhileTheVenueIsClosed()
    {
        const int refusals = 9;
        int knocks = 0;
        bool isClosed = false;
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        venue.OnKnock = () => isClosed && ++knocks <= refusals ? 503 : StreamKnock.Accept;
        await using FeedRig rig = Rig(venue, options => options with
        {
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(320),
        });
        await rig.UntilAsync(() => rig.View().IsLive && venue.Last is not null, "the book did not start");
        isClosed = true;
        long startMs = Environment.TickCount64;
        await venue.Last!.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "maintenance");
        await rig.UntilAsync(() => !rig.View().IsLive, "the book did not go stale");
        long pulledMs = Environment.TickCount64 - startMs;
        await rig.UntilAsync(() => rig.View().IsLive && rig.Show() == SpeakingVenue.Book, "the book did not come back");

        long[] pauses = Pauses(venue.KnockTimes.Skip(1));
        Assert.Equal(refusals, rig.Connection.FailedConnects);
        AssertBackedOff(pauses, minMs: 10, longestMs: 320);
        Report($"orders cancelled after {pulledMs} ms; {refusals} refused connections with pauses of "
            + $"{string.Join(", ", pauses)} ms, with the default pauses at most 6 per minute");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [FaultRow("F12")]
    public async Task ShouldCloseOnAMessageWithoutEnd(bool isOneFrame)
    {
        const int cap = 2 * 1024 * 1024;
        byte[] piece = new byte[isOneFrame ? 10 * 1024 * 1024 : 16 * 1024];
        Array.Fill(piece, (byte)' ');
        await using SpeakingVenue venue = await SpeakingVenue.StartAsync();
        await using FeedRig rig = Rig(venue, options => options with { MaxMessageBytes = cap });
        await rig.UntilAsync(() => rig.View().IsLive && venue.Last is not null, "the book did not start");
        Assert.True(string.IsNullOrEmpty(venue.Extensions), $"the feed offers {venue.Extensions}");
        ScriptedStream stream = venue.Last!;
        long wireBefore = rig.Connection.WireBytes;
        var watch = Stopwatch.StartNew();
        long sent = 0;
        try
        {
            // A gibibyte, if allowed.
            for (; sent < 1L << 30 && !stream.Closed.IsCompleted; sent += piece.Length)
            {
                await stream.SendAsync(piece, isLast: false)
                    .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or ObjectDisposedException or System.IO.IOException)
        {
            // The feed has disconnected.
        }

        await stream.Closed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        double closedMs = watch.Elapsed.TotalMilliseconds;
        await rig.UntilAsync(
            () => rig.BadInputs.Count(BadInputKind.MessageTooLong) == 1, "the message was not refused");
        await rig.UntilAsync(() => rig.View().IsLive && rig.Connection.Connects >= 2, "the feed did not connect again");

        // The bytes read are limited, whatever the venue continues to send, so memory is too.
        long read = rig.Connection.WireBytes - wireBefore;
        WebSocketCloseStatus? code = stream.CloseStatus;
        Assert.True(code is WebSocketCloseStatus.MessageTooBig or null, $"closed with {code}");
        Assert.InRange(read, cap, 4L * cap);
        Assert.Equal(StaleReason.Disconnected, LastStale(rig));
        string figure = string.Create(
            CultureInfo.InvariantCulture,
            $"{(isOneFrame ? "one frame of 10 MiB" : "endless fragments")}: closed "
            + $"with {code?.ToString() ?? "a reset"} after {read / 1e6:0.0} MB of a cap of {cap / 1e6:0.0} MB in "
            + $"{closedMs:0} ms");
        Report($"{figure}; no compression offered");
    }

    [Fact]
    [FaultRow("F15")]
    public void ShouldCountInventedNamesByKindAlone()
    {
        const int names = 100_000;
        var rig = new WireRig("binance", "BTCUSDT");
        rig.Frame(SpeakingVenue.Update(101, "1"));
        rig.Rest(SpeakingVenue.Snapshot(100).Body);
        Assert.True(rig.Book.IsLive);
        for (int i = 0; i < names; i++)
        {
            rig.Frame(i % 2 == 0
                ? $$$"""{"stream":"x{{{i}}}usdt@depth@100ms","data":{}}"""
                : $$$"""{"stream":"btcusdt@news{{{i}}}","data":{}}""");
        }

        Assert.Equal(
            (names / 2, names / 2, true),
            (rig.Session.Messages.Rejected, rig.Session.Messages.Ignored, rig.Book.IsLive));
        Assert.Equal(names / 2, rig.BadInputs.Count(BadInputKind.UnknownSymbol));
        Assert.InRange(rig.BadInputs.Recent().Count, 1, 32);
        Report($"{names} invented names: 2 counters of {Enum.GetValues<BadInputKind>().Length}, "
            + $"{rig.BadInputs.Recent().Count} samples kept, the book lives");
    }

    private void Report(string figure)
    {
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure);
    }

    private static StaleReason LastStale(FeedRig rig) =>
        rig.Counters().Stales(StaleReason.Disconnected) != 0 ? StaleReason.Disconnected : StaleReason.NotSynchronised;

    private static long[] Pauses(IEnumerable<long> times)
    {
        long[] all = times.ToArray();
        return all.Skip(1).Zip(all, (later, earlier) => later - earlier).ToArray();
    }

    // Each pause is at least half of the nominal one, which doubles; only lower bounds hold on a busy machine.
    private static void AssertBackedOff(long[] pauses, long minMs, long longestMs)
    {
        for (int i = 0; i < pauses.Length; i++)
        {
            long nominal = Math.Min(longestMs, minMs << Math.Min(i, 20));
            Assert.InRange(pauses[i], (nominal / 2) - 16, long.MaxValue);
        }
    }

    private static FeedRig Rig(SpeakingVenue venue, Func<FeedConnectionOptions, FeedConnectionOptions> adjust) =>
        new("binance", venue.Venue.Address, ["BTCUSDT"], adjust);
}
