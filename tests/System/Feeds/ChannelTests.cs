using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>Which book, which trades and which snapshot a message of a capture belongs to: further cases.</summary>
public sealed class ChannelTests
{
    [Fact]
    public void ShouldChooseTheDeepestBookThatHasAStart()
    {
        // The deeper one never sends its snapshot.
        ImportedCapture capture = ImportedCapture.OfLines(
            "bybit",
            Bybit(200, "snapshot", """["9","1"]""", """["11","1"]""", 1),
            Bybit(1000, "delta", """["8","1"]""", string.Empty, 2));

        Assert.Equal("9:1 | 11:1", capture.Books["X"]);
        Assert.Equal("orderbook.200", capture.Result.Books.Single().Channel);
        Assert.Equal([("orderbook.1000", 1L)], capture.Result.Books.Single().Others);
    }

    [Fact]
    public void ShouldUseTheChannelThatWasAskedFor()
    {
        string[] lines =
        [
            Books("books", "snapshot", "100", -1, 10),
            Whole("books5", "90", 11),
            Books("books", "update", "101", 10, 12),
        ];
        ImportedCapture deep = ImportedCapture.OfLines("okx", lines);
        ImportedCapture asked = ImportedCapture.Of("okx", "books5", () => lines.Select((line, i) =>
            new CapturedMessage(
                1_764_500_000_000_000_000 + i, Encoding.UTF8.GetBytes(line), false, false, string.Empty)));

        Assert.Equal("101:1 100:1 | 200:1", deep.Books["BTC-USDT"]);
        Assert.Equal("90:1 | 200:1", asked.Books["BTC-USDT"]);
    }

    [Fact]
    public void ShouldNotMixTheSequencesOfTwoChannels()
    {
        ImportedCapture capture = ImportedCapture.OfLines(
            "okx",
            Books("books", "snapshot", "100", -1, 10),
            Books("books-l2-tbt", "snapshot", "100", -1, 10),
            Books("books-l2-tbt", "update", "101", 10, 11),
            Books("books", "update", "102", 10, 12),
            Books("books-l2-tbt", "update", "103", 11, 12));

        Assert.Equal("103:1 101:1 100:1 | 200:1", capture.Books["BTC-USDT"]);
    }

    [Fact]
    public void ShouldCutABookToItsDepth()
    {
        string levels = string.Join(',', Enumerable.Range(0, 50).Select(i => $"[\"{100 - i}\",\"1\"]"));
        ImportedCapture capture = ImportedCapture.OfLines(
            "bybit",
            Bybit(50, "snapshot", levels, """["200","1"]""", 1),
            Bybit(50, "delta", """["101","1"]""", string.Empty, 2));

        string[] bids = capture.Books["X"].Split(" | ")[0].Split(' ');
        Assert.Equal(("101:1", "52:1", 50), (bids[0], bids[^1], bids.Length));
    }

    [Fact]
    public void ShouldGiveABookWithoutSymbolToTheStreamThatItsPricesFit()
    {
        // Bitstamp joins by time alone, so both streams continue both books.
        ImportedCapture capture = ImportedCapture.OfLines(
            "bitstamp",
            Diff("btcusd", 1, "60000"),
            Diff("ethusd", 1, "3000"),
            """{"asks":[["3001","1"]],"bids":[["3000","1"]],"microtimestamp":"1700000000000005"}""",
            """{"microtimestamp":"1700000000000005","bids":[["60000","1"]],"asks":[["60001","1"]]}""",
            Diff("btcusd", 9, "60000"),
            Diff("ethusd", 9, "3000"));

        Assert.Equal("60000:2 | 60001:1", capture.Books["btcusd"]);
        Assert.Equal("3000:2 | 3001:1", capture.Books["ethusd"]);
    }

    [Fact]
    public void ShouldRefuseABookThatJoinsNoStream()
    {
        ImportedCapture capture = ImportedCapture.OfLines(
            "binance",
            Depth(100, 101),
            """{ "asks": [["101","1"]], "bids": [["99","1"]], "lastUpdateId": 5000 }""");

        Assert.Empty(capture.Books);
        Assert.Equal(1, capture.Result.SkippedSnapshots);
        Assert.Contains("joins no stream", capture.Result.Skipped.Single().Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coinbase", """{"sequence":1,"bids":[["1","1",1]],"asks":[["2","1",1]]}""")]
    [InlineData("poloniex", """{"time":1,"scale":"1","asks":["2","1"],"bids":["1","1"],"ts":1}""")]
    [InlineData("kraken", """{"error":[],"result":{"XXBTZUSD":{"asks":[["2","1",1]],"bids":[["1","1",1]]}}}""")]
    [InlineData("bybit", """{"retCode":0,"result":{"s":"X","b":[["1","1"]],"a":[["2","1"]],"u":1}}""")]
    [InlineData("okx", """{"data":[{"ts":"1","bids":[],"asks":[]}],"code":"0"}""")]
    [InlineData("bitstamp", """{ "bids" : [], "asks" : [], "microtimestamp" : "1" }""")]
    [InlineData("binance", """{"asks":[],"bids":[],"lastUpdateId":1}""")]
    public void ShouldKnowRestBooksByTheirContent(string venue, string text)
    {
        var identities = new List<MessageIdentity>();
        Venues.Find(venue).Identify(Encoding.UTF8.GetBytes(text), identities);

        Assert.Equal(MessageSubject.RestBook, identities.Single().Subject);
    }

    [Fact]
    public void ShouldCountTheHolesInConsecutiveTradeIdsAndDropRepeats()
    {
        var trades = new RecentTrades(TradeIds.Consecutive);
        long[] ids = [5, 6, 9, 6, 8, 9];
        var results = new List<(bool IsNew, long Missing)>();
        foreach (long id in ids)
        {
            bool isNew = trades.TryAdd(id, 0, out long missing);
            results.Add((isNew, missing));
        }

        Assert.Equal([(true, 0), (true, 0), (true, 2), (false, 0), (true, -1), (false, 0)], results);
        Assert.True(trades.TryAdd(10, 100, out _));
        Assert.True(trades.TryAdd(10, 101, out _));
        Assert.False(trades.TryAdd(10, 100, out _));
    }

    private static string Bybit(int depth, string type, string bids, string asks, int id) => $$"""
        {"topic":"orderbook.{{depth}}.X","type":"{{type}}","ts":1,
        "data":{"s":"X","b":[{{bids}}],"a":[{{asks}}],"u":{{id}},"seq":{{id}} },"cts":1}
        """;

    private static string Books(string channel, string action, string bid, int previous, int id) => $$"""
        {"arg":{"channel":"{{channel}}","instId":"BTC-USDT"},"action":"{{action}}",
        "data":[{"asks":[{{(action == "update" ? string.Empty : """["200","1","0","1"]""")}}],
        "bids":[["{{bid}}","1","0","1"]],"ts":"1597026383095","checksum":0,"prevSeqId":{{previous}},"seqId":{{id}} }]}
        """;

    private static string Whole(string channel, string bid, int id) => $$"""
        {"arg":{"channel":"{{channel}}","instId":"BTC-USDT"},"data":[{"asks":[["200","1","0","1"]],
        "bids":[["{{bid}}","1","0","1"]],"ts":"1597026383095","seqId":{{id}} }]}
        """;

    private static string Diff(string symbol, int time, string price) => $$"""
        {"data":{"timestamp":"1700000000","microtimestamp":"170000000000000{{time}}","bids":[["{{price}}","2"]],
        "asks":[]},"channel":"diff_order_book_{{symbol}}","event":"data"}
        """;

    private static string Depth(int first, int last) => $$"""
        {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1700000000101,"s":"BTCUSDT",
        "U":{{first}},"u":{{last}},"b":[["99.00","2.0"]],"a":[]} }
        """;
}
