using System.Linq;
using Xunit;

namespace LowLatency.Tests.Feeds.Binance;

public abstract class BinanceConformance : VenueConformanceTests
{
    protected override string Symbol => "BTCUSDT";

    protected override string RestSnapshot(long id, TextLevel[] bids, TextLevel[] asks) =>
        $$"""{"lastUpdateId":{{id}},"bids":[{{Pairs(bids)}}],"asks":[{{Pairs(asks)}}]}""";

    protected override string Trade(long id, string price, string quantity) =>
        $$$"""{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT","a":{{{id}}},"p":"{{{price}}}","q":"{{{quantity}}}","T":5,"m":false}}""";

    protected override string[] Unused() => ["""{"result":null,"id":1}""", """{"stream":"btcusdt@kline_1m","data":{}}"""];

    protected override string Unknown() => """{"stream":"btcusdt@news","data":{}}""";

    internal static string Pairs(TextLevel[] levels) =>
        string.Join(',', levels.Select(level => $"[\"{level.Price}\",\"{level.Quantity}\"]"));
}

public sealed class SpotConformanceTests : BinanceConformance
{
    protected override string Venue => "binance";

    [Theory]
    [InlineData("""{"e":"serverShutdown","E":1785000000000}""")]
    [InlineData("""{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1785000000000}}""")]
    public void ShouldConnectElsewhereWhenTheServerShutsDown(string message)
    {
        var rig = new WireRig(Venue, Symbol);
        rig.Frame(message);
        Assert.True(rig.Session.IsReconnectWanted);
    }

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        $$$"""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{id}}},"s":"BTCUSDT","U":{{{previous + 1}}},"u":{{{id}}},"b":[{{{Pairs(bids)}}}],"a":[{{{Pairs(asks)}}}]}}""";
}

public sealed class UsdmConformanceTests : BinanceConformance
{
    protected override string Venue => "binance-futures";

    protected override string Update(
        long previous, long id, TextLevel[] bids, TextLevel[] asks, (TextLevel[] Bids, TextLevel[] Asks)? after) =>
        $$$"""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{id}}},"s":"BTCUSDT","U":{{{previous}}},"u":{{{id}}},"pu":{{{previous}}},"b":[{{{Pairs(bids)}}}],"a":[{{{Pairs(asks)}}}]}}""";
}
