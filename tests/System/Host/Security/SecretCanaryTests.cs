using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Host.Cli;
using LowLatency.Host.Security;
using LowLatency.Tests.Host.Web;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.Web;
using Xunit;

namespace LowLatency.Tests.Host.Security;

/// <summary>
/// Keys are planted wherever there could be one. Then everything that the program writes, serves, records and leaves
/// behind, under all faults, is searched for them.
/// </summary>
public sealed class SecretCanaryTests
{
    private static readonly string[] s_failingVenue =
        ["--venue", "binance", "--symbols", "BTCUSDT", "--set", "RestAddress=http://127.0.0.1:1"];

    [Fact]
    [FaultRow("F32")]
    public async Task ShouldLeaveNoKeyAnywhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode here");
        using var run = new Run();
        await run.PassASessionAsync();
        await run.PassFailuresAsync();
        Canaries canaries = run.Canaries;
        canaries.SearchFolder(run.Folder.Path);
        (long searched, int places) = (canaries.Searched, canaries.Places);

        Assert.Equal([], canaries.Found);
        Assert.InRange(searched, 100_000, long.MaxValue);

        // The search works: it finds the planted files themselves.
        canaries.SearchFolder(run.Planted.Path);
        Assert.NotEmpty(canaries.Found);
        FaultLedger.AddFigure($"0 occurrences of 5 keys in {canaries.Forms} forms; {searched} bytes searched in "
            + $"{places} outputs, answers and files");
    }

    [Fact]
    [FaultRow("F32")]
    public async Task ShouldWriteNoDumpByDefault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode here");
        Assert.SkipWhen(IsToldToDump(), "dumps are enabled in this environment");
        using var run = new Run();
        await run.PassAnAbortAsync();
        Canaries canaries = run.Canaries;
        canaries.SearchFolder(run.Folder.Path);

        Assert.Equal([], canaries.Found);
        string[] dumps = Directory.GetFiles(run.Folder.Path, "*core*", SearchOption.AllDirectories);
        Assert.Equal([], dumps);
        FaultLedger.AddFigure($"ended by SIGABRT with keys in its memory: {dumps.Length} dumps, 0 occurrences in "
            + $"{canaries.Places} outputs and files");
    }

    [Fact]
    public void ShouldShowNoSecretInAnyForm()
    {
        const string Value = "canary-value";
        using var secret = new Secret(Encoding.UTF8.GetBytes(Value));
        string shown = $"{secret} {JsonSerializer.Serialize(new { secret })} {JsonSerializer.Serialize(secret)}";

        Assert.DoesNotContain(Value, shown, StringComparison.Ordinal);
        Assert.Equal("*** {\"secret\":\"***\"} \"***\"", shown);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Secret>("\"canary\""));
        Assert.True(secret.Matches(Encoding.UTF8.GetBytes(Value)));
        Assert.False(secret.Matches("canary-valu"u8));
        Assert.Equal(Value, secret.UseText(text => text.ToString()));
        secret.Dispose();
        Assert.All(secret.Use(value => value.ToArray()), item => Assert.Equal(0, item));
    }

    [Theory]
    [InlineData("Metrics:Token", true)]
    [InlineData("metrics:certificatepassword", true)]
    [InlineData("Keys:API_SECRET", true)]
    [InlineData("Keys:ApiKey", true)]
    [InlineData("Metrics:TokenFile", false)]
    [InlineData("Metrics:CertificateKeyFile", false)]
    [InlineData("Symbols", false)]
    public void ShouldKnowWhichSettingsAreSecret(string key, bool isSecret)
    {
        Assert.Equal(isSecret, SecretKeys.IsSecret(key));
        Assert.Equal(isSecret ? "***" : "value", SecretKeys.Show(key, "value"));
    }

    [Theory]
    [InlineData("wss://user:pw@host:1/path", "wss://***@host:1/path")]
    [InlineData("https://host/path?key=1#x", "https://host/path?***")]
    [InlineData("https://host/path", "https://host/path")]
    [InlineData("BTC:USDT", "BTC:USDT")]
    public void ShouldShowAddressesWithoutWhatCouldBeAKey(string value, string shown) =>
        Assert.Equal(shown, SecretKeys.Show("StreamAddress", value));

    private static bool IsToldToDump() =>
        Environment.GetEnvironmentVariable("DOTNET_DbgEnableMiniDump") is not null
        || (File.Exists("/proc/self/limits") && !File.ReadLines("/proc/self/limits")
            .Any(line => line.StartsWith("Max core file size ", StringComparison.Ordinal)
                && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4] == "0"));

    /// <summary>The planted keys, the runs of the program, and the folder with its files.</summary>
    private sealed class Run : IDisposable
    {
        private readonly string _token;
        private readonly string _password;
        private readonly string _addressKey;
        private readonly string _wrongToken;
        private readonly Dictionary<string, string> _environment;
        private readonly string[] _tls;

        public Run()
        {
            _token = Canaries.Plant("token");
            _password = Canaries.Plant("password");
            _addressKey = Canaries.Plant("address");
            _wrongToken = Canaries.Plant("wrong");
            _environment = new Dictionary<string, string>
            {
                ["LOWLATENCY_API_SECRET"] = Canaries.Plant("environment"),
                ["LOWLATENCY_DEBUG"] = "1",
                ["LOWLATENCY__Metrics__CertificatePassword"] = _password,
            };
            (string certificate, string key) = WebRig.CertificateFiles(Planted, _password);
            _tls =
            [
                "--metrics-port", "0", "--set", $"Metrics:CertificateFile={certificate}",
                "--set", $"Metrics:CertificateKeyFile={key}",
                "--set", $"Metrics:TokenFile={WebRig.SecretFile(Planted, "token", _token + "\n")}",
            ];
        }

        public Canaries Canaries { get; } = new();

        public TemporaryFolder Folder { get; } = new();

        public TemporaryFolder Planted { get; } = new();

        // Metrics page, live view, kill switch, summary, journal and recording of one session with everything on.
        public async Task PassASessionAsync()
        {
            using HostProcess host = HostProcess.Start(
                Folder.Path, _environment, ["--json", "--speed", "60", "--for", "8s", .. _tls]);
            using JsonDocument start = JsonDocument.Parse(await host.FirstLine);
            int port = new Uri(start.RootElement.GetProperty("metrics").GetString()!).Port;
            Assert.Equal(200, await AskAsync(port, "/metrics", _token));
            Assert.Equal(401, await AskAsync(port, "/metrics", _wrongToken));
            Assert.Equal(401, await AskAsync(port, "/metrics?token=" + Uri.EscapeDataString(_token), null));
            Assert.Equal(404, await AskAsync(port, "/" + Uri.EscapeDataString(_addressKey), _token));
            await WatchAsync(port);
            using (Process kill = Process.Start("kill", ["-USR1", $"{host.Id}"]))
            {
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            int code = await host.EndAsync();
            string output = host.Output + host.Errors;
            Canaries.Search("session", output);
            Assert.Equal(ExitCode.Ok, code);
            Assert.Contains("\"kind\":\"summary\"", output, StringComparison.Ordinal);
        }

        // The worst kind of crash, while the keys are in use.
        public async Task PassAnAbortAsync()
        {
            // Where the runtime would write a dump.
            _environment["TMPDIR"] = Folder.Path;
            using HostProcess host = HostProcess.Start(Folder.Path, _environment, ["--json", "--speed", "60", .. _tls]);
            using JsonDocument start = JsonDocument.Parse(await host.FirstLine);
            int port = new Uri(start.RootElement.GetProperty("metrics").GetString()!).Port;
            Assert.Equal(200, await AskAsync(port, "/metrics", _token));
            await host.AbortAsync();
            int code = await host.EndAsync();
            Canaries.Search("aborted", host.Output + host.Errors);
            Assert.Equal(128 + HostProcess.Abort, code);
        }

        public async Task PassFailuresAsync()
        {
            string[] badPassword =
                [.. _tls, "--set", $"Metrics:CertificatePasswordFile={WebRig.SecretFile(Planted, "pw", _wrongToken)}"];
            string open = WebRig.SecretFile(Planted, "open", _token);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            }

            await FailAsync(ExitCode.Configuration, "cannot be read", badPassword);
            await FailAsync(ExitCode.Configuration, $"chmod 600 '{open}'", "--set", $"Metrics:TokenFile={open}");
            await FailAsync(
                ExitCode.Configuration, "secrets are not accepted here", "--set", "Metrics:Token=" + _token);
            await FailAsync(ExitCode.Configuration, "secrets are not accepted here",
                "--config", Config("plain",
                    "{\"Metrics\":{\"Token\":\"" + _token + "\",\"ApiKey\":\"" + _addressKey + "\"}}"));
            await FailAsync(ExitCode.Configuration, "invalid JSON from line 1",
                "--config", Config("damaged", "{\"Metrics\":{\"Token\":" + _token + "}}"));
            await FailAsync(ExitCode.Configuration, "without user, password, query",
                "--set", $"RestAddress=https://user:{Uri.EscapeDataString(_addressKey)}@host.example",
                "--set", $"StreamAddress=wss://host.example/?key={Uri.EscapeDataString(_addressKey)}");
            await FailAsync(ExitCode.Configuration, "StreamAddress = '***' (command line, --set): expected an address",
                "--set", $"StreamAddress=http:{_addressKey}");
            await FailAsync(ExitCode.VenueRefused, "cannot be reached", [.. s_failingVenue, .. _tls]);
            await FailAsync(ExitCode.Refused, "cannot serve metrics",
                ["--for", "5s", "--set", "Metrics:Address=203.0.113.1", .. _tls]);
            await FailAsync(ExitCode.Unexpected, "   at ",
                [.. _tls, "--config", Config("unforeseen", """{"Journal":{"Directory":"a\u0000b"}}""")]);
            _environment["LOWLATENCY__Metrics__TokenFile"] = open;
            _environment["LOWLATENCY__Metrics__Token"] = _token;
            await FailAsync(ExitCode.Configuration, "set one of them");
        }

        public void Dispose()
        {
            Folder.Dispose();
            Planted.Dispose();
        }

        private string Config(string name, string json) => WebRig.SecretFile(Planted, name + ".json", json);

        private async Task FailAsync(int wanted, string words, params string[] args)
        {
            using HostProcess host = HostProcess.Start(Folder.Path, _environment, args);
            int code = await host.EndAsync();
            string output = host.Output + host.Errors;
            Canaries.Search(words, output);
            Assert.Equal((words, wanted, string.Empty),
                (words, code, output.Contains(words, StringComparison.Ordinal) ? string.Empty : output));
        }

        private async Task<int> AskAsync(int port, string path, string? token)
        {
            string header = token is null ? string.Empty : $"Authorization: Bearer {token}\r\n";
            (int status, string answer) = await WebRig.AskAsync(
                port, $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n", isTls: true);
            Canaries.Search($"answer to {path[..8]}", answer);
            return status;
        }

        private async Task WatchAsync(int port)
        {
            using SocketReader socket = await SocketReader.ConnectAsync(
                new Uri($"wss://localhost:{port}/live"),
                options =>
                {
#pragma warning disable CA5359 // The certificate is the test's own, and no authority's.
                    options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
                    options.SetRequestHeader("Authorization", $"Bearer {_token}");
                });
            string text = await socket.ReadAsync();
            Assert.NotEmpty(text);
            Canaries.Search("/live", text);
        }
    }
}
