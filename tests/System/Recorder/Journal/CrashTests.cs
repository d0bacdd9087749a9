using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder.Journal;

/// <summary>
/// A trading process is killed (SIGKILL) at random moments and restarted on the same journal: its orders, positions and
/// ids equal the gateway's every time.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int LongestMs = 25;
    private const int EndlessSteps = int.MaxValue;

    [Fact]
    [FaultRow("I2")]
    [FaultRow("I3")]
    public async Task ShouldComeBackFromEveryKillWithWhatTheGatewayKnows()
    {
        using var folder = new TemporaryFolder();
        int kills = Cases.Times(Kills);
        Random random = Seeds.Start(output, 20261121);
        string last = string.Empty;
        for (int i = 0; i < kills; i++)
        {
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
            using Process target = Start(folder.Path, random.Next(), EndlessSteps);
            last = await ReadFirstLineAsync(target);
            Assert.True(last.StartsWith("ready", StringComparison.Ordinal), $"start {i + 1}: {last}");
            await Task.Delay(random.Next(LongestMs), TestContext.Current.CancellationToken);
#pragma warning restore CA5394
            target.Kill();
            await target.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using Process end = Start(folder.Path, 1, steps: 3000);
        last = await ReadFirstLineAsync(end);
        await end.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine($"{kills} kills; then {last}");
        FaultLedger.AddFigure(
            $"{kills} kills while trading: orders and position equal the gateway's each time", 20261121);
        Assert.Equal(0, end.ExitCode);
        Assert.DoesNotContain(" 0 fills", last, StringComparison.Ordinal);
    }

    private static Process Start(string folder, int seed, int steps)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "LowLatency.TestTarget.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                program,
                "crash",
                folder,
                seed.ToString(CultureInfo.InvariantCulture),
                steps.ToString(CultureInfo.InvariantCulture),
            },
        };
        return Process.Start(start)!;
    }

    private static async Task<string> ReadFirstLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "no output";
}
