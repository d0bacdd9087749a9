using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Host.Cli;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Tests.Host.Web;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Each exit code of the README, from the real program as a process.</summary>
public sealed partial class ExitCodeTests
{
    private static readonly (int Code, string Text, Func<TemporaryFolder, Task<Running>> Start)[] s_cases =
    [
        (ExitCode.Ok, "lowlatency 0.", folder => Plain(folder, "version")),
        (ExitCode.Ok, "orders", folder => Plain(folder, "--no-record", "--no-metrics", "--for", "1s")),
        (ExitCode.Unexpected, "strategy Misbehaving on BTCUSDT failed at BookCommit, ring", folder => Plain(
            folder, "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location, "--strategy", "Misbehaving",
            "--set", "Strategy:Fault=Throw", "--no-record", "--no-metrics", "--symbols", "BTCUSDT")),
        (ExitCode.Usage, "--bogus", folder => Plain(folder, "--bogus")),
        (ExitCode.Usage, "'soon'", folder => Plain(folder, "--for", "soon")),
        (ExitCode.Refused, "another process trades with it", LockedJournal),
        (ExitCode.Refused, "cannot serve metrics on port", TakenPort),
        (ExitCode.Configuration, "Risk:MaxOpenOrders = '-1'", folder => Plain(
            folder, "--set", "Risk:MaxOpenOrders=-1")),
        (ExitCode.Configuration, "its extended key usage lacks serverAuth", CertificateOfAClient),
        (ExitCode.Timeout, "the venue did not answer in time", SilentVenue),
        (ExitCode.NotFound, "no recording at 'nowhere'", folder => Plain(folder, "replay", "nowhere")),
        (ExitCode.NotFound, "no capture at 'nowhere.gz'", folder => Plain(
            folder, "--input", "nowhere.gz", "--no-record")),
        (ExitCode.DamagedData, "the recording ends early", DamagedRecording),
        (ExitCode.VenueRefused, "answered 403", ForbiddingVenue),
        (ExitCode.VenueRefused, "symbol 'NOSUCH' is not listed at binance", UnknownSymbol),
        (ExitCode.VenueRefused, "the venue cannot be reached", NobodyThere),
        (ExitCode.Interrupted, "terminated by a second signal", TwoSignals),
        (ExitCode.Interrupted, "seeds from 1, 0 failures", InterruptedSimulation),
    ];

    public static TheoryData<int, int, string> Cases =>
        new(s_cases.Select((item, index) => new TheoryDataRow<int, int, string>(index, item.Code, item.Text)));

    [Theory]
    [MemberData(nameof(Cases))]
    [FaultRow("I6")]
    public async Task ShouldEndWithTheDocumentedCode(int index, int code, string words)
    {
        using var folder = new TemporaryFolder();
        await using Running running = await s_cases[index].Start(folder);

        int actual = await running.Process.EndAsync();

        string all = running.Process.Output + running.Process.Errors;
        Assert.True(code == actual, $"{actual} instead of {code}: {all}");
        Assert.Contains(words, all, StringComparison.Ordinal);

        // Only a strategy that throws is shown with its stack.
        Assert.True(
            code == ExitCode.Unexpected || !all.Contains("   at ", StringComparison.Ordinal), $"a stack: {all}");
    }

    [Fact]
    public void ShouldDocumentAndTestEveryCode()
    {
        int[] defined = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (int)field.GetRawConstantValue()!).Distinct().Order().ToArray();
        string readme = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "README.md");
        int[] documented = File.ReadLines(readme)
            .SkipWhile(line => !line.StartsWith("| exit code |", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, provider: null)).ToArray();

        Assert.Equal(defined, documented);
        Assert.Equal(defined, s_cases.Select(item => item.Code).Distinct().Order());
    }

    private static Task<Running> Plain(TemporaryFolder folder, params string[] args) =>
        Task.FromResult(new Running(HostProcess.Start(folder.Path, args)));

    private static string[] RealVenue(int port) =>
    [
        "--venue", "binance", "--symbols", "BTCUSDT", "--no-record", "--no-metrics",
        "--set", $"RestAddress=http://127.0.0.1:{port}", "--set", $"StreamAddress=ws://127.0.0.1:{port}",
    ];

    private static async Task<Running> LockedJournal(TemporaryFolder folder)
    {
        string[] args = ["--resume", "--no-record", "--no-metrics", "--quiet"];
        HostProcess first = HostProcess.Start(folder.Path, args);
        await first.UntilAsync(() => Journals.Bytes(folder.Path) > 0, "the first did not start");
        return new Running(HostProcess.Start(folder.Path, args), first);
    }

    private static async Task<Running> TakenPort(TemporaryFolder folder)
    {
        TcpListener taken = Listen();
        await Task.Yield();
        return new Running(
            HostProcess.Start(folder.Path, "--no-record", "--metrics-port", $"{PortOf(taken)}"), taken);
    }

    // It accepts the connection and never answers.
    private static async Task<Running> SilentVenue(TemporaryFolder folder)
    {
        TcpListener silent = Listen();
        await Task.Yield();
        return new Running(
            HostProcess.Start(folder.Path, [.. RealVenue(PortOf(silent)), "--set", "Feed:AnswerTimeoutSeconds=0.5"]),
            silent);
    }

    private static async Task<Running> NobodyThere(TemporaryFolder folder)
    {
        TcpListener gone = Listen();
        int port = PortOf(gone);
        gone.Dispose();
        await Task.Yield();
        return new Running(HostProcess.Start(folder.Path, RealVenue(port)));
    }

    private static async Task<Running> ForbiddingVenue(TemporaryFolder folder)
    {
        EmbeddedVenueServer venue = await TestVenue.StartAsync();
        venue.RestFault = _ => new RestAnswer(403, "{\"code\":-1,\"msg\":\"not from where you are\"}"u8.ToArray());
        return new Running(HostProcess.Start(folder.Path, RealVenue(venue.RestBase.Port)), venue);
    }

    private static async Task<Running> UnknownSymbol(TemporaryFolder folder)
    {
        EmbeddedVenueServer venue = await TestVenue.StartAsync();
        string[] args = RealVenue(venue.RestBase.Port).Select(word => word == "BTCUSDT" ? "NOSUCH" : word).ToArray();
        return new Running(HostProcess.Start(folder.Path, args), venue);
    }

    private static async Task<Running> DamagedRecording(TemporaryFolder folder)
    {
        (int code, _, string errors) = await HostProcess.RunAsync(
            folder.Path, "--speed", "60", "--for", "2s", "--no-metrics", "--record", folder.File("recordings"));
        Assert.True(code == ExitCode.Ok, errors);
        string recording = Directory.GetDirectories(folder.File("recordings")).Single();
        string segment = Directory.GetFiles(recording, "*.lz4").Order().First();
        byte[] bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);
        return new Running(HostProcess.Start(folder.Path, "replay", recording));
    }

    // The engine is stuck, so the first signal cannot end the process before the second.
    private static async Task<Running> TwoSignals(TemporaryFolder folder)
    {
        HostProcess process = HostProcess.Start(
            folder.Path, "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location, "--strategy",
            "Misbehaving", "--set", "Strategy:Fault=Block", "--no-record", "--no-metrics", "--symbols", "BTCUSDT");
        await process.UntilAsync(
            () => process.Errors.Contains(MisbehavingStrategy.BlocksNow, StringComparison.Ordinal), "it did not block");
        process.Send(HostProcess.Terminate);
        await process.UntilAsync(
            () => process.Errors.Contains("stopping:", StringComparison.Ordinal), "the first signal was not heeded");
        process.Send(HostProcess.Interrupt);
        return new Running(process);
    }

    private static Task<Running> CertificateOfAClient(TemporaryFolder folder)
    {
        (string certificate, string key) = WebRig.CertificateFiles(folder, uses: [WebRig.ClientUse]);
        return Plain(
            folder, "--no-record", "--metrics-port", "0", "--for", "5s", "--set",
            $"Metrics:CertificateFile={certificate}", "--set", $"Metrics:CertificateKeyFile={key}");
    }

    private static async Task<Running> InterruptedSimulation(TemporaryFolder folder)
    {
        HostProcess process = HostProcess.Start(folder.Path, "simulate", "--for", "1h", "--jobs", "1");
        await process.UntilAsync(
            () => process.Errors.Contains("from seed 1 on", StringComparison.Ordinal), "it did not begin");
        process.Send(HostProcess.Interrupt);
        return new Running(process);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"^\| (\d+) \|")]
    private static partial Regex Row();

    /// <summary>The process, and what it needs while it runs.</summary>
    private sealed class Running(HostProcess process, params IEnumerable<object> others) : IAsyncDisposable
    {
        public HostProcess Process => process;

        public async ValueTask DisposeAsync()
        {
            process.Dispose();
            foreach (object other in others)
            {
                if (other is IAsyncDisposable venue)
                {
                    await venue.DisposeAsync();
                }
                else
                {
                    ((IDisposable)other).Dispose();
                }
            }
        }
    }
}
