using System;
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
    [Fact]
    public async Task ShouldGoOnWithOrdersAndPositionsAfterAKillAndReplayTheSame()
    {
        using var folder = new TemporaryFolder();
        string journals = folder.File("journal");
        string[] common =
        [
            "--strategy", "ImbalanceMaker", "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics",
            "--set", $"Journal:Directory={journals}", "--resume", .. Patience.Options,
        ];
        using (HostProcess first = HostProcess.Start(folder.Path, [.. common, "--no-record", "--quiet"]))
        {
            await first.UntilAsync(() => Fills(journals) >= 5, "nothing was filled");
            first.Send(HostProcess.Kill);
            await first.EndAsync();
        }

        JournalFold left = Journals.Fold(Journals.Files(journals)[0]);
        Assert.NotEqual(default, left.PositionOf(0));

        var output = new StringWriter();
        int code = await Program.RunAsync(
            [.. common, "--record", folder.File("recordings"), "--for", "3s"], output, output,
            TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("resumed    000001.lljournal (did not end in good order", output.ToString(),
            StringComparison.Ordinal);

        JournalFile second = JournalReader.Read(Journals.Files(journals)[1]);
        Position restored = Journals.Fold(Journals.SnapshotOf(second)).PositionOf(0);
        Assert.Equal(left.PositionOf(0), restored);
        Assert.True(second.Summary.HasEnd);
        Assert.DoesNotContain(
            second.Outputs.Where(item => item.Kind == OutputKind.Place).Select(item => item.OrderId),
            JournalReader.Read(Journals.Files(journals)[0]).Outputs.Select(item => item.OrderId).Contains);

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
        await ProgramRun.UntilAsync(
            () => Fills(journals) > 0, "nothing was filled",
            [.. common, "--strategy", "Grid", "--symbols", "ETHUSDT", "--speed", "max"]);

        int code = await Program.RunAsync(
            [.. common, "--symbols", "BTCUSDT", "--for", "1s"], words, words, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("has orders or a position in ETHUSDT", words.ToString(), StringComparison.Ordinal);
    }

    private static int Fills(string journals) => Journals.Files(journals) is [var file]
        ? JournalReader.Read(file).Outputs.Count(item => item.Kind == OutputKind.OrderEvent && item.FillLots > 0)
        : 0;
}
