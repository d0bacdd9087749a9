using System;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>A user's strategy that throws, or comes back late: what is said, and what is left.</summary>
public sealed partial class StrategyFaultTests
{
    private const int User1 = 10;

    [Fact]
    [FaultRow("I6")]
    public async Task ShouldSayWhatItWasDoingLiveAndInReplay()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = Start(folder, "Throw");

        Assert.Equal(ExitCode.Unexpected, await process.EndAsync());

        // Strategy, instrument, event, sequence, time; then the stack with file and line.
        string said = process.Errors;
        Match match = Said().Match(said);
        Assert.True(match.Success, said);
        Assert.Contains("MisbehavingStrategy.cs:line ", said, StringComparison.Ordinal);

        // The kill switch was engaged, and the gateway has cancelled without the engine.
        Assert.Equal(3, said.Split(", cancel sent").Length - 1);

        // Both files hold everything up to the fault, and neither says that it ended in good order.
        string journal = Assert.Single(Journals.Files(folder.File("journal")));
        int placed = 0;
        JournalSummary summary = JournalReader.Read(journal, output =>
        {
            placed += output.Kind == OutputKind.Place ? 1 : 0;
            return true;
        });
        Assert.Equal((3, false), (placed, summary.HasEnd));
        string recording = Assert.Single(Directory.GetDirectories(folder.File("recordings")));
        var options = new ReplayOptions
        {
            Catalog = StrategyBinder.LoadCatalog(typeof(MisbehavingStrategy).Assembly.Location),
        };
        EngineFaultException fault = Assert.Throws<EngineFaultException>(
            () => RecordingReplay.Run(recording, onOutput: null, options));
        Assert.Equal(match.Value, fault.Message);

        using HostProcess replay = HostProcess.Start(
            folder.Path, "replay", recording, "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location);
        Assert.Equal(ExitCode.Unexpected, await replay.EndAsync());
        Assert.Contains($"lowlatency: {match.Value}", replay.Errors, StringComparison.Ordinal);
        Assert.Contains("MisbehavingStrategy.cs:line ", replay.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldGoOnWhenItComesBackAfterSixSeconds()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = Start(folder, "Pause", "--set", "Strategy:PauseSeconds=6");

        // While the engine stands still, the operator's kill switch works without it.
        await UntilSaidAsync(process, MisbehavingStrategy.BlocksNow);
        process.Send(User1);
        await UntilSaidAsync(process, "the engine or the gateway is stuck: no progress for");
        await UntilSaidAsync(process, "the engine is running again");
        process.Send(HostProcess.Terminate);
        Assert.Equal(ExitCode.Ok, await process.EndAsync());
        Assert.True(JournalReader.Read(Assert.Single(Journals.Files(folder.File("journal")))).Summary.HasEnd);

        // The gateway's cancels are no decisions of the engine; what came of them is an input like any other.
        using HostProcess verify = HostProcess.Start(
            folder.Path, "verify", Assert.Single(Directory.GetDirectories(folder.File("recordings"))),
            "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location);
        Assert.True(await verify.EndAsync() == ExitCode.Ok, verify.Output + verify.Errors);
    }

    private static HostProcess Start(TemporaryFolder folder, string fault, params string[] more) => HostProcess.Start(
        folder.Path,
        [
            "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location, "--strategy", "Misbehaving",
            "--set", $"Strategy:Fault={fault}", "--set", "Strategy:Orders=3", "--symbols", "BTCUSDT", "--no-metrics",
            "--set", $"Journal:Directory={folder.File("journal")}",
            "--set", $"Recorder:Directory={folder.File("recordings")}",
            .. more,
        ]);

    private static Task UntilSaidAsync(HostProcess process, string words) => process.UntilAsync(
        () => (process.Output + process.Errors).Contains(words, StringComparison.Ordinal), $"it did not say '{words}'");

    [GeneratedRegex(
        "strategy Misbehaving on BTCUSDT failed at BookCommit, ring sequence [0-9]+, "
        + "event time 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z: InvalidOperationException: this strategy always throws")]
    private static partial Regex Said();
}
