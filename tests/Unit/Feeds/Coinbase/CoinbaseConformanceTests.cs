using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Tests.Feeds.Binance;
using Xunit;

namespace LowLatency.Tests.Feeds.Coinbase;

public sealed class CoinbaseConformanceTests : VenueConformanceTests
{
    protected override string Venue => "coinbase";

    protected override string Symbol => "BTC-USD";

    protected override bool ShowsLoss => false;

    protected override bool HasNumbers => false;

    [Fact]
    public void ShouldFindALossByTheTradeThatAHeartbeatNames()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame("""{"type":"last_match","trade_id":10,"product_id":"BTC-USD","price":"1","size":"1","side":"buy","time":"2026-08-01T12:00:00Z"}""");
        rig.Frame(StreamSnapshot(0, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Trade(11, "100.1", "1"));
        rig.Frame(Heartbeat(12));
        Assert.True(rig.Book.IsLive);
        rig.Frame(Heartbeat(12));

        Assert.False(rig.Book.IsLive);
        Assert.Equal(StaleReason.SequenceGap, rig.View.StaleReason);
        Assert.True(rig.WantsSnapshot());
    }

    [Fact]
    public void ShouldTakeAHeartbeatThatOvertakesItsTradeAsNormal()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(StreamSnapshot(0, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Trade(11, "100.1", "1"));
        rig.Frame(Heartbeat(12));
        rig.Frame(Trade(12, "100.1", "1"));
        rig.Frame(Heartbeat(12));

        Assert.True(rig.Book.IsLive);
        Assert.Equal(2, rig.Counters.Trades);
    }

    [Fact]
    public void ShouldNoticeAProductThatTheVenueHasForgotten()
    {
        var rig = new WireRig(Venue, Symbol, "ETH-USD");
        rig.Frame(StreamSnapshot(0, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame(Heartbeat(5));
        for (int second = 0; second < 5; second++)
        {
            Assert.True(rig.Book.IsLive);
            rig.Wait(1_000_000_000);
            rig.Frame(Heartbeat(5).Replace("BTC-USD", "ETH-USD", System.StringComparison.Ordinal));
        }

        Assert.False(rig.Book.IsLive);
        Assert.True(rig.WantsSnapshot());
    }

    [Fact]
    public void ShouldDoubtTheBookAfterAGarbledMessage()
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(StreamSnapshot(0, [new("100.0", "1")], [new("100.1", "1")]));
        rig.Frame("{\"type\":\"l2up");

        Assert.False(rig.Book.IsLive);
        Assert.Equal(StaleReason.BadMessage, rig.View.StaleReason);
    }

    protected override string StreamSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        $$"""{"type":"snapshot","product_id":"BTC-USD","asks":[{{BinanceConformance.Pairs(asks)}}],"bids":[{{BinanceConformance.Pairs(bids)}}]}""";

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after)
    {
        string changes = string.Join(',', bids.Select(level => $"[\"buy\",\"{level.Price}\",\"{level.Quantity}\"]")
            .Concat(asks.Select(level => $"[\"sell\",\"{level.Price}\",\"{level.Quantity}\"]")));
        return $$"""{"type":"l2update","product_id":"BTC-USD","changes":[{{changes}}],"time":"2026-08-01T12:00:00.123456Z"}""";
    }

    // The side is the maker's: sell if a buyer takes.
    protected override string Trade(long id, string price, string quantity) =>
        $$"""{"type":"match","trade_id":{{id}},"product_id":"BTC-USD","size":"{{quantity}}","price":"{{price}}","side":"sell","time":"2026-08-01T12:00:00Z"}""";

    protected override string[] Unused() => ["""{"type":"subscriptions","channels":[]}""", Heartbeat(5)];

    protected override string Unknown() => """{"type":"weather","product_id":"BTC-USD"}""";

    private static string Heartbeat(long tradeId) =>
        $$"""{"type":"heartbeat","sequence":90,"last_trade_id":{{tradeId}},"product_id":"BTC-USD","time":"2026-08-01T12:00:00Z"}""";
}
