using System;
using System.Globalization;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LowLatency.Engine.Events;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Binance;

/// <summary>
/// The scanner takes the messages that the venue sends, with vectors of every width, and reads each as the parser does;
/// what differs from them by anything is left alone. It looks at nothing outside the message.
/// </summary>
public sealed class BinanceScannerTests(ITestOutputHelper output)
{
    private const int Mutants = 200_000;
    private const int NumberRounds = 10_000;
    private const int Decimals = 8;

    private const string SpotTop =
        """{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}}""";

    // One of each shape; the first of them from the captures, the others from the venue's documents.
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

    public static TheoryData<string> Captures =>
        new(CaptureCase.All.Where(item => item.Venue.StartsWith("binance", StringComparison.Ordinal))
            .Select(item => item.Name));

    // A number in a string, and whether the scanner takes it; what it takes the parser reads alike.
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

    // A bare number likewise.
    public static TheoryData<string, bool> BareNumbers => new()
    {
        { "0", true }, { "1", true }, { "9999999999999999", true }, { "1000000000000000", true },
        { "10000000000000000", false }, { "4611686018427387903", false }, { "4611686018427387904", false },
        { "9223372036854775808", false }, { "00", false }, { "01", false }, { "-1", false }, { "-0", false },
        { "1.0", false }, { "1e3", false }, { "\"1\"", false }, { string.Empty, false }, { " 1", false },
        { "1 ", false }, { "null", false }, { new string('1', 80), false },
    };

    [Theory]
    [MemberData(nameof(Captures))]
    public void ShouldTakeWhatTheVenueSends(string name)
    {
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == name);
        byte[][] frames = capture.Frames().ToArray();
        string[] symbols = frames.Select(SymbolOf).Where(symbol => symbol.Length != 0).Distinct().ToArray();
        var scanner = new ScannerUnderTest(symbols, Decimals);
        int unused = 0;
        foreach (byte[] frame in frames)
        {
            bool isUsed = frame.AsSpan().IndexOf("@kline"u8) < 0 && frame.AsSpan().IndexOf("\"stream\""u8) >= 0;
            Assert.Equal(isUsed, scanner.Compare(frame));
            unused += isUsed ? 0 : 1;
        }

        output.WriteLine($"{frames.Length} messages of {symbols.Length} symbols, all but {unused} taken");
        Assert.True(scanner.Taken > 100);
    }

    [Fact]
    public void ShouldReadMutantsAsTheParserDoesOrLeaveThem()
    {
        byte[][] frames = s_shapes.Select(Encoding.UTF8.GetBytes).ToArray();
        var scanner = new ScannerUnderTest(["BTCUSDT", "ETHUSDT"], Decimals);
        ulong seed = ulong.Parse(
            Environment.GetEnvironmentVariable("LOWLATENCY_SEED") ?? "20261122", CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}: repeat with LOWLATENCY_SEED={seed}");
        Prop.ForAll(Mutant.Of(frames.Length), mutant => { scanner.Compare(mutant.Build(frames)); })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Mutants).WithReplay(seed, 1));
        output.WriteLine($"{Mutants} mutants, {scanner.Taken} taken");
        Assert.InRange(scanner.Taken, Mutants / 50, Mutants / 2);
    }

    [Fact]
    public void ShouldReadAnyNumbersAsTheParserDoesOrLeaveThem()
    {
        Random random = Seeds.Start(output, 9);
        string Number(int most) => string.Concat(
            Enumerable.Range(0, random.Next(most)).Select(_ => "0000123456789."[random.Next(14)]));
        foreach (int decimals in new[] { 0, 1, 2, 5, 8, 12 })
        {
            var scanner = new ScannerUnderTest(["BTCUSDT"], decimals);
            for (int round = 0; round < NumberRounds; round++)
            {
                string levels = string.Join(',', Enumerable.Range(0, random.Next(5)).Select(
                    _ => $"[\"{random.Next(1_000_000)}.{Number(12)}\",\"{random.Next(100)}{Number(18)}\"]"));
                scanner.Compare(Encoding.UTF8.GetBytes(
                    $$$"""{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[{{{levels}}}],"a":[["1.0","2"]]}}"""));
                scanner.Compare(Encoding.UTF8.GetBytes(
                    $$$"""{"stream":"btcusdt@bookTicker","data":{"u":{{{Number(24)}}},"s":"BTCUSDT","b":"25.0","B":"31","a":"26","A":"{{{Number(24)}}}"}}"""));
            }

            output.WriteLine($"{2 * NumberRounds} messages in {decimals} decimals, {scanner.Taken} taken");
            Assert.NotEqual(0, scanner.Taken);
        }
    }

    [Fact]
    public void ShouldTakeEveryShape()
    {
        var scanner = new ScannerUnderTest(["BTCUSDT"], Decimals);
        Assert.All(s_shapes, shape => Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(shape)), shape));
    }

    [Fact]
    public void ShouldLeaveMessagesThatAreCutAnywhere()
    {
        var scanner = new ScannerUnderTest(["BTCUSDT"], Decimals);
        using var memory = new GuardedMemory(1024);
        foreach (byte[] shape in s_shapes.Select(Encoding.UTF8.GetBytes))
        {
            // Between pages that cannot be read: a step outside the text ends the process.
            for (int length = 0; length <= shape.Length; length++)
            {
                Assert.Equal(length == shape.Length, scanner.Compare(memory.Put(shape.AsSpan(0, length))));
                Assert.Equal(length == shape.Length, scanner.Compare(memory.PutFirst(shape.AsSpan(0, length))));
            }
        }
    }

    [Fact]
    public void ShouldLookAtNothingOutsideTheMessage()
    {
        var scanner = new ScannerUnderTest(["BTCUSDT"], Decimals);
        using var memory = new GuardedMemory(4096);
        byte[] digits = new byte[100];
        Array.Fill(digits, (byte)'1');
        foreach (byte[] shape in s_shapes.Select(Encoding.UTF8.GetBytes))
        {
            for (int at = 0; at <= shape.Length; at++)
            {
                scanner.Compare(memory.Put([.. shape.AsSpan(0, at), .. digits]));
                scanner.Compare(memory.Put([.. shape.AsSpan(0, at), .. digits.AsSpan(0, 3)]));
                scanner.Compare(memory.PutFirst([.. shape.AsSpan(0, at), .. digits]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(QuotedNumbers))]
    public void ShouldTakeDecimalsThatItReadsExactly(string number, bool isTaken)
    {
        var scanner = new ScannerUnderTest(["BTCUSDT"], Decimals);
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
        var scanner = new ScannerUnderTest(["BTCUSDT"], Decimals);
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
        var scanner = new ScannerUnderTest(["BTCUSDT"], Decimals);
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
        var scanner = new ScannerUnderTest(["BTCUSDT"], decimals);
        bool isTaken = scanner.Compare(Encoding.UTF8.GetBytes(
            SpotTop.Replace("25.35", "25.000", StringComparison.Ordinal)
                .Replace("25.36", "26", StringComparison.Ordinal)
                .Replace("31.21", "1." + new string('0', decimals + 1), StringComparison.Ordinal)
                .Replace("40.66", "0.0", StringComparison.Ordinal)));
        Assert.True(isTaken);
        MarketEvent top = scanner.Events[0];
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
        var scanner = new ScannerUnderTest(["ABCDUSDT", "ABCUSDT", "S", "1000ABCDUSDT", "ABCDEFGHIJKLUSDT"], Decimals);
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
    public void ShouldLeaveNamesThatAreTooLongToTheParser()
    {
        var scanner = new ScannerUnderTest(["ABCDEFGHIJKLMUSDT"], Decimals);
        Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
            SpotTop.Replace("btcusdt", "abcdefghijklmusdt", StringComparison.Ordinal)
                .Replace("BTCUSDT", "ABCDEFGHIJKLMUSDT", StringComparison.Ordinal))));
    }

    private static string SymbolOf(byte[] frame)
    {
        ReadOnlySpan<byte> text = frame;
        int start = text.IndexOf("\"s\":\""u8);
        text = start < 0 ? default : text[(start + 5)..];
        return start < 0 ? string.Empty : Encoding.ASCII.GetString(text[..text.IndexOf((byte)'"')]);
    }
}
