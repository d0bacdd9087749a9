using System;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Kraken;

/// <summary>
/// Both versions of Kraken's messages and their peculiarities: plain numbers, checksums, the pair at the end.
/// </summary>
public sealed class KrakenScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    private const string Book =
        """{"channel":"book","type":"update","data":[{"symbol":"ETH/USD","bids":[{"price":2496.41,"qty":0.0},{"price":2496.08,"qty":6.40971776}],"asks":[],"checksum":340083547,"timestamp":"2026-09-08T16:05:29.150794Z"}]}""";

    private const string Trades =
        """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":78787.7,"qty":0.00043459,"ord_type":"limit","trade_id":107165168,"timestamp":"2026-09-08T16:05:29.607147Z"},{"symbol":"ETH/USD","side":"buy","price":2496.4,"qty":1,"ord_type":"market","trade_id":5,"timestamp":"2026-09-08T16:05:29.607148Z"}]}""";

    private const string Array =
        """[1664,{"b":[["11.17530000","0.00000000","1618678134.275712"]],"c":"2583817756"},"book-1000","WAVES/EUR"]""";

    // Version 2 from the venue's guides, version 1 from the capture and the documentation.
    private static readonly string[] s_shapes =
    [
        Book,
        Trades,
        """{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":45283.5,"qty":0.1}],"asks":[{"price":45285,"qty":1.54571953},{"price":45286.4,"qty":2}],"checksum":3310070434,"timestamp":"2026-09-08T16:05:29.607147Z"}]}""",
        """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":78787.7,"qty":0.00043459,"ord_type":"limit","trade_id":107165168,"timestamp":"2026-09-08T16:05:29.607147Z"}]}""",
        Array,
        """[336,{"a":[["5541.30000","2.50700000","1534614248.456738"],["5542.50000","0.40100000","1534614248.456737"]],"c":"974942666"},"book-10","XBT/USD"]""",
        """[336,{"a":[["5541.30000","2.50700000","1534614248.456738"]]},{"b":[["5541.20000","0.00000000","1534614335.345903","r"]],"c":"974942666"},"book-10","XBT/USD"]""",
    ];

    protected override string Venue => "kraken";

    protected override string[] Symbols => ["BTC/USD", "ETH/USD", "XBT/USD", "WAVES/EUR", "S/USD"];

    protected override string[] Shapes => s_shapes;

    protected override bool Takes(string kind) => kind is "book";

    [Theory]
    [InlineData("0", true)]
    [InlineData("340083547", true)]
    [InlineData("4294967295", true)]
    [InlineData("4294967296", false)]
    [InlineData("007", false)]
    [InlineData("-1", false)]
    public void ShouldTakeChecksumsOf32Bits(string checksum, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            Book.Replace("340083547", checksum, StringComparison.Ordinal))));
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            Array.Replace("2583817756", checksum, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("2496.41", true)]
    [InlineData("0", true)]
    [InlineData("0.0", true)]
    [InlineData("10", true)]
    [InlineData("5.1e-05", false)]
    [InlineData("1E3", false)]
    [InlineData("00.5", false)]
    [InlineData("01", false)]
    [InlineData("1.", false)]
    [InlineData(".5", false)]
    [InlineData("-1", false)]
    [InlineData("\"2496.41\"", false)]
    [InlineData("null", false)]
    public void ShouldTakePlainBareNumbersAlone(string number, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.All(
            new[] { Book.Replace("2496.41", number, StringComparison.Ordinal),
                Book.Replace("6.40971776", number, StringComparison.Ordinal),
                Trades.Replace("78787.7", number, StringComparison.Ordinal) },
            text => Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(text))));
    }

    // Seventeen bytes must precede the end of the significant digits, otherwise the parser reads the message.
    [Theory]
    [InlineData("[1664,", "11.1753", true)]
    [InlineData("[1664,", "5.1", true)]
    [InlineData("[1664,", "5", false)]
    [InlineData("[0,", "5541.20000", true)]
    [InlineData("[0,", "5541.2", true)]
    [InlineData("[0,", "541.2", false)]
    [InlineData("[0,", "1", false)]
    public void ShouldLeavePricesThatAreTooNearTheBeginning(string channel, string price, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        using var memory = new GuardedMemory(4096);
        Assert.Equal(isTaken, scanner.Compare(memory.PutFirst(Encoding.UTF8.GetBytes(
            Array.Replace("[1664,", channel, StringComparison.Ordinal)
                .Replace("11.17530000", price, StringComparison.Ordinal)))));
    }

    // As close to the end of memory as possible.
    [Theory]
    [InlineData("XBT/USD", true)]
    [InlineData("WAVES/EUR", true)]
    [InlineData("S/USD", false)]
    [InlineData("", false)]
    [InlineData("SIXTEENBYTES/EUR", false)]
    [InlineData("SEVENTEENBYTE/EUR", false)]
    public void ShouldFindPairsAtTheEnd(string pair, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        using var memory = new GuardedMemory(4096);
        Assert.Equal(isTaken, scanner.Compare(memory.Put(Encoding.UTF8.GetBytes(
            Array.Replace("WAVES/EUR", pair, StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("4611686018.427387", true)]
    [InlineData("4611686018.427388", false)]
    [InlineData("9999999999.999999", false)]
    [InlineData("1618678134", true)]
    [InlineData("1618678134.275712001", false)]
    [InlineData("1618678134.275712000", true)]
    public void ShouldReadTimesInSeconds(string seconds, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            Array.Replace("1618678134.275712", seconds, StringComparison.Ordinal))));
    }

    [Fact]
    public void ShouldGiveAllLevelsTheTimeOfTheYoungest()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(s_shapes[^1])));
        Assert.All(
            scanner.Events.ToArray(), level => Assert.Equal(1_534_614_335_345_903_000, level.ExchangeTimeNs));
        Assert.Equal([Side.Sell, Side.Buy], System.Array.ConvertAll(scanner.Events.ToArray(), level => level.Side));
    }
}
