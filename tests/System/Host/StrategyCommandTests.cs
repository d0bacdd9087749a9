using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;
using LowLatency.ExampleStrategy;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The verbs strategies, directions and explain, as called from a shell.</summary>
public sealed class StrategyCommandTests
{
    private static string Example => typeof(PullbackStrategy).Assembly.Location;

    [Fact]
    public async Task ShouldListEveryStrategyWithItsSettings()
    {
        (int code, string output, _) = await RunAsync("strategies", "--json", "--strategy-assembly", Example);

        Assert.Equal(ExitCode.Ok, code);
        using var list = JsonDocument.Parse(output);
        string?[] names = list.RootElement.EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()).ToArray();
        Assert.Contains("AvellanedaStoikov", names);
        Assert.Contains("Pullback", names);
        JsonElement pullback = list.RootElement.EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == "Pullback");
        Assert.False(pullback.GetProperty("tradesSeveral").GetBoolean());
        Assert.Equal(
            "the market has fallen below its average", pullback.GetProperty("reasons").GetProperty("128").GetString());
        Assert.Equal(
            "How far the mid is below its average, in basis points.",
            pullback.GetProperty("gauges").GetProperty("pullback_bp").GetString());
        (_, string text, _) = await RunAsync("strategies", "--strategy-assembly", Example);
        Assert.Contains("  gauge pullback_bp: How far the mid", text, StringComparison.Ordinal);
        (_, text, _) = await RunAsync("strategies");
        Assert.Contains("StepBp", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Pullback", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldTradeWithAStrategyOfTheUsersOwnAndExplainIt()
    {
        using var folder = new TemporaryFolder();
        string journals = folder.File("journal");
        string live = await ProgramRun.UntilAsync(
            () => Pairs(journals).Any(), "it placed no pair",
            "--strategy-assembly", Example, "--strategy", "Pullback", "--set", "Strategy:AverageSeconds=10",
            "--set", "Strategy:PullbackBp=0.5", "--speed", "max", "--json", "--no-metrics",
            "--record", folder.File("recordings"), "--set", $"Journal:Directory={journals}");
        string recording = Directory.GetDirectories(folder.File("recordings")).Single();
        EngineOutput pair = Pairs(journals).First();

        (int code, string replay, string errors) = await RunAsync(
            "replay", recording, "--strategy-assembly", Example);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("equal to the recorded session", replay, StringComparison.Ordinal);

        // What the strategy logged is shown live, and the same by a replay.
        string[] lines = ProgramRun.WithoutProgress(errors).Split('\n');
        Assert.NotEmpty(lines);
        Assert.Equal(LogLines(live), lines);
        Assert.Contains(": gauges pullback_bp ", replay, StringComparison.Ordinal);
        Assert.Contains($"strategy log: {lines.Length} lines, 0 dropped", replay, StringComparison.Ordinal);

        (code, string story, _) = await RunAsync(
            "explain", pair.OrderId.ToString(CultureInfo.InvariantCulture), recording, "--strategy-assembly", Example);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("paired: buy", story, StringComparison.Ordinal);
        Assert.Contains("because the market has fallen below its average", story, StringComparison.Ordinal);
        Assert.Contains("because a part of a composite order", story, StringComparison.Ordinal);
        Assert.Contains("market: ", story, StringComparison.Ordinal);

        (code, _, errors) = await RunAsync("replay", recording);
        Assert.Equal(ExitCode.DamagedData, code);
        Assert.Contains("name its assembly with --strategy-assembly", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "is not an order id", "explain", "abc", "nowhere")]
    [InlineData(ExitCode.NotFound, "no recording at 'nowhere'", "explain", "12", "nowhere")]
    [InlineData(ExitCode.NotFound, "no recording at 'nowhere'", "directions", "nowhere")]
    [InlineData(ExitCode.Usage, "sideways", "directions", "nowhere", "--rule", "sideways")]
    [InlineData(ExitCode.NotFound, "no strategy assembly", "strategies", "--strategy-assembly", "nowhere.dll")]
    public async Task ShouldSayWhatIsWrong(int code, string words, params string[] args)
    {
        (int actual, string output, string errors) = await RunAsync(args);

        Assert.Equal((code, string.Empty), (actual, output));
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("strategies")]
    [InlineData("explain", "1", "nowhere")]
    [InlineData("verify", "nowhere")]
    [InlineData("replay", "nowhere")]
    [InlineData("--strategy", "Emitted", "--embedded", "--no-record")]
    public async Task ShouldRefuseAnAssemblyOfAnotherVersionOfTheContract(params string[] args)
    {
        using var folder = new TemporaryFolder();
        string assembly = EmittedStrategy.Write(folder, StrategyContract.Version - 1);

        (int code, string output, string errors) = await RunAsync([.. args, "--strategy-assembly", assembly]);

        Assert.Equal((ExitCode.Configuration, string.Empty), (code, output));
        Assert.Contains(
            $"built against version {StrategyContract.Version - 1} of the strategy contract; this program has version "
            + $"{StrategyContract.Version}: build it again", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldListTheDirectionsThatAPlainProgramDraws()
    {
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == "usdm-btcusdt-20240808");
        using var folder = new TemporaryFolder();
        string recording = capture.Import(folder.Path).Folder;
        string symbol = Symbols(recording)[0];

        (int code, string book, _) = await RunAsync("book", recording, "--every", "1");
        Assert.Equal(ExitCode.Ok, code);
        foreach (string rule in new[] { "step", "since-last", "any-other-down" })
        {
            (code, string listed, string errors) = await RunAsync(
                "directions", recording, "--symbol", symbol, "--source", "book", "--rule", rule);

            Assert.Equal(ExitCode.Ok, code);
            Assert.Equal(PlainDirections.Of(book, symbol, rule), listed.TrimEnd().Split(Environment.NewLine));
            Assert.Contains("the next one was as the mask predicted", errors, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> LogLines(string live)
    {
        foreach (string line in live.Split('\n').Where(line => line.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            JsonElement item = json.RootElement;
            if (item.GetProperty("kind").GetString() == "log")
            {
                yield return new StrategyLogLine(
                    item.GetProperty("time_ns").GetInt64(), item.GetProperty("strategy").GetString()!,
                    item.GetProperty("symbol").GetString()!, item.GetProperty("text").GetString()!,
                    item.GetProperty("cut").GetBoolean()).ToString();
            }
        }
    }

    private static string[] Symbols(string recording)
    {
        using RecordingReplay replay = RecordingReplay.Open(recording, new ReplayOptions { Catalog = null });
        return replay.Manifest.Instruments.Select(item => item.Instrument.Symbol).ToArray();
    }

    private static IEnumerable<EngineOutput> Pairs(string journals) => Journals.Files(journals)
        .SelectMany(file => JournalReader.Read(file).Outputs)
        .Where(output => output.Kind == OutputKind.CompositeCreated);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Directions by the textual rule, from a listing of books.</summary>
    private static class PlainDirections
    {
        public static IEnumerable<string> Of(string book, string symbol, string rule)
        {
            yield return "i,recv_ns,id,bid,ask,bit,mask,trigger";
            (decimal Bid, decimal Ask)? last = null;
            string mask = string.Empty;
            int count = 0;
            foreach (string line in book.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries))
            {
                using var document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                if (root.GetProperty("kind").GetString() is not ("snapshot" or "update")
                    || root.GetProperty("sym").GetString() != symbol)
                {
                    continue;
                }

                string bidText = root.GetProperty("bid")[0].GetString()!;
                string askText = root.GetProperty("ask")[0].GetString()!;
                decimal bid = decimal.Parse(bidText, CultureInfo.InvariantCulture);
                decimal ask = decimal.Parse(askText, CultureInfo.InvariantCulture);
                int bit = last is { } before ? Bit(before, (bid, ask), rule) : -1;
                last = last is null || rule != "since-last" || bit >= 0 ? (bid, ask) : last;
                if (bit < 0)
                {
                    continue;
                }

                mask = (mask + bit)[Math.Max(0, mask.Length + 1 - 7)..];
                string time = root.GetProperty("recv_ns").GetRawText();
                yield return $"{++count},{time},{root.GetProperty("id").GetRawText()},"
                    + $"{bidText},{askText},{bit},{mask},{Trigger(mask)}";
            }
        }

        private static int Bit((decimal Bid, decimal Ask) before, (decimal Bid, decimal Ask) now, string rule)
        {
            if (now.Bid > before.Bid && now.Ask > before.Ask)
            {
                return 1;
            }

            bool isDown = rule == "any-other-down" ? now != before : now.Bid < before.Bid && now.Ask < before.Ask;
            return isDown ? 0 : -1;
        }

        private static int Trigger(string mask)
        {
            if (mask.Length < 7)
            {
                return 0;
            }

            int rises = mask[..5].Count(bit => bit == '1');
            return mask[5..] == "00" && rises >= 4 ? -1 : mask[5..] == "11" && rises <= 1 ? 1 : 0;
        }
    }
}
