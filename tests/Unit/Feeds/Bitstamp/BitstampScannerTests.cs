using System;
using System.Text;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Bitstamp;

/// <summary>Bitstamp's messages and peculiarities: the pair at the end, numbers in floating-point format.</summary>
public sealed class BitstampScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    private const string Book =
        """{"data":{"timestamp":"1641343691","microtimestamp":"1641343691244908","bids":[["1.15979","993.02588113"],["1.14866","7758.51900928"]],"asks":[["1.16601","1200.00000000"]]},"channel":"diff_order_book_bateur","event":"data"}""";

    private const string Trade =
        """{"data":{"id":216000477,"timestamp":"1641343699","amount":0.0792,"amount_str":"0.07920000","price":3805.44,"price_str":"3805.44","type":0,"microtimestamp":"1641343699596000","buy_order_id":1443875737346049,"sell_order_id":1443875731320832},"channel":"live_trades_ethusd","event":"trade"}""";

    // From the capture.
    private static readonly string[] s_shapes =
    [
        Book,
        Trade,
        """{"data":{"timestamp":"1641343691","microtimestamp":"1641343691310202","bids":[],"asks":[["1.17438","853.01809477"],["1.17484","0.00000000"]]},"channel":"diff_order_book_bateur","event":"data"}""",
        """{"data":{"id":216000484,"timestamp":"1641343709","amount":1e-08,"amount_str":"0.00000001","price":3802,"price_str":"3802","type":1,"microtimestamp":"1641343709599000","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_ethusd","event":"trade"}""",
    ];

    protected override string Venue => "bitstamp";

    protected override string[] Symbols => ["bateur", "ethusd", "btcusd"];

    protected override string[] Shapes => s_shapes;

    protected override bool Takes(string kind) => kind is "diff_order_book" or "live_trades";

    [Theory]
    [InlineData("0.0792", true)]
    [InlineData("1e-8", true)]
    [InlineData("1e-08", true)]
    [InlineData("1.5e+16", true)]
    [InlineData("0", true)]
    [InlineData("00", false)]
    [InlineData("1.", false)]
    [InlineData("1e", false)]
    [InlineData("-1", false)]
    [InlineData("\"0.0792\"", false)]
    [InlineData("null", false)]
    public void ShouldStepOverAnyBareNumber(string number, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            Trade.Replace("0.0792,", number + ",", StringComparison.Ordinal))));
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            Trade.Replace("3805.44,", number + ",", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("5", false)]
    [InlineData("15", true)]
    [InlineData("9999999999999999", true)]
    [InlineData("05", false)]
    public void ShouldLeaveIdsThatAreTooNearTheBeginning(string id, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        using var memory = new GuardedMemory(4096);
        Assert.Equal(isTaken, scanner.Compare(memory.PutFirst(Encoding.UTF8.GetBytes(
            Trade.Replace("216000477", id, StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", true)]
    [InlineData("2", false)]
    [InlineData("10", false)]
    public void ShouldTakeTheTwoTypesAlone(string type, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            Trade.Replace("\"type\":0", "\"type\":" + type, StringComparison.Ordinal))));

    [Theory]
    [InlineData("diff_order_book_btcusd", true)]
    [InlineData("diff_order_book_", false)]
    [InlineData("diff_order_book_x_btcusd", false)]
    [InlineData("diff_order_book_xbtcusd", false)]
    [InlineData("diff_order_bookbtcusd", false)]
    [InlineData("order_book_btcusd", false)]
    [InlineData("live_trades_btcusd", false)]
    public void ShouldTakeItsOwnChannelsAlone(string channel, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            Book.Replace("diff_order_book_bateur", channel, StringComparison.Ordinal))));

    [Theory]
    [InlineData("9223372036854775", true)]
    [InlineData("9223372036854776", false)]
    public void ShouldLeaveTimesThatNanosecondsCannotHold(string us, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            Book.Replace("1641343691244908", us, StringComparison.Ordinal))));
}
