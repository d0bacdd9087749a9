using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Tests.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The verbs export and import, as called from a shell.</summary>
public sealed class ExportCommandTests
{
    [Theory]
    [InlineData(ExitCode.Usage, "'xml'", "export REC --to xml --out a")]
    [InlineData(ExitCode.Usage, "--out", "export REC --to csv")]
    [InlineData(ExitCode.Usage, "npz cannot be written to standard output", "export REC --to npz --out -")]
    [InlineData(ExitCode.Usage, "not 'books'", "export REC --to csv --out a --what levels,books")]
    [InlineData(ExitCode.Usage, "'soon' is not a time", "export REC --to csv --out a --from soon")]
    [InlineData(ExitCode.Usage, "before --until", "export REC --to csv --out a --from 5 --until 5")]
    [InlineData(ExitCode.NotFound, "no recording at 'nowhere'", "export nowhere --to csv --out a")]
    [InlineData(ExitCode.NotFound, "has no symbol X; it has BTCUSDT", "export REC --to csv --out a --symbol X")]
    [InlineData(ExitCode.DamagedData, "junk", "export JUNK --to npz --out a")]
    [InlineData(ExitCode.Refused, "is a folder", "export REC --to csv --out REC")]
    [InlineData(ExitCode.Refused, "is there already; --force", "export REC --to csv --out JUNK")]
    [InlineData(ExitCode.Refused, "is there already; --force", "export REC --to npz --out JUNK")]
    [InlineData(ExitCode.Usage, "give it with --symbol", "import JUNK --format npz --venue binance --out a")]
    [InlineData(ExitCode.Usage, "are for npz", "import JUNK --format lines --venue binance --out a --tick 1")]
    [InlineData(ExitCode.Usage, "known venues", "import JUNK --format npz --venue nyse --symbol X --out a")]
    [InlineData(ExitCode.NotFound, "no file 'none'", "import none --format npz --venue okx --symbol X --out a")]
    [InlineData(ExitCode.DamagedData, "junk", "import JUNK --format npz --venue okx --symbol X --out a")]
    public async Task ShouldEndWithItsCodeAndWords(int code, string words, string line)
    {
        using var folder = new TemporaryFolder();
        string recording = Record(folder);
        string junk = folder.File("junk");
        await File.WriteAllTextAsync(junk, "no recording", TestContext.Current.CancellationToken);

        (int actual, string output, string errors) = await RunAsync(line.Split(' ').Select(arg => arg switch
        {
            "REC" => recording,
            "JUNK" => junk,
            "a" => folder.File("a"),
            _ => arg,
        }).ToArray());

        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Equal((code, string.Empty), (actual, output));
        Assert.False(Path.Exists(folder.File("a")));
        Assert.Equal("no recording", await File.ReadAllTextAsync(junk, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ShouldWriteDataToStandardOutputAndMessagesBeside()
    {
        using var folder = new TemporaryFolder();

        (int code, string output, string errors) = await RunAsync(
            "export", Record(folder), "--to", "csv", "--what", "trades", "--out", "-",
            "--from", "1970-01-01T00:00:00.0000010Z", "--until", "1970-01-01T00:00:00.000002");

        Assert.Equal(
            "recv_ns,venue_ns,symbol,kind,side,price,quantity,id,note\n1000,,BTCUSDT,trade,buy,1,0.00002,5,\n", output);
        Assert.Equal("0 levels, 1 trades, 0 tops of book of 1 symbol\n", errors);
        Assert.Equal(ExitCode.Ok, code);
    }

    [Fact]
    public async Task ShouldReplaceAFileWhenForced()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("out.ndjson");
        await File.WriteAllTextAsync(path, "mine", TestContext.Current.CancellationToken);

        (int code, string output, _) = await RunAsync(
            "export", Record(folder), "--to", "ndjson", "--out", path, "--force");

        Assert.Equal((ExitCode.Ok, path + "\n"), (code, output));
        Assert.Equal(2, (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Length);
    }

    [Theory]
    [InlineData("csv", "binance-futures-20210722")]
    [InlineData("npz", "usdm-btcusdt-20240808")]
    public async Task ShouldExportWhatIsWholeOfATornRecording(string format, string name)
    {
        using var folder = new TemporaryFolder();
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == name);
        string recording = capture.Import(folder.Path).Folder;
        string whole = folder.File("whole");
        string torn = folder.File("torn");
        await RunAsync("export", recording, "--to", format, "--out", whole);
        string segment = Directory.GetFiles(recording).Order(StringComparer.Ordinal).Last();
        using (FileStream file = File.OpenWrite(segment))
        {
            file.SetLength(file.Length / 2);
        }

        (int code, string output, string errors) = await RunAsync("export", recording, "--to", format, "--out", torn);

        Assert.Equal((ExitCode.DamagedData, torn + "\n"), (code, output));
        Assert.Contains("the recording ends early, its readable part was exported", errors, StringComparison.Ordinal);
        Assert.Contains(segment, errors, StringComparison.Ordinal);
        if (format == "csv")
        {
            string[] rows = await File.ReadAllLinesAsync(torn, TestContext.Current.CancellationToken);
            Assert.True(rows.Length > 1000);
            Assert.Equal(File.ReadLines(whole).Take(rows.Length), rows);
        }
        else
        {
            Assert.True(PlainNpz.Read(torn).Rows.Count > 1000);
        }
    }

    [Fact]
    public async Task ShouldTakeAnExportBack()
    {
        using var folder = new TemporaryFolder();
        string npz = folder.File("out.npz");
        await RunAsync("export", Record(folder), "--to", "npz", "--out", npz);

        (int code, string output, string errors) = await RunAsync(
            "import", npz, "--format", "npz", "--venue", "kraken", "--symbol", "XBT/USD", "--tick", "0.5",
            "--out", folder.File("again"));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var readers = new List<int>();
        foreach (string[] verb in new[] { new[] { "replay" }, ["book"], ["directions"] })
        {
            readers.Add((await RunAsync([.. verb, lines[^1]])).Code);
        }

        Assert.Equal((ExitCode.Ok, string.Empty), (code, errors));
        Assert.StartsWith("0 book messages, 2 trades, 0 tops of book, 0 unused rows", lines[0]);
        Assert.EndsWith("tick 0.5, lot 0.00001", lines[0]);
        Assert.All(readers, reader => Assert.Equal(ExitCode.Ok, reader));
    }

    private static string Record(TemporaryFolder folder)
    {
        using var recording = new EventRecording(folder.Path, Fixture.Spot());
        recording.Add(EventRecording.Trade(Side.Buy, 100, 2, 1000, 5));
        recording.Add(EventRecording.Trade(Side.Sell, 101, 3, 2000, 6));
        return recording.Finish();
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
