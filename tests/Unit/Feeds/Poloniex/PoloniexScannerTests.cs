using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Poloniex;

/// <summary>Books, with the action at the end, and trades, one or several.</summary>
public sealed class PoloniexScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    private const string Trade =
        """{"channel":"trades","data":[{"symbol":"BTC_USDT","amount":"248.3516391","quantity":"0.01149","takerSide":"sell","createTime":1661123520381,"price":"21614.59","id":"60184114","ts":1661123520386}]}""";

    // From the capture, except the last two: an update without decimals, and several trades in one message.
    private static readonly string[] s_shapes =
    [
        """{"channel":"book_lv2","data":[{"symbol":"BTC_USDT","createTime":1661123517832,"asks":[["21617.15","0.34"]],"bids":[],"lastId":4485675,"id":4485676,"ts":1661123517837}],"action":"update"}""",
        """{"channel":"book_lv2","data":[{"symbol":"SOL_USDT","createTime":1661123517872,"asks":[["36.842","353.838425"],["47","0"]],"bids":[["36.568","16.897134"],["36.55","0"]],"lastId":1838395,"id":1838396,"ts":1661123517876}],"action":"update"}""",
        """{"channel":"book_lv2","data":[{"symbol":"BTC_USDT","createTime":1661123517798,"asks":[["21612.27","0.34"],["21614.62","0.01"]],"bids":[["21612.26","0.34"]],"lastId":4485674,"id":4485675,"ts":1661123517805}],"action":"snapshot"}""",
        Trade,
        """{"channel":"book_lv2","data":[{"symbol":"SOL_USDT","createTime":1661123517872,"asks":[["47","0"]],"bids":[],"lastId":1838396,"id":1838397,"ts":1661123517876}],"action":"update"}""",
        """{"channel":"trades","data":[{"symbol":"BTC_USDT","amount":"52.821342","quantity":"0.0021","takerSide":"sell","createTime":1694469183664,"price":"25153.02","id":"71076055","ts":1694469183673},{"symbol":"BTC_USDT","amount":"25153","quantity":"1","takerSide":"buy","createTime":1694469183665,"price":"25153","id":"71076056","ts":1694469183673}]}""",
    ];

    protected override string Venue => "poloniex";

    protected override string[] Symbols => ["BTC_USDT", "SOL_USDT", "ETH_USDT"];

    protected override string[] Shapes => s_shapes;

    // One symbol has prices like 0.000001368.
    protected override int CaptureDecimals => 9;

    protected override bool Takes(string kind) => kind is "book_lv2_update" or "book_lv2_snapshot" or "trades";

    [Fact]
    public void ShouldReadBidsBeforeAsksAsTheParserDoes()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(s_shapes[1])));
        Assert.Equal(
            [Side.Buy, Side.Buy, Side.Sell, Side.Sell], scanner.Events.ToArray().Select(level => level.Side));
    }

    [Theory]
    [InlineData("\"bids\":[[\"1\",\"1\"]],\"asks\":[]", "update", "")]
    [InlineData("\"asks\":[],\"bids\":[],\"bids\":[]", "update", "")]
    [InlineData("\"asks\":[[\"1\",\"1:\"]],\"bids\":[]", "update", "")]
    [InlineData("\"asks\":[[\"1\",\"1\",\"1\"]],\"bids\":[]", "update", "")]
    [InlineData("\"asks\":[],\"bids\":[]", "updates", "")]
    [InlineData("\"asks\":[],\"bids\":[]", "update", ",{}")]
    public void ShouldLeaveOtherBooks(string levels, string action, string more)
    {
        string text = $$$"""{"channel":"book_lv2","data":[{"symbol":"BTC_USDT","createTime":1,{{{levels}}},"lastId":1,"id":2,"ts":1661123517837}{{{more}}}],"action":"{{{action}}}"}""";
        Assert.False(Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(text)));
    }

    // The parser names the last trade's symbol.
    [Fact]
    public void ShouldLeaveTradesOfSeveralSymbols()
    {
        int last = s_shapes[5].LastIndexOf("BTC_USDT", StringComparison.Ordinal);
        Assert.False(Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            string.Concat(s_shapes[5].AsSpan(0, last), "SOL_USDT", s_shapes[5].AsSpan(last + 8)))));
    }

    // The quote amount is not used: any string is allowed there.
    [Theory]
    [InlineData("", true)]
    [InlineData("5e3", true)]
    [InlineData("-", true)]
    [InlineData("a\\u0041", false)]
    [InlineData("\u00e9", false)]
    [InlineData("\t", false)]
    public void ShouldSkipPlainAmounts(string amount, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            Trade.Replace("248.3516391", amount, StringComparison.Ordinal))));
}
