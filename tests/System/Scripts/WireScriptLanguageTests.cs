using System;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Feeds;
using Xunit;

namespace LowLatency.Tests.Scripts;

/// <summary>The language itself: mistakes are reported with file and line, and steps that do not hold fail.</summary>
public sealed class WireScriptLanguageTests
{
    private const string Diff =
        """send {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":5,"b":[],"a":[]}}""";

    [Theory]
    [InlineData("x.wire:1: a script begins with a comment", "symbols BTCUSDT")]
    [InlineData("x.wire:1: the first step is 'symbols'", "# clause", "connect")]
    [InlineData("x.wire:3: 'sned' is not a step", "# clause", "symbols BTCUSDT", "sned {}")]
    [InlineData("x.wire:2: there is no line to continue", "# clause", "  more")]
    public void ShouldNameFileAndLineOfWhatCannotBeRead(string words, params string[] lines)
    {
        var fault = Assert.Throws<WireScriptException>(() => WireScript.Parse("x.wire", "binance", lines));
        Assert.StartsWith(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldJoinContinuedLinesAndPassCommentsOver()
    {
        WireScript script = WireScript.Parse(
            "x.wire", "binance", ["# clause", "", "symbols A", "# why", "rest GET /x ->", "  200 {\"a\":", "  1}"]);
        Assert.Equal(
            ["symbols A", "rest GET /x -> 200 {\"a\":1}"], script.Steps.Select(step => $"{step.Verb} {step.Rest}"));
    }

    [Theory]
    [InlineData("x.wire:4: the connection's address is /stream", "connect /elsewhere")]
    [InlineData("x.wire:4: no connection is open", "send {}")]
    [InlineData("x.wire:5: unknown counter 'apples'", "connect *", "count apples 1")]
    [InlineData("x.wire:5: 'many' is not a number", "connect *", "count applied many")]
    [InlineData("x.wire:5: a book is 'live', or 'stale' with a reason", "connect *", "book fresh")]
    [InlineData("x.wire:5: a time is written", "connect *", "wait soon")]
    [InlineData("x.wire:5: a request is written", "connect *", "rest GET 200")]
    [InlineData("x.wire:6: the request is GET /api/v3/depth", "connect *", Diff, "rest GET /depth -> 200 {}")]
    [InlineData("x.wire:4: unknown setting 'speed'", "set speed 5 s")]
    public async Task ShouldNameFileAndLineOfWhatIsNotSo(string words, params string[] steps)
    {
        WireScript script = WireScript.Parse("x.wire", "binance", ["# clause", "", "symbols BTCUSDT", .. steps]);
        var fault = await Assert.ThrowsAsync<WireScriptException>(() => WireScriptRunner.RunAsync(script));
        Assert.StartsWith(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("book live", "x.wire:5: the book is stale: NotSynchronised")]
    [InlineData("book stale NotSynchronised", "x.wire:5: the script ends, but over connection 1 the feed has sent")]
    public async Task ShouldFailWhereAStepStaysUntrueOrTheFeedDoesWhatNoStepForesaw(string step, string words)
    {
        // The subscription of trades is unexpected; its text may come shortly after that of the books, and on a busy
        // machine the connection may be late.
        WireScript script = WireScript.Parse(
            "x.wire", "kraken", ["# clause", "symbols BTC/USD", "connect", "expect *book*", step]);
        string found = string.Empty;
        for (int i = 0; i < 50 && !found.StartsWith(words, StringComparison.Ordinal); i++)
        {
            Exception? fault = await Record.ExceptionAsync(
                () => WireScriptRunner.RunAsync(script, TimeSpan.FromSeconds(0.5)));
            found = fault is WireScriptException ? fault.Message : string.Empty;
        }

        Assert.StartsWith(words, found, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldHaveScriptsOfEveryVenue() =>
        Assert.All(Venues.All, venue => Assert.NotEmpty(WireScript.NamesOf(venue.Name)));
}
