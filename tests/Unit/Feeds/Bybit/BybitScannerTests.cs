using System;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Tests.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Bybit;

/// <summary>Books and trades of both APIs, for spot and both kinds of contracts.</summary>
public sealed class BybitScannerTests(ITestOutputHelper output) : VenueScannerTests(output)
{
    private const string SpotTrade =
        """{"topic":"publicTrade.BTCUSDT","ts":1761520812165,"type":"snapshot","data":[{"i":"2240000000970262966","T":1761520812163,"p":"114513.1","v":"0.00862","S":"Sell","seq":111156121170,"s":"BTCUSDT","BT":false,"RPI":false}]}""";

    private const string ContractTrade =
        """{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1758841135824,"data":[{"T":1758841135823,"s":"BTCUSDT","S":"Buy","v":"0.020","p":"109378.90","L":"ZeroPlusTick","i":"2a74ac78-691c-5b54-9dbe-5aafe8364627","BT":false,"RPI":false,"seq":457514743450}]}""";

    // Version 5 as documented and, with the time before the type, as spot sends it; then linear and inverse contracts
    // from the capture.
    private static readonly string[] s_shapes =
    [
        """{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1687940967466,"data":{"s":"BTCUSDT","b":[["30247.20","30.028"],["30245.40","0"]],"a":[["30248.70","0"],["30249.30","0.892"]],"u":177400507,"seq":66544703342},"cts":1687940967464}""",
        """{"topic":"orderbook.50.BTCUSDT","ts":1786613159749,"type":"snapshot","data":{"s":"BTCUSDT","b":[["63705.3","2.045546"]],"a":[],"u":72212457,"seq":112603120278},"cts":1786613159748}""",
        """{"topic":"orderbook.200.BTCUSDT","type":"snapshot","ts":1672304484978,"data":{"s":"BTCUSDT","b":[],"a":[["16493.50","0.006"]],"u":18521288,"seq":7961638724}}""",
        SpotTrade,
        """{"topic":"publicTrade.BTCUSDT","ts":1703430744103,"type":"snapshot","data":[{"i":"2290000000090712222","T":1703430744102,"p":"43774","v":"0.0026","S":"Sell","s":"BTCUSDT","BT":false},{"i":"17","T":1703430744104,"p":"43774.01","v":"0.009516","S":"Buy","s":"BTCUSDT","BT":true}]}""",
        ContractTrade,
        """{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":true},{"T":1672304486865,"s":"BTCUSDT","S":"Sell","v":"3","p":"16578","L":"MinusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023b0","BT":false}]}""",
        """{"topic":"orderBookL2_25.BCHUSDT","type":"delta","data":{"delete":[{"price":"1053.90","symbol":"BCHUSDT","id":"10539000","side":"Buy"}],"update":[{"price":"1053.95","symbol":"BCHUSDT","id":"10539500","side":"Sell","size":6.22}],"insert":[{"price":"1054.30","symbol":"BCHUSDT","id":"10543000","side":"Buy","size":13.329999},{"price":"1054","symbol":"BCHUSDT","id":"10540000","side":"Buy","size":5}]},"cross_seq":"864131821","timestamp_e6":"1618677786589984"}""",
        """{"topic":"orderBookL2_25.BTCUSD","type":"delta","data":{"delete":[{"price":"60600.50","symbol":"BTCUSD","id":606005000,"side":"Buy"}],"update":[],"insert":[{"price":"60592.50","symbol":"BTCUSD","id":605925000,"side":"Buy","size":30000}],"transactTimeE6":0},"cross_seq":5938954677,"timestamp_e6":1618677786377321}""",
        """{"topic":"trade.BCHUSDT","data":[{"symbol":"BCHUSDT","tick_direction":"MinusTick","price":"1053.90","size":0.14,"timestamp":"2021-04-17T16:43:05.000Z","trade_time_ms":"1618677785116","side":"Buy","trade_id":"01cacfe9-8d1c-5ee4-995d-d79a43f955a6"}]}""",
        """{"topic":"trade.BTCUSD","data":[{"trade_time_ms":1618677786614,"timestamp":"2021-04-17T16:43:06.000Z","symbol":"BTCUSD","side":"Sell","size":4,"price":60621.5,"tick_direction":"PlusTick","trade_id":"5ffb8b77-900c-507d-97a2-0922557ffe54","cross_seq":5938955347},{"trade_time_ms":1618677786618,"timestamp":"2021-04-17T16:43:06.000Z","symbol":"BTCUSD","side":"Buy","size":1,"price":60622,"tick_direction":"ZeroPlusTick","trade_id":"bcd64120-c0c8-587d-94fc-4fa4eaf6086c","cross_seq":5938955348}]}""",
    ];

    protected override string Venue => "bybit";

    protected override string[] Symbols => ["BTCUSDT", "BCHUSDT", "BTCUSD", "ETHUSDT"];

    protected override string[] Shapes => s_shapes;

    protected override bool Takes(string kind) => kind is "orderBookL2_25_delta" or "trade";

    [Fact]
    public void ShouldLeaveOutBlockTrades()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(s_shapes[4])));
        Assert.Equal(2290000000090712222, Assert.Single(scanner.Events.ToArray()).TradeId);
        Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(s_shapes[6])));
        EngineInput trade = Assert.Single(scanner.Events.ToArray());
        Assert.Equal((Side.Sell, 3_00000000), (trade.Side, trade.Quantity));
    }

    // For larger numbers, the parser hashes the text.
    [Theory]
    [InlineData("1", true)]
    [InlineData("1234567890123456", true)]
    [InlineData("12345678901234567", true)]
    [InlineData("4611686018427387903", true)]
    [InlineData("4611686018427387904", false)]
    [InlineData("9999999999999999999", false)]
    [InlineData("10000000000000000000", false)]
    [InlineData("01234567890123456789", false)]
    [InlineData("0123456789012345678", false)]
    [InlineData("1.0", false)]
    [InlineData("2a74ac78-691c-5b54-9dbe-5aafe8364627", false)]
    public void ShouldTakeIdsThatAreNumbers(string id, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            SpotTrade.Replace("2240000000970262966", id, StringComparison.Ordinal))));

    [Theory]
    [InlineData("2a74ac78-691c-5b54-9dbe-5aafe8364628", true)]
    [InlineData("2a74ac78-691c-5b54-9dbe-5aafe836462", false)]
    [InlineData("2a74ac78f691c-5b54-9dbe-5aafe8364627", false)]
    [InlineData("000000000000000000000000000000000017", false)]
    [InlineData("2a74ac78-691c-5b54-9dbe-5aafe8\\u0034", false)]
    [InlineData("2a74ac78-691c-5b54-9dbe-5aafe83646\u00e9", false)]
    public void ShouldTakeIdsThatCanBeNoNumbers(string id, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            ContractTrade.Replace("2a74ac78-691c-5b54-9dbe-5aafe8364627", id, StringComparison.Ordinal))));

    [Theory]
    [InlineData("0", true)]
    [InlineData("0.14", true)]
    [InlineData("13.329999", true)]
    [InlineData("2538197", true)]
    [InlineData("01", false)]
    [InlineData("00.5", false)]
    [InlineData("5.", false)]
    [InlineData(".5", false)]
    [InlineData("3.1e2", false)]
    [InlineData("3e2", false)]
    [InlineData("-1", false)]
    [InlineData("\"5\"", false)]
    [InlineData("null", false)]
    public void ShouldTakeBareSizesThatItReadsExactly(string size, bool isTaken)
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            s_shapes[7].Replace("13.329999", size, StringComparison.Ordinal))));
        Assert.Equal(isTaken, scanner.Compare(Encoding.UTF8.GetBytes(
            s_shapes[9].Replace("0.14", size, StringComparison.Ordinal))));
    }

    // Times of 2021 have sixteen digits; 64-bit nanoseconds hold fewer microseconds.
    [Theory]
    [InlineData("9223372036854775", true)]
    [InlineData("9223372036854776", false)]
    public void ShouldTakeTimesThatNanosecondsHold(string time, bool isTaken) => Assert.Equal(
        isTaken,
        Scanner(Symbols).Compare(Encoding.UTF8.GetBytes(
            s_shapes[8].Replace("1618677786377321", time, StringComparison.Ordinal))));

    [Theory]
    [InlineData("A")]
    [InlineData("BTCUSDT")]
    [InlineData("1000000BABYDOGEUSDT")]
    public void ShouldTellNamesOfAnyLengthApart(string symbol)
    {
        IScannerUnderTest scanner = Scanner(["BTCUSDT", "A", "1000000BABYDOGEUSDT", "BTC.X"]);
        foreach (string shape in new[] { s_shapes[0], SpotTrade, ContractTrade })
        {
            string text = shape.Replace("BTCUSDT", symbol, StringComparison.Ordinal);
            Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(text)));
            Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
                text.Replace($"\"{symbol}\"", $"\"X{symbol[1..]}\"", StringComparison.Ordinal))));
            Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
                text.Replace($".{symbol}\"", $".{symbol}X\"", StringComparison.Ordinal))));
            Assert.False(scanner.Compare(Encoding.UTF8.GetBytes(
                shape.Replace("BTCUSDT", "BTC.X", StringComparison.Ordinal))));
        }
    }
}
