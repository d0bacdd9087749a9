using System.Threading.Tasks;
using LowLatency.Tests.Reliability;
using Xunit;

namespace LowLatency.Tests.Scripts;

/// <summary>
/// Each clause of a venue's documented rule, played as a conversation over real sockets. One class per venue, so that
/// venues run in parallel.
/// </summary>
public abstract class WireScriptTests(string venue)
{
    protected Task PlayAsync(string script) => WireScriptRunner.RunAsync(WireScript.Load(venue, script));
}

public sealed class BinanceScriptTests() : WireScriptTests("binance")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("binance"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F4")]
    [FaultRow("F5")]
    [FaultRow("F9")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class BinanceFuturesScriptTests() : WireScriptTests("binance-futures")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("binance-futures"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F4")]
    [FaultRow("F5")]
    [FaultRow("F9")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class CoinbaseScriptTests() : WireScriptTests("coinbase")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("coinbase"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F4")]
    [FaultRow("F8")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class KrakenScriptTests() : WireScriptTests("kraken")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("kraken"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F7")]
    [FaultRow("F25")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class BitstampScriptTests() : WireScriptTests("bitstamp")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("bitstamp"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F8")]
    [FaultRow("F9")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class PoloniexScriptTests() : WireScriptTests("poloniex")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("poloniex"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F4")]
    [FaultRow("F5")]
    [FaultRow("F25")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class OkxScriptTests() : WireScriptTests("okx")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("okx"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F4")]
    [FaultRow("F5")]
    [FaultRow("F7")]
    public Task ShouldHold(string script) => PlayAsync(script);
}

public sealed class BybitScriptTests() : WireScriptTests("bybit")
{
    public static TheoryData<string> Scripts => new(WireScript.NamesOf("bybit"));

    [Theory]
    [MemberData(nameof(Scripts))]
    [FaultRow("F4")]
    [FaultRow("F5")]
    public Task ShouldHold(string script) => PlayAsync(script);
}
