using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Feeds;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.Doctor;
using LowLatency.Recorder.Journal;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Tests.Host.Web;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class DoctorTests
{
    private const string TimePath = "/api/v3/time";

    public static TheoryData<string, string> ServerTimes => new()
    {
        { "binance", """{"serverTime":1700000000123}""" },
        { "binance-futures", """{"serverTime":1700000000123}""" },
        { "coinbase", """{"iso":"2023-11-14T22:13:20.123Z","epoch":1700000000.123}""" },
        { "kraken", """{"error":[],"result":{"unixtime":1700000000,"rfc1123":"Tue, 14 Nov 23 22:13:20 +0000"}}""" },
        { "poloniex", """{"serverTime":1700000000123}""" },
        { "okx", """{"code":"0","msg":"","data":[{"ts":"1700000000123"}]}""" },
        { "bybit", """{"retCode":0,"result":{"timeSecond":"1700000000"},"time":1700000000123}""" },
    };

    [Theory]
    [MemberData(nameof(ServerTimes))]
    public void ShouldReadEachVenuesTime(string name, string answer)
    {
        IVenue venue = Venues.Find(name);
        ServerClock clock = venue.ClockOf(venue.DefaultAddress)!;
        using JsonDocument json = JsonDocument.Parse(answer);

        long ns = clock.ReadNs(json.RootElement);

        Assert.InRange(1_700_000_000_123_000_000 - ns, 0, (long)clock.Resolution.TotalNanoseconds - 1);
        Assert.Equal(venue.DefaultAddress.Rest.Host, clock.Address.Host);
    }

    [Fact]
    public void ShouldKnowWhichVenueTellsItsTimeNowhere() => Assert.Equal(
        "bitstamp", Assert.Single(Venues.All, venue => venue.ClockOf(venue.DefaultAddress) is null).Name);

    [Fact]
    public async Task ShouldFindAllWellOfflineAndLeaveNothingBehind()
    {
        using var folder = new TemporaryFolder();

        (int code, string output, string errors) = await RunAsync(folder);
        (int jsonCode, string json, _) = await RunAsync(folder, "--json");

        Assert.True(code == ExitCode.Ok, output);
        Assert.Equal((ExitCode.Ok, string.Empty), (jsonCode, errors));
        Assert.All(
            output.TrimEnd().Split('\n'), line => Assert.Matches(@"^(ok   |warn ) [a-z ]+  .+$", line));
        Assert.Contains("skipped: embedded venue", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(0, document.RootElement.GetProperty("exit_code").GetInt32());
        string[] checks = document.RootElement.GetProperty("checks").EnumerateArray()
            .Select(item => item.GetProperty("check").GetString()!).ToArray();
        Assert.Equal(
            [
                "settings", "keys", "clock", "metrics page", "open files", "cores", "memory", "recordings", "journal",
                "second instance", "venue", "time",
            ],
            checks);
    }

    [Fact]
    public async Task ShouldTellWhatIsWrongHere()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using JournalLock held = JournalLock.Take(folder.File(Path.Combine("journal", "embedded-binance")));

        Assert.Contains(
            $"fail  metrics page     port {port}",
            await FailAsync(folder, ExitCode.Refused, "--metrics-port", $"{port}"), StringComparison.Ordinal);
        Assert.Contains(
            $"another process trades with it (pid {Environment.ProcessId}",
            await FailAsync(folder, ExitCode.Refused, "--resume"), StringComparison.Ordinal);
        Assert.Contains(
            "Journal:Enabled = 'false' (command line, --set): resume needs the journal (command line, --resume)",
            await FailAsync(folder, ExitCode.Configuration, "--resume", "--set", "Journal:Enabled=false"),
            StringComparison.Ordinal);
        Assert.Contains(
            "free some space, or choose another folder",
            await FailAsync(folder, ExitCode.Refused, "--set", "Recorder:MinFreeMiB=1000000000"),
            StringComparison.Ordinal);
        Assert.Contains(
            "did you mean Recorder:MinFreeMiB?",
            await FailAsync(folder, ExitCode.Configuration, "--set", "Recorder:MinFreMiB=1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldAskTheVenue()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedVenueServer venue = await TestVenue.StartAsync();
        string[] real =
        [
            "--venue", "binance", "--symbols", "BTCUSDT", "--set", "Feed:AnswerTimeoutSeconds=5",
            "--set", $"RestAddress={venue.RestBase}", "--set", $"StreamAddress={venue.StreamBase}",
        ];

        venue.RestFault = path => path == TimePath ? Time(TimeSpan.Zero) : null;
        (int code, string output, _) = await RunAsync(folder, real);
        Assert.True(code == ExitCode.Ok, output);
        Assert.Contains("lists 1 of the requested symbols", output, StringComparison.Ordinal);
        Assert.Contains("accepts a websocket", output, StringComparison.Ordinal);
        Assert.Contains("offset to binance", output, StringComparison.Ordinal);

        venue.RestFault = path => path == TimePath ? Time(TimeSpan.FromMinutes(-1)) : null;
        Assert.Matches(
            @"fail  time .* \+(59|60|61)\d{3} ms .*synchronise the clock",
            await FailAsync(folder, ExitCode.Refused, real));

        venue.RestFault = _ => new RestAnswer(403, "{}"u8.ToArray());
        Assert.Matches("fail  venue .* answered 403", await FailAsync(folder, ExitCode.VenueRefused, real));
    }

    [Fact]
    public async Task ShouldNotWaitForAVenueThatNeverAnswers()
    {
        using var folder = new TemporaryFolder();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        string words = await FailAsync(
            folder, ExitCode.Timeout, "--venue", "kraken", "--symbols", "BTC/USD", "--set",
            $"RestAddress=http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", "--set",
            "Feed:AnswerTimeoutSeconds=0.5");

        Assert.Matches("fail  venue .* no answer within 0.5 s", words);
    }

    [Fact]
    public async Task ShouldTryTheAddressThatIsSet()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode here");
        using var folder = new TemporaryFolder();
        (string certificate, string key) = WebRig.CertificateFiles(folder);
        string[] wide =
        [
            "--set", $"Metrics:CertificateFile={certificate}", "--set", $"Metrics:CertificateKeyFile={key}", "--set",
            $"Metrics:TokenFile={WebRig.SecretFile(folder, "token", WebRig.Token)}", "--set",
        ];

        // An address for documentation (RFC 5737), which no machine has.
        Assert.Contains(
            "fail  metrics page     203.0.113.1 is not an address of this machine",
            await FailAsync(folder, ExitCode.Refused, [.. wide, "Metrics:Address=203.0.113.1"]),
            StringComparison.Ordinal);
        (int code, string output, _) = await RunAsync(
            folder, [.. wide, "Metrics:Address=0.0.0.0", "--set", "Metrics:Hosts=engine.example"]);
        Assert.True(code == ExitCode.Ok, output);
    }

    [Fact]
    public async Task ShouldEndWhenItIsInterrupted()
    {
        using var folder = new TemporaryFolder();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var interrupt = new CancellationTokenSource();
        Task<(int Code, string Output, string Errors)> running = RunAsync(
            folder, interrupt.Token, "--venue", "kraken", "--symbols", "BTC/USD", "--set",
            $"RestAddress=http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");

        using Socket asked = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await interrupt.CancelAsync();
        (int code, string output, string errors) = await running;

        Assert.Equal((ExitCode.Interrupted, string.Empty), (code, output));
        Assert.Equal("lowlatency: stopped before all checks were done", errors.TrimEnd());
    }

    [Fact]
    public void ShouldWantKeysToBeTheirOwnersAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this system has no file modes");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string file = folder.File("key.pem");
        File.WriteAllText(file, "key");
        IReadOnlyList<ShownSetting> settings =
            [new ShownSetting("Venue:PrivateKeyFile", file, string.Empty, "own.json", "A key.")];

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Finding good = Assert.Single(KeyFileChecks.Run(settings));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Finding bad = Assert.Single(KeyFileChecks.Run(settings));
        File.Delete(file);
        Finding none = Assert.Single(KeyFileChecks.Run(settings));

        Assert.Equal((FindingLevel.Ok, $"{file}: mode 0600"), (good.Level, good.Text));
        Assert.Equal((ExitCode.Refused, $"chmod 600 {file}"), (bad.Code, bad.Advice));
        Assert.Equal(ExitCode.NotFound, none.Code);
    }

    private static RestAnswer Time(TimeSpan ahead)
    {
        long ms = DateTimeOffset.UtcNow.Add(ahead).ToUnixTimeMilliseconds();
        return new RestAnswer(
            200, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"serverTime\":{ms}}}")));
    }

    private static async Task<string> FailAsync(TemporaryFolder folder, int code, params string[] more)
    {
        (int actual, string output, _) = await RunAsync(folder, more);
        Assert.True(code == actual, $"{actual} instead of {code}:\n{output}");
        return output;
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(
        TemporaryFolder folder, params string[] more) =>
        RunAsync(folder, TestContext.Current.CancellationToken, more);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        TemporaryFolder folder, CancellationToken stop, params string[] more)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        string[] args =
        [
            "doctor", "--record", folder.File("recordings"), "--set", $"Journal:Directory={folder.File("journal")}",
            .. more.Contains("--metrics-port") ? more : [.. more, "--metrics-port", "0"],
        ];
        int code = await Program.RunAsync(args, output, errors, stop);
        return (code, output.ToString(), errors.ToString());
    }
}
