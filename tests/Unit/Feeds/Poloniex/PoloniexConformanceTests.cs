using LowLatency.Engine.Instruments;
using LowLatency.Tests.Feeds.Binance;
using Xunit;

namespace LowLatency.Tests.Feeds.Poloniex;

public sealed class PoloniexConformanceTests : VenueConformanceTests
{
    protected override int MaxLevels => 20;

    protected override string Venue => "poloniex";

    protected override string Symbol => "BTC_USDT";

    [Theory]
    [InlineData("ON", "OFF", TradingStatus.Halted)]
    [InlineData("OFF", "ON", TradingStatus.PostOnly)]
    [InlineData("OFF", "OFF", TradingStatus.Trading)]
    public void ShouldTellTheExchangesState(string maintenance, string postOnly, TradingStatus status)
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame($$"""{"channel":"exchange","action":"snapshot","data":[{"MM":"{{maintenance}}","POM":"{{postOnly}}"}]}""");
        Assert.Equal(status, rig.View.Status);
    }

    protected override string StreamSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        Write("snapshot", id - 1, id, bids, asks);

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        Write("update", previous, id, bids, asks);

    protected override string Trade(long id, string price, string quantity) =>
        $$"""{"channel":"trades","data":[{"symbol":"BTC_USDT","amount":"52.8","quantity":"{{quantity}}","takerSide":"buy","createTime":1694469183664,"price":"{{price}}","id":"{{id}}","ts":1694469183673}]}""";

    protected override string[] Unused() => ["""{"event":"pong"}""", """{"channel":"ticker","data":[]}"""];

    protected override string Unknown() => """{"channel":"weather","data":[]}""";

    private static string Write(string action, long last, long id, TextLevel[] bids, TextLevel[] asks) =>
        $$"""{"channel":"book_lv2","data":[{"symbol":"BTC_USDT","createTime":1,"asks":[{{BinanceConformance.Pairs(asks)}}],"bids":[{{BinanceConformance.Pairs(bids)}}],"lastId":{{last}},"id":{{id}},"ts":1661123517868}],"action":"{{action}}"}""";
}
