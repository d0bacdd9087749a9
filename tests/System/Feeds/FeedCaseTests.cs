using System;
using System.IO;
using System.Linq;
using LowLatency.Feeds.Captures;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>
/// The captures of shared/cases/feeds, which earlier builds got wrong: each gives the value that is written there.
/// </summary>
public sealed class FeedCaseTests
{
    private const string Folder = "../cases/feeds/";

    /// <summary>Cases with one book: file, venue, and the last book.</summary>
    public static TheoryData<string, string, string> Books => new()
    {
        { "a1-bybit-two-depths.lines", "bybit", "BTCUSDT 99:2 98:1 | 101:1 102:1 103:1" },
        { "a2-usdm-depth5-as-diff.lines", "binance-futures", "BTCUSDT 98:1 97:1 | 101:1 102:1" },
        { "a3-spot-depth5-kills-diff.lines", "binance", "BTCUSDT 99:2 98:3 | 101:1" },
        { "a4-contractinfo-takes-snapshot.lines", "binance-futures", "BTCUSDT 100:1 99:2 98:1 | 101:1 102:1 103:1" },
        { "a5-snapshot-of-other-symbol.lines", "binance", "BTCUSDT 99:2 | 101:1; ETHUSDT 9.9:2 9.8:2 | 10.1:1" },
        { "b5-okx-books-l2-tbt.lines", "okx", "BTC-USDT 100:2 | 101:1" },
        { "b5-okx-books-elp.lines", "okx", "BTC-USDT 100:2 | 101:1" },
        { "b6-okx-books5.lines", "okx", "BTC-USDT 99:1 | 100:1" },
        { "b8-okx-rest-snapshot.lines", "okx", "BTC-USDT 100:3 | 101:1" },
        { "b9-bitstamp-rest-snapshot.lines", "bitstamp", "btcusd 100:3 | 101:1" },
        { "b12-binance-microseconds.lines", "binance", "BTCUSDT 99:2 | 101:1" },
        { "c7-okx-array.lines", "okx", "BTC-USDT 100:1 | 101:1" },
        { "d1-okx-status-phantom.lines", "okx", "BTC-USDT 100:1 | 101:1" },
        { "E1-POLONIEX-OTHER-REST-ANSWER", "poloniex", "BTC_USDT 100:1 | 101:1" },
    };

    /// <summary>Cases with trades or tops: file, venue, symbols, trades, tops, rejected and unused messages.</summary>
    public static TheoryData<string, string, string, string, string, int, int> Events => new()
    {
        { "b2-bookticker-only.lines", "binance", "BNBUSDT", "", "BNBUSDT 25.3519:31.21 / 25.3652:40.66", 0, 0 },
        {
            "b3-coinbase-ticker-only.lines", "coinbase", "ETH-USD", "",
            "ETH-USD 1285.04:0.46688654 / 1285.27:1.5663704", 0, 0
        },
        {
            "b4-kraken-v1-trades-only.lines", "kraken", "XBT/USD",
            "XBT/USD sell 5541.2 x 0.15850568; XBT/USD buy 6060 x 0.02455", "", 0, 0
        },
        { "b7-okx-bbo-tbt.lines", "okx", "BTC-USDT", "", "BTC-USDT 8476.97:256 / 8476.98:415", 0, 0 },
        {
            "b11-binance-raw-unwrapped.lines", "binance", "BNBBTC BTCUSDT",
            "BNBBTC sell 0.001 x 100; BTCUSDT sell 100 x 1.5", "", 0, 0
        },
        {
            "c1-kraken-v2-instrument.lines", "kraken", "BTC/USD", "BTC/USD buy 105944.2 x 0.00027625", "", 0, 1
        },
        { "c3-poloniex-symbols.lines", "poloniex", "BTC_USDT", "BTC_USDT buy 104 x 4", "", 0, 1 },
        { "c4-poloniex-auth-data-object.lines", "poloniex", "BTC_USDT", "BTC_USDT buy 104 x 4", "", 0, 1 },
        { "c5-binance-array.lines", "binance", "BTCUSDT", "BTCUSDT sell 100 x 1.5", "", 1, 0 },
        { "c6-binance-stream-null.lines", "binance", "BTCUSDT", "BTCUSDT sell 100 x 1.5", "", 1, 0 },
        { "c9-coinbase-product-id-number.lines", "coinbase", "BTC-USD", "BTC-USD sell 1 x 1", "", 1, 0 },
        { "c10-bitstamp-array.lines", "bitstamp", "btcusd", "btcusd buy 2 x 1", "", 1, 0 },
        {
            "d2-bybit-option-trades.lines", "bybit", "BTC-27DEC24-60000-C BTC-27DEC24-90000-P",
            "BTC-27DEC24-60000-C buy 100 x 0.01; BTC-27DEC24-90000-P sell 25000 x 0.01", "", 0, 0
        },
        {
            "d3-aggtrade-id-twice.lines", "binance", "ZILBTC",
            "ZILBTC sell 100 x 824; ZILBTC sell 100 x 19332; ZILBTC sell 100 x 1", "", 0, 0
        },
        {
            "d5-trade-and-aggtrade.lines", "binance", "BTCUSDT", "BTCUSDT sell 100 x 1; BTCUSDT sell 100 x 2", "", 0, 0
        },
    };

    [Theory]
    [MemberData(nameof(Books))]
    public void ShouldEndWithTheRightBook(string file, string venue, string books)
    {
        ImportedCapture capture = Import(file, venue);

        Assert.Equal(books, string.Join("; ", capture.Books.Select(pair => $"{pair.Key} {pair.Value}")));
        AssertAccounted(capture);
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void ShouldReadTradesAndTops(
        string file, string venue, string symbols, string trades, string tops, int rejected, int unused)
    {
        ImportedCapture capture = Import(file, venue);

        Assert.Equal(symbols, string.Join(' ', capture.Result.Instruments.Select(item => item.Symbol)));
        Assert.Equal(trades, string.Join("; ", capture.Trades));
        Assert.Equal(tops, string.Join("; ", capture.Tops));
        Assert.Equal((rejected, unused), (capture.Result.Rejected, capture.Result.Ignored));
        AssertAccounted(capture);
    }

    [Fact]
    public void ShouldVerifyKrakensDocumentedChecksumWithoutItsDecimals()
    {
        ImportedCapture capture = Import("b1-kraken-v2-doc-checksum.lines", "kraken");

        Assert.Equal((1L, 0L), capture.Checksums);
        Assert.Equal(20, capture.Books["BTC/USD"].Split(' ').Length - 1);
    }

    [Fact]
    public void ShouldCutKrakensBookToTheSubscribedDepth()
    {
        ImportedCapture capture = Import("A7-KRAKEN-DEPTH25", "kraken");

        Assert.Equal((4L, 5L, 0L), (capture.Applied, capture.Checksums.Right, capture.Checksums.Wrong));
        string bids = capture.Books["BTC/USD"].Split(" | ")[0];
        Assert.Equal(25, bids.Split(' ').Length);
        Assert.DoesNotContain("976:", bids, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldReadTimesInMicrosecondsAndMilliseconds()
    {
        Assert.Equal([1_700_000_000_123_456_000], Import("b12-binance-microseconds.lines", "binance").TradeTimes);
        Assert.Equal(
            1_700_000_000_123_000_000,
            Capture.Read([PathOf("d6-receive-time-ms.lines")]).Single().TimeNs);
    }

    private static ImportedCapture Import(string file, string venue) =>
        ImportedCapture.Of(venue, channel: null, PathOf(file));

    private static string PathOf(string file) =>
        Path.HasExtension(file) ? SharedData.Require(Folder + file) : SharedData.Require(Folder + file + ".0")[..^2];

    private static void AssertAccounted(ImportedCapture capture) => Assert.Equal(
        capture.Result.Lines, capture.Result.Messages + capture.Result.Skipped.Sum(item => item.Count));
}
