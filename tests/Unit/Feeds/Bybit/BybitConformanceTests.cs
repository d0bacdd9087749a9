using LowLatency.Tests.Feeds.Binance;
using Xunit;

namespace LowLatency.Tests.Feeds.Bybit;

public sealed class BybitConformanceTests : VenueConformanceTests
{
    protected override int MaxLevels => 50;

    protected override string Venue => "bybit";

    protected override string Symbol => "BTCUSDT";

    protected override bool HasBareNumbers => true;

    [Fact]
    public void ShouldStartAnewWithTheSnapshotOfARestartedService()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(StreamSnapshot(100, [new("99.0", "1")], [new("100.0", "1")]));
        rig.Frame(StreamSnapshot(1, [new("98.0", "1")], [new("100.0", "1")]));
        rig.Frame(Update(1, 2, [new("98.5", "1")], [], null));

        Assert.True(rig.Book.IsLive);
        Assert.Equal(("98.5x1 98x1 | 100x1", 0), (rig.Show(), rig.Counters.Gaps));
    }

    [Fact]
    public void ShouldLeaveOutBlockTrades()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(Trade(5, "100.0", "1").Replace("\"BT\":false", "\"BT\":true", System.StringComparison.Ordinal));
        Assert.Equal(0, rig.Counters.Trades);
    }

    protected override string StreamSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        Write("snapshot", id, bids, asks);

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        Write("delta", id, bids, asks);

    protected override string Trade(long id, string price, string quantity) =>
        $$"""{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"{{quantity}}","p":"{{price}}","L":"PlusTick","i":"{{id}}","BT":false}]}""";

    protected override string[] Unused() =>
        ["""{"success":true,"ret_msg":"pong","conn_id":"c","op":"ping"}""", """{"op":"pong","args":["1675418560633"]}"""];

    protected override string Unknown() => """{"topic":"weather.BTCUSDT","data":[]}""";

    private static string Write(string type, long id, TextLevel[] bids, TextLevel[] asks) =>
        $$"""{"topic":"orderbook.50.BTCUSDT","type":"{{type}}","ts":1687940967466,"data":{"s":"BTCUSDT","b":[{{BinanceConformance.Pairs(bids)}}],"a":[{{BinanceConformance.Pairs(asks)}}],"u":{{id}},"seq":66},"cts":1687940967464}""";
}
