using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Positions;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The real program, killed while trading, resumes where it was.</summary>
public sealed class RestartTests
{
    private const int LongestWait = 600;

    [Fact]
    public async Task ShouldGoOnWithOrdersAndPositionsAfterAKillAndReplayTheSame()
    {
        using var folder = new TemporaryFolder();
        string journals = folder.File("journal");
        string[] common =
        [
            "--strategy", "ImbalanceMaker", "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics",
            "--set", $"Journal:Directory={journals}", "--resume",
        ];
        using (Process first = Start([.. common, "--no-record", "--quiet"]))
        {
            for (int i = 0; i < LongestWait && Fills(journals) < 5; i++)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            first.Kill();
            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        JournalFold left = Fold(JournalReader.Read(Files(journals)[0]), isSnapshotOnly: false);
        Assert.NotEqual(default, left.PositionOf(0));

        var output = new StringWriter();
        int code = await Program.RunAsync(
            [.. common, "--record", folder.File("recordings"), "--for", "3s"], output, output,
            TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("resumed    000001.lljournal (did not end in good order", output.ToString(),
            StringComparison.Ordinal);

        JournalFile second = JournalReader.Read(Files(journals)[1]);
        Position restored = Fold(second, isSnapshotOnly: true).PositionOf(0);
        Assert.Equal(left.PositionOf(0), restored);
        Assert.True(second.Summary.HasEnd);
        Assert.DoesNotContain(
            second.Outputs.Where(item => item.Kind == OutputKind.Place).Select(item => item.OrderId),
            JournalReader.Read(Files(journals)[0]).Outputs.Select(item => item.OrderId).Contains);

        string recording = Directory.GetDirectories(folder.File("recordings")).Single();
        output.GetStringBuilder().Clear();
        code = await Program.RunAsync(["replay", recording], output, output, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("equal to the recorded session", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldRefuseAJournalWhoseInstrumentTheSessionDoesNotTrade()
    {
        using var folder = new TemporaryFolder();
        string journals = folder.File("journal");
        string[] common =
        [
            "--no-record", "--no-metrics", "--quiet", "--set", $"Journal:Directory={journals}", "--resume",
        ];
        var words = new StringWriter();
        string[] trading = [.. common, "--strategy", "Grid", "--symbols", "ETHUSDT", "--speed", "max", "--for", "3s"];
        Assert.Equal(ExitCode.Ok, await Program.RunAsync(trading, words, words, TestContext.Current.CancellationToken));

        int code = await Program.RunAsync(
            [.. common, "--symbols", "BTCUSDT", "--for", "1s"], words, words, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("has orders or a position in ETHUSDT", words.ToString(), StringComparison.Ordinal);
    }

    private static string[] Files(string journals) => Directory.Exists(journals)
        ? Directory.GetFiles(journals, "*.lljournal", SearchOption.AllDirectories).Order().ToArray()
        : [];

    private static int Fills(string journals) => Files(journals) is [var file]
        ? JournalReader.Read(file).Outputs.Count(item => item.Kind == OutputKind.OrderEvent && item.FillLots > 0)
        : 0;

    private static JournalFold Fold(JournalFile file, bool isSnapshotOnly)
    {
        var fold = new JournalFold();
        foreach (EngineOutput item in file.Outputs.TakeWhile(
            item => !isSnapshotOnly || item.Kind != OutputKind.SnapshotEnd))
        {
            fold.Add(in item);
        }

        return fold;
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "lowlatency.dll"));
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }
}
