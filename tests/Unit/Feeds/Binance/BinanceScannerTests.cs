using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Scan;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Binance;

/// <summary>Spot and futures messages, and exactly which numbers and names the scanner takes.</summary>
public sealed class BinanceScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    // More than the scanner can keep.
    private const int ShapeRounds = 10_000;

    private const string SpotTop =
        """{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}}""";

    private static readonly int s_numberRounds = Cases.Times(1_000);
    private static readonly int s_levelRounds = Cases.Times(500);

    // One of each shape; the first from the captures, the others from the venue's documentation.
    private static readonly string[] s_shapes =
    [
        SpotTop,
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1785000000123,"s":"BTCUSDT","t":12345,"p":"0.00100000","q":"100.00000000","T":1785000000122,"m":true,"M":true}}""",
        """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1633998522000,"s":"BTCUSDT","a":5,"p":"0.001","q":"100.5","f":100,"l":105,"T":1633998521998,"m":true,"M":true}}""",
        """{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1785000000123,"s":"BTCUSDT","U":157,"u":160,"b":[["60000.01000000","0.50000000"],["59999.99000000","1.00000000"]],"a":[["60000.02000000","0.00000000"]]}}""",
        """{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}""",
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}""",
        """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1626992742000,"a":5,"s":"BTCUSDT","p":"9.1","q":"7","f":1,"l":1,"T":1626992741998,"m":false}}""",
        """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1626992742000,"s":"BTCUSDT","a":5,"p":"9.1","q":"7","nq":"6.5","f":1,"l":1,"T":1626992741998,"m":false,"st":1}}""",
        """{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":512,"u":513,"pu":511,"b":[["58710.20","0.014"]],"a":[]}}""",
        """{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":157,"u":160,"pu":149,"b":[],"a":[["0.0026","0"]]}}""",
    ];

    // A number in a string, and whether the scanner takes it; the parser must agree on those it takes.
    public static TheoryData<string, bool> QuotedNumbers => new()
    {
        { "0", true }, { "0.0", true }, { "0.00000000", true }, { "1", true }, { "10", true }, { "00012", true },
        { "00012.5", true }, { "0.00000001", true }, { "99999999.99999999", true }, { "12345678", true },
        { "1.5000000000000000", true }, { "1.50000000000000000", false }, { "1.000000000", true },
        { string.Empty, false }, { ".", false }, { "1.", false }, { ".5", false }, { "1..5", false },
        { "1.2.3", false }, { "/", false }, { ":", false }, { "1\u00e9", false }, { "\u0661", false },
        { "-1", false }, { "+1", false }, { " 1", false }, { "1 ", false }, { "1e5", false }, { "1,5", false },
        { "0x1", false }, { "1\\u0030", false },
        { "1.000000001", false }, { "0.0000000001", false }, { "1.0000000000000000000000001", false },
        { "123456789", false }, { "123456789.5", false }, { "00000000000000001", false },
        { "46116860184.27387903", false }, { "46116860184.27387904", false }, { "9223372036854775807", false },
        { "99999999999999999999", false }, { new string('9', 70), false }, { "1." + new string('0', 70), false },
    };

    // The same for a plain number.
    public static TheoryData<string, bool> BareNumbers => new()
    {
        { "0", true }, { "1", true }, { "9999999999999999", true }, { "1000000000000000", true },
        { "10000000000000000", false }, { "4611686018427387903", false }, { "4611686018427387904", false },
        { "9223372036854775808", false }, { "00", false }, { "01", false }, { "-1", false }, { "-0", false },
        { "1.0", false }, { "1e3", false }, { "\"1\"", false }, { string.Empty, false }, { " 1", false },
        { "1 ", false }, { "null", false }, { new string('1', 80), false },
    };

    /// <summary>Messages that only futures send.</summary>
    internal static string[] FuturesShapes => s_shapes[4..];

    protected override string Venue => "binance";

    protected override string[] Symbols => ["BTCUSDT", "ETHUSDT"];

    protected override string[] Shapes => s_shapes;

    protected override bool Takes(string kind) =>
        kind is "bookTicker" or "trade" or "aggTrade" || kind.StartsWith("depth", StringComparison.Ordinal);

    [Fact]
    public void ShouldReadAnyNumbersAsTheParserDoesOrLeaveThem()
    {
        Random random = Seeds.Start(TestContext.Current.TestOutputHelper!, 9);
        string Number(int most) => string.Concat(
            Enumerable.Range(0, random.Next(most)).Select(_ => "0000123456789."[random.Next(14)]));
        foreach (int decimals in new[] { 0, 1, 2, 5, 8, 12 })
        {
            IScannerUnderTest scanner = Scanner(["BTCUSDT"], decimals);
            for (int round = 0; round < s_numberRounds; round++)
            {
                string levels = string.Join(',', Enumerable.Range(0, random.Next(5)).Select(
                    _ => $"[\"{random.Next(1_000_000)}.{Number(12)}\",\"{random.Next(100)}{Number(18)}\"]"));
                scanner.Compare(Encoding.UTF8.GetBytes(
                    $$$"""{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[{{{levels}}}],"a":[["1.0","2"]]}}"""));
                scanner.Compare(Encoding.UTF8.GetBytes(
                    $$$"""{"stream":"btcusdt@bookTicker","data":{"u":{{{Number(24)}}},"s":"BTCUSDT","b":"25.0","B":"31","a":"26","A":"{{{Number(24)}}}"}}"""));
            }

            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{2 * s_numberRounds} messages in {decimals} decimals, {scanner.Taken} taken");
            Assert.NotEqual(0, scanner.Taken);
        }
    }

    [Theory]
    [MemberData(nameof(QuotedNumbers))]
    public void ShouldTakeDecimalsThatItReadsExactly(string number, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(["BTCUSDT"]);
        string[] texts =
        [
            SpotTop.Replace("25.35", number, StringComparison.Ordinal),
            SpotTop.Replace("40.66", number, StringComparison.Ordinal),
            s_shapes[3].Replace("60000.01000000", number, StringComparison.Ordinal),
            s_shapes[3].Replace("0.00000000", number, StringComparison.Ordinal),
            s_shapes[1].Replace("100.00000000", number, StringComparison.Ordinal),
        ];
        Assert.All(texts, text => Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(text))));
    }

    [Theory]
    [MemberData(nameof(BareNumbers))]
    public void ShouldTakeIntegersThatItReadsExactly(string number, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(["BTCUSDT"]);
        string[] texts =
        [
            SpotTop.Replace("400900217", number, StringComparison.Ordinal),
            s_shapes[1].Replace("12345", number, StringComparison.Ordinal),
            s_shapes[2].Replace("\"l\":105", "\"l\":" + number, StringComparison.Ordinal),
        ];
        Assert.All(texts, text => Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(text))));
    }

    [Theory]
    [InlineData("9223372036854", true)]
    [InlineData("9223372036855", false)]
    public void ShouldLeaveTimesThatNanosecondsCannotHold(string ms, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(["BTCUSDT"]);
        string text = s_shapes[1].Replace("1785000000122", ms, StringComparison.Ordinal);
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    public void ShouldCountInTheIncrementsOfTheSymbol(int decimals)
    {
        IScannerUnderTest scanner = Scanner(["BTCUSDT"], decimals);
        bool isTaken = scanner.Compare(Encoding.UTF8.GetBytes(
            SpotTop.Replace("25.35", "25.000", StringComparison.Ordinal)
                .Replace("25.36", "26", StringComparison.Ordinal)
                .Replace("31.21", "1." + new string('0', decimals + 1), StringComparison.Ordinal)
                .Replace("40.66", "0.0", StringComparison.Ordinal)));
        Assert.True(isTaken);
        EngineInput top = scanner.Events[0];
        long one = (long)Math.Pow(10, decimals);
        Assert.Equal((25 * one, one, 26 * one, 0), (top.BidPrice, top.BidQuantity, top.AskPrice, top.AskQuantity));
    }

    [Theory]
    [InlineData("S", "s")]
    [InlineData("ABCUSDT", "abcusdt")]
    [InlineData("ABCDUSDT", "abcdusdt")]
    [InlineData("1000ABCDUSDT", "1000abcdusdt")]
    [InlineData("ABCDEFGHIJKLUSDT", "abcdefghijklusdt")]
    public void ShouldTellNamesOfAnyLengthApart(string symbol, string stream)
    {
        IScannerUnderTest scanner = Scanner(["ABCDUSDT", "ABCUSDT", "S", "1000ABCDUSDT", "ABCDEFGHIJKLUSDT"]);
        string text = SpotTop.Replace("btcusdt", stream, StringComparison.Ordinal)
            .Replace("BTCUSDT", symbol, StringComparison.Ordinal);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(text)));
        Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
            text.Replace($"\"{symbol}\"", $"\"X{symbol[1..]}\"", StringComparison.Ordinal))));
        Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
            text.Replace($"\"{stream}@", $"\"x{stream[1..]}@", StringComparison.Ordinal))));
        Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
            text.Replace($"\"{stream}@", $"\"{stream}x@", StringComparison.Ordinal))));
    }

    [Fact]
    public void ShouldKnowAShapeWhateverItsDigits()
    {
        BinanceScanner scanner = Create(["BTCUSDT"], out _, out IScannerUnderTest tested);
        Assert.Equal(0, scanner.Shapes);
        Assert.True(tested.Compare(Encoding.UTF8.GetBytes(SpotTop)));
        Assert.True(tested.Compare(Encoding.UTF8.GetBytes(SpotTop.Replace('5', '6').Replace('1', '9'))));
        Assert.Equal(1, scanner.Shapes);
        Assert.True(tested.Compare(
            Encoding.UTF8.GetBytes(SpotTop.Replace("25.35", "125.35", StringComparison.Ordinal))));
        Assert.Equal(2, scanner.Shapes);
        Assert.True(tested.Compare(Encoding.UTF8.GetBytes(s_shapes[1])));
        Assert.Equal(3, scanner.Shapes);
        Assert.True(tested.Compare(Encoding.UTF8.GetBytes(s_shapes[3])));
        Assert.Equal(3, scanner.Shapes);
    }

    // Names of equal length that differ only in letters or digits: the digits of the messages are at the same
    // positions.
    [Theory]
    [InlineData("BTCUSDT", "ETHUSDT")]
    [InlineData("BTCUSDT", "BTCUSDC")]
    [InlineData("1000SHIBUSDT", "1001SHIBUSDT")]
    [InlineData("BTCUSDT_250328", "BTCUSDT_250627")]
    public void ShouldNotReadOneSymbolsMessageByTheShapeOfAnothers(string known, string other)
    {
        foreach (string[] symbols in new string[][] { [known, other], [known] })
        {
            BinanceScanner scanner = Create(symbols, out _, out IScannerUnderTest tested);
            foreach (string shape in s_shapes.Where(shape => !shape.Contains("depth", StringComparison.Ordinal)))
            {
                string ours = Named(shape, known, known);
                string theirs = Named(shape, other, other);
                Assert.True(tested.Compare(Encoding.UTF8.GetBytes(ours)));
                Assert.Equal(symbols.Length == 2, tested.Compare(Encoding.UTF8.GetBytes(theirs)));
                if (symbols.Length == 2)
                {
                    Assert.Equal(1, tested.Events[0].InstrumentId);
                }

                Assert.True(tested.Compare(Encoding.UTF8.GetBytes(ours)));
                Assert.Equal(0, tested.Events[0].InstrumentId);
                Assert.False(tested.Compare(Encoding.UTF8.GetBytes(Named(shape, known, other))));
                Assert.False(tested.Compare(Encoding.UTF8.GetBytes(Named(shape, other, known))));
            }

            Assert.InRange(scanner.Shapes, 1, 100);
        }
    }

    [Fact]
    public void ShouldNotReadByAShapeThatWasLearntInCoarserIncrements()
    {
        _ = Create(["BTCUSDT"], out BookFeed[] feeds, out IScannerUnderTest tested, decimals: 2);
        byte[] text = Encoding.UTF8.GetBytes(SpotTop.Replace("25.35", "25.3500", StringComparison.Ordinal));
        byte[] finer = Encoding.UTF8.GetBytes(SpotTop.Replace("25.35", "25.3501", StringComparison.Ordinal));
        Assert.True(tested.Compare(text));
        Assert.False(tested.Compare(finer));
        Assert.True(feeds[0].TryRefine(new ParsedMessage { PriceDecimals = 3 }, out _, out _));
        Assert.False(tested.Compare(finer));
        Assert.True(feeds[0].TryRefine(new ParsedMessage { PriceDecimals = 4, QuantityDecimals = 3 }, out _, out _));
        for (int i = 0; i < 100; i++)
        {
            Assert.True(tested.Compare(text));
            Assert.Equal((253_500, 31_210), (tested.Events[0].BidPrice, tested.Events[0].BidQuantity));
            Assert.True(tested.Compare(finer));
            Assert.Equal(253_501, tested.Events[0].BidPrice);
        }
    }

    [Fact]
    public void ShouldLeaveMessagesOfTheSameFormWithAnyOtherByte()
    {
        IScannerUnderTest scanner = Scanner(Symbols);

        // The words after "nq" and "ps" may be anything.
        foreach (byte[] shape in s_shapes.Where(shape => !shape.Contains("\"st\":1", StringComparison.Ordinal))
            .Select(Encoding.UTF8.GetBytes))
        {
            foreach (int at in Enumerable.Range(0, shape.Length).Where(i => !char.IsAsciiDigit((char)shape[i])))
            {
                byte before = shape[at];
                byte[] others = [.. "\"\\,.:-/x}\u0001"u8, (byte)(before ^ 0x80), (byte)(before ^ 1)];
                foreach (byte other in others.Where(other => other != before))
                {
                    shape[at] = other;
                    Assert.False(scanner.Compare(shape), Encoding.Latin1.GetString(shape));
                    shape[at] = before;
                }

                scanner.Prime(shape);
            }
        }
    }

    // Long sides with levels of equal shape, some of another shape, or with a wrong byte.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    public void ShouldReadLevelsThatAreAlikeAsTheParserDoesOrLeaveThem(int decimals)
    {
        Random random = Seeds.Start(TestContext.Current.TestOutputHelper!, 12);
        IScannerUnderTest scanner = Scanner(["BTCUSDT"], decimals);
        using var memory = new GuardedMemory(4096);
        string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));
        for (int round = 0; round < s_levelRounds; round++)
        {
            (int whole, int written, int zeros) = (
                random.Next(1, Math.Min(6, DigitText.MaxDigits - decimals)), random.Next(1, decimals + 2),
                random.Next(4));
            string Number(int more) => Digits(whole + more) + "." + Digits(Math.Min(written, decimals))
                + new string('0', decimals == 0 ? written : written <= decimals ? 0 : zeros + 1);
            string Levels(int count) => string.Join(',', Enumerable.Range(0, count).Select(
                _ => $"[\"{Number(0)}\",\"{Number(random.Next(8) == 0 ? 1 : 0)}\"]"));
            byte[] text = Encoding.UTF8.GetBytes(
                $$$"""{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[{{{Levels(random.Next(25))}}}],"a":[{{{Levels(random.Next(25))}}}]}}""");
            Assert.True(scanner.Compare(memory.Put(text)), Encoding.UTF8.GetString(text));
            for (int change = 0; change < 4; change++)
            {
                byte[] other = text.AsSpan().ToArray();
                other[random.Next(80, text.Length)] = "0123456789.,[]\"-e\\"u8[random.Next(18)];
                scanner.Compare(memory.Put(other));
            }
        }

        Assert.InRange(scanner.Taken, s_levelRounds + 1, 4 * s_levelRounds);
    }

    // Endless new shapes: old ones are replaced, and numbers stay correct.
    [Fact]
    public void ShouldReadMoreShapesThanItCanKeep()
    {
        string[] symbols = Enumerable.Range(0, 40).Select(i => $"{i}ABCUSDT").ToArray();
        BinanceScanner scanner = Create(symbols, out _, out IScannerUnderTest tested);
        Random random = Seeds.Start(TestContext.Current.TestOutputHelper!, 10);
        for (int round = 0; round < ShapeRounds; round++)
        {
            string symbol = symbols[random.Next(symbols.Length)];
            string text = Named(s_shapes[random.Next(2) * 4], symbol, symbol);
            foreach (string number in new[] { "25.35", "31.21", "40.66", "61800.20", "2.507", "2.510" })
            {
                string other = $"\"{random.Next(100_000)}.{random.Next(100_000)}\"";
                text = text.Replace($"\"{number}\"", other, StringComparison.Ordinal);
            }

            Assert.True(tested.Compare(Encoding.UTF8.GetBytes(text)));
        }

        Assert.InRange(scanner.Shapes, 1_000, 4_096);
    }

    [Fact]
    public void ShouldLeaveNamesThatAreTooLongToTheParser()
    {
        IScannerUnderTest scanner = Scanner(["ABCDEFGHIJKLMUSDT"]);
        Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
            SpotTop.Replace("btcusdt", "abcdefghijklmusdt", StringComparison.Ordinal)
                .Replace("BTCUSDT", "ABCDEFGHIJKLMUSDT", StringComparison.Ordinal))));
    }

    private static string Named(string shape, string stream, string symbol) =>
        shape.Replace("btcusdt", BinanceSession.StreamName(stream), StringComparison.Ordinal)
            .Replace("BTCUSDT", symbol, StringComparison.Ordinal);

    private static BinanceScanner Create(
        string[] symbols, out BookFeed[] feeds, out IScannerUnderTest tested, int decimals = Decimals)
    {
        BookFeed[] own = feeds = ParserUnderTest.Feeds(symbols, decimals);
        byte[][] names = symbols.Select(symbol => Encoding.UTF8.GetBytes(BinanceSession.StreamName(symbol))).ToArray();
        var streams = new SymbolTable(names);
        var scanner = new BinanceScanner(names, feeds);
        tested = new ScannerUnderTest<BinanceScanner>(
            scanner, (frame, batch) => new BinanceParser(frame, 1, batch).ReadMessage(streams, own));
        return scanner;
    }
}

/// <summary>The same with the futures captures.</summary>
public sealed class BinanceFuturesScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    protected override string Venue => "binance-futures";

    protected override string[] Symbols => ["BTCUSDT", "ETHUSDT"];

    protected override string[] Shapes => BinanceScannerTests.FuturesShapes;

    protected override bool Takes(string kind) =>
        kind is "bookTicker" or "trade" or "aggTrade" || kind.StartsWith("depth", StringComparison.Ordinal);
}
