using System;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Reliability;

/// <summary>One channel of a connection dies while the others send messages and pings are answered.</summary>
public sealed class SilentBookTests(ITestOutputHelper output)
{
    private const string Levels = "\"asks\":[[\"100.1\",\"1\",\"0\",\"1\"]],\"bids\":[[\"100.0\",\"1\",\"0\",\"1\"]]";

    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(800);

    [Fact]
    [FaultRow("F3")]
    public async Task ShouldAskForTheSilentBookAloneWhileTheOthersTrade()
    {
        await using ScriptedVenue venue = await ScriptedVenue.StartAsync();
        await using var rig = new FeedRig("okx", venue.Address, ["BTC-USDT", "ETH-USDT"], options => options with
        {
            FirstWord = TimeSpan.FromMilliseconds(1),
            BookSilence = s_limit,
        });
        bool hasOtherGone = false;
        long staleMs = 0;
        rig.OnEvent = item =>
        {
            hasOtherGone |= item.Kind == EventKind.BookStale && item.InstrumentId == 1;
            staleMs = item.Kind == EventKind.BookStale && staleMs == 0 ? Environment.TickCount64 : staleMs;
        };
        StreamKnock knock = await venue.Knocks.ReadAsync(TestContext.Current.CancellationToken);
        ScriptedStream stream = await knock.AcceptAsync();
        await stream.Texts.ReadAsync(TestContext.Current.CancellationToken);
        await stream.SendAsync(Okx("snapshot", "BTC-USDT", -1, 1));
        await stream.SendAsync(Okx("snapshot", "ETH-USDT", -1, 1));
        await rig.UntilAsync(() => rig.View(0).IsLive && rig.View(1).IsLive, "the books did not start");
        long silentSinceMs = Environment.TickCount64;

        // The other one sends so often that only a stalled machine could make it silent.
        long sequence = 1;
        Task speaking = Task.Run(async () =>
        {
            while (staleMs == 0)
            {
                await stream.SendAsync(Okx("update", "ETH-USDT", sequence, ++sequence));
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);
        await rig.UntilAsync(() => staleMs != 0, "the silent book was not found");
        await speaking;
        Assert.Equal(StaleReason.Silent, rig.View(0).StaleReason);
        Assert.Equal("""{"op":"unsubscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}""", await NextAsync(stream));
        Assert.Equal("""{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}""", await NextAsync(stream));
        await stream.SendAsync(Okx("snapshot", "BTC-USDT", -1, 90));
        await rig.UntilAsync(() => rig.View(0).IsLive, "the silent book did not come back");

        Assert.Equal((false, 0), (hasOtherGone, rig.Connection.Disconnects));
        Assert.Equal((1, 0), (rig.Counters(0).Stales(StaleReason.Silent), rig.Counters(1).Stales(StaleReason.Silent)));
        long foundMs = staleMs - silentSinceMs;
        Assert.InRange(foundMs, s_limit.TotalMilliseconds / 2, 20_000);
        Report($"found after {foundMs} ms of a limit of {s_limit.TotalMilliseconds} ms; the other book stayed live");
    }

    // A stream named in the address cannot be resubscribed, and a fresh snapshot would become outdated unnoticed: the
    // book waits until a younger connection has taken over.
    [Fact]
    [FaultRow("F3")]
    public async Task ShouldOpenAnotherConnectionWhereOnlyThatRevivesTheStream()
    {
        await using ScriptedVenue venue = await ScriptedVenue.StartAsync();
        await using var rig = new FeedRig("binance", venue.Address, ["BTCUSDT", "ETHUSDT"], options => options with
        {
            FirstWord = TimeSpan.FromMilliseconds(1),
            TradedSilence = s_limit,
        });
        ScriptedStream older = await OpenAsync(venue);
        await older.SendAsync(SpeakingVenue.Update(1001, "1"));
        (await AskedAsync(venue)).Reply.TrySetResult(SpeakingVenue.Snapshot());
        await older.SendAsync(SpeakingVenue.Update(1001, "1", "ETHUSDT"));
        (await AskedAsync(venue)).Reply.TrySetResult(SpeakingVenue.Snapshot());
        await rig.UntilAsync(() => rig.View(0).IsLive && rig.View(1).IsLive, "the books did not start");

        // BTCUSDT trades while its book is silent; ETHUSDT is completely quiet.
        Task trading = Task.Run(async () =>
        {
            for (int id = 1; rig.Counters(0).Stales(StaleReason.Silent) == 0; id++)
            {
                await older.SendAsync(
                    $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":{{{id}}},"p":"100.1","q":"0.5","T":1,"m":false,"M":true}}""");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);
        await rig.UntilAsync(() => !rig.View(0).IsLive, "the silent book was not found");
        await trading;
        Assert.Equal(StaleReason.Silent, rig.View(0).StaleReason);
        ScriptedStream younger = await OpenAsync(venue);
        Assert.False(venue.Questions.TryRead(out _), "a snapshot was requested before the stream was back");
        await rig.UntilAsync(() => rig.Connection.Handovers == 1, "the younger connection did not take over");
        await younger.SendAsync(SpeakingVenue.Update(2001, "7"));
        RestQuestion question = await AskedAsync(venue);
        Assert.Contains("BTCUSDT", question.Path, StringComparison.Ordinal);
        question.Reply.TrySetResult(SpeakingVenue.Snapshot(2000));
        await rig.UntilAsync(
            () => rig.View(0).IsLive && rig.Show(0, 1) == "100x7 | 100.1x1.5", "the book did not come back");

        Assert.Equal((0, 0), (rig.Connection.Disconnects, rig.View(1).StaleBooks));
        Assert.True(rig.View(1).IsLive);
    }

    // A day of a quiet symbol, on its own clock: how often it is disturbed for nothing.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(60)]
    [FaultRow("F3")]
    public void ShouldDisturbAQuietSymbolAFewTimesADayAtMost(int meanMinutes)
    {
        const int seed = 11;
        Random random = Seeds.Start(output, seed);
        var rig = new WireRig("bybit", "BTCUSDT");
        long nowMs = 0;
        long id = 1;
        var watch = new SilenceDetector(rig.Session, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10), () => nowMs);
        rig.Frame(Bybit("snapshot", id));
        long nextMs = 0;
        for (; nowMs < 24L * 3600 * 1000; nowMs += (long)watch.Interval.TotalMilliseconds)
        {
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
            if (nowMs >= nextMs)
            {
                nextMs = nowMs + (long)(-Math.Log(1 - random.NextDouble()) * meanMinutes * 60_000);
#pragma warning restore CA5394
                rig.Frame(Bybit("delta", ++id));
            }

            watch.Look(nowMs * 1_000_000);
            if (rig.Session.TryTakeSnapshotRequest(out _, out _, out _))
            {
                rig.Frame(Bybit("snapshot", id));
            }
        }

        long alarms = rig.Counters.Stales(StaleReason.Silent);
        Assert.True(rig.Book.IsLive);
        Assert.InRange(alarms, 0, 12);
        Report($"a symbol with a message every {meanMinutes} min on average: {alarms} false alarms a day", seed);
    }

    [Fact]
    public void ShouldNotCountTheTimeInWhichNobodyCouldRead()
    {
        var rig = new WireRig("bybit", "BTCUSDT");
        long nowMs = 0;
        var watch = new SilenceDetector(rig.Session, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8), () => nowMs);
        rig.Frame(Bybit("snapshot", 1));
        watch.Look(1);
        nowMs += 60_000;
        watch.Look(1);
        Assert.True(rig.Book.IsLive);
        for (int i = 0; i < 8; i++)
        {
            nowMs += 1000;
            watch.Look(1);
        }

        Assert.False(rig.Book.IsLive);
        Assert.Equal(StaleReason.Silent, rig.View.StaleReason);
    }

    private void Report(string figure, long? seed = null)
    {
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure, seed);
    }

    private static async Task<ScriptedStream> OpenAsync(ScriptedVenue venue) =>
        await (await venue.Knocks.ReadAsync(TestContext.Current.CancellationToken)).AcceptAsync();

    private static async Task<RestQuestion> AskedAsync(ScriptedVenue venue) =>
        await venue.Questions.ReadAsync(TestContext.Current.CancellationToken);

    private static async Task<string> NextAsync(ScriptedStream stream) =>
        await stream.Texts.ReadAsync(TestContext.Current.CancellationToken);

    private static string Okx(string action, string symbol, long previous, long sequence) =>
        $$$"""{"arg":{"channel":"books","instId":"{{{symbol}}}"},"action":"{{{action}}}","data":[{"ts":"1","checksum":0,"prevSeqId":{{{previous}}},"seqId":{{{sequence}}},{{{Levels}}}}]}""";

    private static string Bybit(string type, long id) =>
        $$"""{"topic":"orderbook.50.BTCUSDT","type":"{{type}}","ts":1,"data":{"s":"BTCUSDT","b":[["100.0","1"]],"a":[["100.1","1"]],"u":{{id}},"seq":1},"cts":1}""";
}
