using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Okx;

/// <summary>Books with and without sequences and checksums, and trades, one or several.</summary>
public sealed class OkxScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    private const string Book =
        """{"arg":{"channel":"books","instId":"BTC-USD-220527"},"action":"update","data":[{"asks":[["30249.4","0","0","0"],["30261","4","0","1"],["30310.3","19","0","1"]],"bids":[["30182.6","452","0","1"]],"ts":"1652459225464","checksum":-914047754}]}""";

    private const string Trade =
        """{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"338476310","px":"30243.5","sz":"0.00684062","side":"buy","ts":"1652459226050"}]}""";

    // The first of each kind from the capture, the others as documented and, with the sequences in reverse order, as
    // the venue sends them.
    private static readonly string[] s_shapes =
    [
        Book,
        """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["8476.98","415","0","13"]],"bids":[],"ts":"1597026383085","checksum":0,"prevSeqId":123456,"seqId":123457}]}""",
        """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[],"bids":[["8475.5","0","0","0"],["8475.4","1.25","0","2"]],"ts":"1701388800300","checksum":750243667,"seqId":7966474,"prevSeqId":7966470}]}""",
        """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["8476.98","415","0","13"]],"bids":[["8475.5","2","0","1"]],"ts":"1597026383085","checksum":-855196043,"seqId":123456,"prevSeqId":-1}]}""",
        Trade,
        """{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"674510826","px":"95634.9","sz":"0.00011186","side":"sell","ts":"1740394561685","count":"1"},{"instId":"BTC-USDT","tradeId":"674510827","px":"95634","sz":"1","side":"buy","ts":"1740394561686","count":"3"}]}""",
        """{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"674510828","px":"95634.9","sz":"0.5","side":"buy","ts":"1740394561685","count":"3","source":"0","seqId":1234}]}""",
    ];

    protected override string Venue => "okx";

    protected override string[] Symbols => ["BTC-USD-220527", "BTC-USDT", "ETH-USDT"];

    protected override string[] Shapes => s_shapes;

    protected override bool Takes(string kind) => kind is "books_update" or "books_snapshot" or "trades";

    [Fact]
    public void ShouldReadBidsBeforeAsksAsTheParserDoes()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(Book)));
        Assert.Equal(
            [Side.Buy, Side.Sell, Side.Sell, Side.Sell], scanner.Events.ToArray().Select(level => level.Side));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("-0", true)]
    [InlineData("2147483647", true)]
    [InlineData("-2147483648", true)]
    [InlineData("2147483648", false)]
    [InlineData("-2147483649", false)]
    [InlineData("--1", false)]
    [InlineData("-", false)]
    [InlineData("-01", false)]
    public void ShouldTakeChecksumsOfThirtyTwoSignedBits(string checksum, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            Book.Replace("-914047754", checksum, StringComparison.Ordinal))));

    [Theory]
    [InlineData("\"bids\":[[\"1\",\"1\",\"0\",\"1\"]],\"asks\":[]", "")]
    [InlineData("\"asks\":[],\"bids\":[],\"bids\":[]", "")]
    [InlineData("\"asks\":[[\"1\",\"1\",\"0\",\"1:\"]],\"bids\":[]", "")]
    [InlineData("\"asks\":[[\"1\",\"1\",\"1\",\"1\"]],\"bids\":[]", "")]
    [InlineData("\"asks\":[[\"1\",\"1\"]],\"bids\":[]", "")]
    [InlineData("\"asks\":[[\"1\",\"1\",\"0\",\"\"]],\"bids\":[]", "")]
    [InlineData("\"asks\":[],\"bids\":[]", "}]},")]
    [InlineData("\"asks\":[],\"bids\":[]", ",{}")]
    public void ShouldLeaveOtherBooks(string levels, string more)
    {
        string text = $$$"""{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{{{{levels}}},"ts":"1597026383085","checksum":0}{{{more}}}]}""";
        Assert.False(Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("A-B")]
    [InlineData("BTC-USDT")]
    [InlineData("1000000MOG-USDT-SWAP")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVW-USDT-SWAP")]
    public void ShouldTellNamesOfAnyLengthApart(string symbol)
    {
        IScannerUnderTest scanner = Scanner(
            ["BTC-USDT", "BTC-USDT-SWAP", "A-B", "1000000MOG-USDT-SWAP", "ABCDEFGHIJKLMNOPQRSTUVW-USDT-SWAP"]);
        bool isShort = symbol.Length <= 32;
        foreach (string shape in new[] { s_shapes[1], Trade })
        {
            string text = shape.Replace("BTC-USDT", symbol, StringComparison.Ordinal);
            Assert.Equal(isShort, scanner.Compare(Encoding.UTF8.GetBytes(text)));
            Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
                text.Replace($"\"{symbol}\"", $"\"X{symbol[1..]}\"", StringComparison.Ordinal))));
            Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
                text.Replace($"\"{symbol}\"", $"\"{symbol}X\"", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void ShouldLeaveTradesThatNameAnotherSymbol()
    {
        int last = Trade.LastIndexOf("BTC-USDT", StringComparison.Ordinal);
        Assert.False(Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            string.Concat(Trade.AsSpan(0, last), "ETH-USDT", Trade.AsSpan(last + 8)))));
    }
}
