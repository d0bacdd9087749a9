using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Host.Cli;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// Two processes on one account: the second refuses to start, and a killed one does not block others.
/// </summary>
public sealed class SecondInstanceTests
{
    [Fact]
    [FaultRow("F27")]
    public async Task ShouldRefuseToTradeWhereAnotherProcessTrades()
    {
        using var folder = new TemporaryFolder();
        using HostProcess first = HostProcess.Start(folder.Path, Trading(folder, "--quiet"));
        await first.UntilAsync(() => Journals.CountPlaced(folder.Path) > 0, "the first placed no order");

        // While it is stopped its files do not change, and it still holds its lock.
        await first.StopAsync();
        string[] before = State(folder);
        (int code, string output, string errors) = await HostProcess.RunAsync(folder.Path, Trading(folder));
        Assert.Equal(before, State(folder));
        first.Send(HostProcess.Continue);

        Assert.Equal((ExitCode.Refused, string.Empty), (code, output));
        Assert.Contains($"another process trades with it (pid {first.Id}, lock file", errors, StringComparison.Ordinal);
        Assert.Contains(folder.File(Path.Combine("journal", "embedded-binance", "lock")), errors,
            StringComparison.Ordinal);

        first.Send(HostProcess.Kill);
        await first.EndAsync();
        (code, output, errors) = await HostProcess.RunAsync(folder.Path, [.. Trading(folder), "--for", "1s"]);
        Assert.True(code == ExitCode.Ok, errors);
        Assert.Contains("resumed    000001.lljournal (did not end in good order", output, StringComparison.Ordinal);
        FaultLedger.AddFigure("exit code 3, 0 orders from the second, no file changed; after kill -9 of the first the "
            + "next start resumes");
    }

    [Fact]
    [FaultRow("F27")]
    public async Task ShouldRefuseToTradeWhereLocksDoNotLock()
    {
        using var folder = new TemporaryFolder();
        var unlocked = new Dictionary<string, string> { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1" };
        using HostProcess process = HostProcess.Start(folder.Path, unlocked, Trading(folder));

        Assert.Equal(ExitCode.Refused, await process.EndAsync());
        Assert.Contains("does not lock", process.Errors, StringComparison.Ordinal);
        Assert.Empty(Journals.Files(folder.Path));
    }

    [Fact]
    public async Task ShouldLetEmbeddedMarketsRunSideBySideUnlessOneGoesOn()
    {
        using var folder = new TemporaryFolder();
        string[] fresh = Trading(folder, "--quiet").Where(word => word != "--resume").ToArray();
        using HostProcess first = HostProcess.Start(folder.Path, fresh);
        await first.UntilAsync(() => Journals.CountPlaced(folder.Path) > 0, "the first placed no order");

        (int code, _, string errors) = await HostProcess.RunAsync(folder.Path, [.. fresh, "--for", "1s"]);

        Assert.True(code == ExitCode.Ok, errors);
        Assert.Equal(
            ["embedded-binance", "embedded-binance-2"],
            Journals.Files(folder.Path).Select(file => Path.GetFileName(Path.GetDirectoryName(file))!)
                .Order(StringComparer.Ordinal));
        first.Send(HostProcess.Terminate);
        Assert.Equal(ExitCode.Ok, await first.EndAsync());
    }

    private static string[] Trading(TemporaryFolder folder, params string[] more) =>
    [
        "--strategy", "ImbalanceMaker", "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics",
        "--record", folder.File("recordings"), "--set", $"Journal:Directory={folder.File("journal")}", "--resume",
        .. Patience.Options,
        .. more,
    ];

    private static string[] State(TemporaryFolder folder) => Directory
        .GetFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file).Ticks}").ToArray();
}
