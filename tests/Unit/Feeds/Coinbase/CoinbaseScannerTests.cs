using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Coinbase;

/// <summary>
/// Coinbase's messages and peculiarities: sides as words, the product after its numbers, times as text.
/// </summary>
public sealed class CoinbaseScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    private const string Update =
        """{"type":"l2update","product_id":"SKL-BTC","changes":[["sell","0.00001306","660.5"]],"time":"2021-04-17T16:43:37.075687Z"}""";

    private const string Match =
        """{"type":"match","trade_id":280232,"maker_order_id":"2a0da34e-61f7-4c36-88e5-c9dd15927b16","taker_order_id":"3c82abaa-c01e-4608-be59-6a1e69742891","side":"sell","size":"985","price":"0.00001305","product_id":"SKL-BTC","sequence":177100030,"time":"2021-04-17T16:43:37.089723Z"}""";

    // The first two are from the capture, the others from the venue's documentation.
    private static readonly string[] s_shapes =
    [
        Update,
        Match,
        """{"type":"l2update","product_id":"BTC-USD","changes":[["buy","60000.01","0.00"],["sell","60000.02","1.5"],["buy","59999","2"]],"time":"2026-08-01T12:00:00.123456Z"}""",
        """{"type":"l2update","product_id":"BTC-USD","time":"2026-08-01T12:00:00.123456Z","changes":[["buy","60000.01","0.00"]]}""",
        """{"type":"match","trade_id":10,"maker_order_id":"m","taker_order_id":"t","side":"buy","size":"5.23","price":"400.23","product_id":"BTC-USD","sequence":50,"time":"2026-08-01T12:00:00.500000Z"}""",
        """{"type":"ticker","sequence":37475248783,"product_id":"BTC-USD","price":"1285.22","open_24h":"1310.79","volume_24h":"245532.79269678","low_24h":"1280.52","high_24h":"1313.8","volume_30d":"9788783.60117027","best_bid":"1285.04","best_bid_size":"0.46688654","best_ask":"1285.27","best_ask_size":"1.56637040","side":"buy","time":"2022-10-19T23:28:22.061769Z","trade_id":370843401,"last_size":"11.4396987"}""",
    ];

    protected override string Venue => "coinbase";

    protected override string[] Symbols => ["SKL-BTC", "BTC-USD", "ETH-USD"];

    protected override string[] Shapes => s_shapes;

    protected override bool Takes(string kind) => kind is "l2update" or "match";

    [Fact]
    public void ShouldTurnTheMakersSideIntoTheTakers()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(Match)));
        Assert.Equal(Side.Buy, scanner.Events[0].Side);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(
            Match.Replace("\"sell\"", "\"buy\"", StringComparison.Ordinal))));
        Assert.Equal(Side.Sell, scanner.Events[0].Side);
    }

    [Theory]
    [InlineData("\"buy\"", true)]
    [InlineData("\"Sell\"", false)]
    [InlineData("\"sel\"", false)]
    [InlineData("\"sells\"", false)]
    [InlineData("\"buys\"", false)]
    [InlineData("\"b\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("sell", false)]
    [InlineData("\"sell\" ", false)]
    public void ShouldTakeTheTwoSidesAlone(string side, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.All(new[] { Update, Match }, text => Assert.Equal(isTaken, scanner.Compare(
            Encoding.UTF8.GetBytes(text.Replace("\"sell\"", side, StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("a-b", true)]
    [InlineData("", true)]
    [InlineData("\u007f", true)]
    [InlineData("a\\u0062", false)]
    [InlineData("\u00e9", false)]
    [InlineData("\u001f", false)]
    [InlineData("a,\"side\":\"buy", false)]
    public void ShouldStepOverPlainTextAlone(string id, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            Match.Replace("2a0da34e-61f7-4c36-88e5-c9dd15927b16", id, StringComparison.Ordinal))));
    }

    [Fact]
    public void ShouldTakeManyChanges()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        string changes = string.Join(',', Enumerable.Range(0, 300).Select(
            i => $"[\"{(i * 7 % 3 == 0 ? "buy" : "sell")}\",\"{i}.{i % 10}\",\"{1000 - i}\"]"));
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(Update.Replace(
            "[\"sell\",\"0.00001306\",\"660.5\"]", changes, StringComparison.Ordinal))));
        Assert.Equal(300, scanner.Events.Length);
    }
}
