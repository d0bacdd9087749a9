using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Recorder;
using LowLatency.Sessions;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(ExitCode.Usage, "--bogus", "--bogus")]
    [InlineData(ExitCode.Usage, "'soon'", "--for", "soon")]
    [InlineData(ExitCode.Usage, "--set: expected Key=value", "--set", "Key")]
    [InlineData(ExitCode.Usage, "--resume and --fresh contradict each other", "--resume", "--fresh")]
    [InlineData(ExitCode.Usage, "--resume and --fresh contradict each other", "doctor", "--resume", "--fresh")]
    [InlineData(ExitCode.Usage, "--symbols names no symbol", "--symbols", ",")]
    [InlineData(ExitCode.Usage, "--symbols names no symbol", "--symbols", " , ")]
    [InlineData(ExitCode.Configuration, "resume needs the journal", "--resume", "--set", "Journal:Enabled=false")]
    [InlineData(ExitCode.Configuration, "did you mean Strategy:Run?", "--set", "Strategy:Runn=4")]
    [InlineData(ExitCode.Configuration, "(command line, --speed)", "--speed", "fast")]
    [InlineData(ExitCode.Configuration, "known are binance, binance-futures", "--venue", "nyse", "--symbols", "X")]
    [InlineData(ExitCode.Configuration, "--symbols BTCUSDT", "--venue", "binance")]
    [InlineData(ExitCode.Configuration, "power of two", "--set", "Engine:RingCapacity=5000")]
    [InlineData(ExitCode.Configuration, "loopback only", "--set", "Metrics:Address=0.0.0.0")]
    [InlineData(ExitCode.Configuration, "no such file", "--config", "nowhere.json")]
    [InlineData(ExitCode.NotFound, "no capture at 'nowhere.gz'", "--input", "nowhere.gz", "--no-record")]
    [InlineData(ExitCode.NotFound, "no recording at 'nowhere'", "replay", "nowhere")]
    [InlineData(ExitCode.Configuration, "--seed): expected a whole number", "--seed", "x")]
    [InlineData(ExitCode.Configuration, "--metrics-port): expected a whole number", "--metrics-port", "x")]
    [InlineData(ExitCode.Usage, "--seeds '0': expected a whole number from 1 to", "simulate", "--seeds", "0")]
    [InlineData(ExitCode.Usage, "--jobs '0': expected a whole number from 1 to", "simulate", "--jobs", "0")]
    [InlineData(ExitCode.Usage, "--seed '-1': expected a whole number from 0 to", "simulate", "--seed", "-1")]
    [InlineData(ExitCode.Usage, "--every '1.5': expected a whole number from 1", "book", "x", "--every", "1.5")]
    [InlineData(ExitCode.Usage, "expected a number and s, m or h", "simulate", "--for", "3x")]
    [InlineData(ExitCode.Usage, "at most a month", "simulate", "--for", "99999999h")]
    [InlineData(ExitCode.Usage, "name it with --script", "simulate", "--trace")]
    [InlineData(ExitCode.NotFound, "nowhere.txt", "simulate", "--script", "nowhere.txt")]
    [InlineData(ExitCode.DamagedData, "line 1: '1700000000000000000", "simulate", "--script", "CAPTURE")]
    [InlineData(ExitCode.VenueRefused, "'NOSUCH' is not listed", "--input", "CAPTURE", "--symbols", "NOSUCH")]
    public async Task ShouldEndWithItsCodeAndWords(int code, string words, params string[] args)
    {
        using var folder = new TemporaryFolder();
        string capture = folder.File("capture");
        await File.WriteAllTextAsync(
            capture,
            "1700000000000000000 {\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"s\":\"BTCUSDT\",\"t\":1,"
            + "\"p\":\"1.0\",\"q\":\"1\",\"T\":1,\"m\":true}}\n",
            TestContext.Current.CancellationToken);
        (int actual, string output, string errors) = await RunAsync(
            args.Select(arg => arg == "CAPTURE" ? capture : arg).ToArray());

        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Equal(string.Empty, output);
        Assert.Equal(code, actual);
    }

    [Theory]
    [InlineData("inspect", "FOLDER")]
    [InlineData("verify", "FOLDER")]
    [InlineData("replay", "FOLDER")]
    [InlineData("explain", "1", "FOLDER")]
    [InlineData("replay", "PIPE")]
    [InlineData("--input", "PIPE", "--no-record", "--no-metrics")]
    public async Task ShouldRefuseAPipeAndNotWaitForItsOtherEnd(params string[] args)
    {
        using var folder = new TemporaryFolder();
        string pipe = folder.File(SegmentFormat.FileName(0));
        using Process made = Process.Start("mkfifo", pipe);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        (int code, string output, string errors) = await RunAsync(
            args.Select(arg => arg == "FOLDER" ? folder.Path : arg == "PIPE" ? pipe : arg).ToArray());

        Assert.Contains($"'{pipe}' is a pipe", errors, StringComparison.Ordinal);
        Assert.Equal((ExitCode.DamagedData, string.Empty), (code, output));
    }

    [Fact]
    public async Task ShouldSimulateASeed()
    {
        (int code, string output, string errors) = await RunAsync("simulate", "--seed", "7", "--json");

        using JsonDocument result = JsonDocument.Parse(output);
        Assert.Equal((ExitCode.Ok, string.Empty), (code, errors));
        Assert.Equal(7, result.RootElement.GetProperty("Seed").GetInt32());
        Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("Failure").ValueKind);
        Assert.Equal(ProgramVersion.Text, result.RootElement.GetProperty("Program").GetString());
    }

    [Fact]
    public async Task ShouldGoOnTradingWhenNobodyCanReadItAnyMore()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no full device");
        using var folder = new TemporaryFolder();
        await using var device = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.Write, 1);
        using var full = new StreamWriter(device) { AutoFlush = true };
        using var errors = new StringWriter();

        int code = await Program.RunAsync(
            ["--for", "3s", "--speed", "20", "--no-metrics", .. Folders(folder)], full, errors,
            TestContext.Current.CancellationToken);

        Assert.Equal((ExitCode.Ok, string.Empty), (code, errors.ToString()));
        string recording = Directory.GetDirectories(folder.File("recordings")).Single();
        Assert.Equal(ExitCode.Ok, await Program.RunAsync(
            ["verify", recording], TextWriter.Null, TextWriter.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ShouldTellEveryBadSettingAtOnce()
    {
        (int code, _, string errors) = await RunAsync(
            "--set", "Risk:MaxOpenOrders=-1", "--set", "Strategy:Rule=Sideways", "--set", "Nonsense=1");

        Assert.Equal(ExitCode.Configuration, code);
        Assert.Contains("Risk:MaxOpenOrders = '-1'", errors, StringComparison.Ordinal);
        Assert.Contains("one of Step, SinceLast, AnyOtherDown", errors, StringComparison.Ordinal);
        Assert.Contains("Nonsense (command line, --set): there is no such setting", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldRunRecordAndReplayToTheSameHash()
    {
        using var folder = new TemporaryFolder();
        string output = await ProgramRun.UntilAsync(
            () => Journals.CountPlaced(folder.Path) > 0, "no order was placed",
            "--speed", "30", "--json", "--no-metrics", "--record", folder.File("recordings"),
            "--set", $"Journal:Directory={folder.File("journal")}");
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using JsonDocument summary = JsonDocument.Parse(lines[^1]);
        Assert.Equal("summary", summary.RootElement.GetProperty("kind").GetString());
        Assert.True(summary.RootElement.GetProperty("orders").GetProperty("placed").GetInt64() > 0);
        string recording = summary.RootElement.GetProperty("recording").GetProperty("folder").GetString()!;

        (int replayCode, string replayed, string errors) = await RunAsync("replay", recording, "--json");

        Assert.Equal((ExitCode.Ok, string.Empty), (replayCode, ProgramRun.WithoutProgress(errors)));
        using JsonDocument replay = JsonDocument.Parse(replayed);
        Assert.Equal(
            summary.RootElement.GetProperty("decision_hash").GetString(),
            replay.RootElement.GetProperty("decision_hash").GetString());
    }

    [Fact]
    public async Task ShouldStopInGoodOrderWhenInterrupted()
    {
        using var folder = new TemporaryFolder();

        string output = await ProgramRun.UntilAsync(
            () => TemporaryFolder.BytesBelow(folder.Path) > 0,
            "it recorded nothing",
            "--no-metrics", "--record", folder.Path, "--set", "Journal:Enabled=false");

        Assert.Contains("0 open", output, StringComparison.Ordinal);
        Assert.Contains("next: lowlatency replay", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldGiveExamplesAndVersion()
    {
        (int help, string text, _) = await RunAsync("--help");
        (int version, string number, _) = await RunAsync("version");

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (help, version));
        int examples = text.IndexOf("Examples:", StringComparison.Ordinal);
        Assert.InRange(examples, 0, text.IndexOf("Options:", StringComparison.Ordinal));
        Assert.StartsWith("lowlatency 0.", number);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }

    private static string[] Folders(TemporaryFolder folder) =>
    [
        "--set", $"Recorder:Directory={folder.File("recordings")}",
        "--set", $"Journal:Directory={folder.File("journal")}",
    ];
}
