using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.Security;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host.Security;

/// <summary>A secret where none belongs: the program says what is wrong with the place, and not what stands there.
/// </summary>
public sealed class SecretPlacesTests
{
    private const string Canary = "c4nary9f3e2d1c";

    [Theory]
    [InlineData(ExitCode.Usage, "--token=CANARY")]
    [InlineData(ExitCode.Usage, "--token CANARY")]
    [InlineData(ExitCode.Usage, "--token:CANARY")]
    [InlineData(ExitCode.Usage, "-token=CANARY")]
    [InlineData(ExitCode.Usage, "--CANARY")]
    [InlineData(ExitCode.Usage, "CANARY")]
    [InlineData(ExitCode.Usage, "@CANARY")]
    [InlineData(ExitCode.Usage, "live CANARY")]
    [InlineData(ExitCode.Usage, "--quiet=CANARY")]
    [InlineData(ExitCode.Usage, "--venue --token=CANARY")]
    [InlineData(ExitCode.Usage, "replay rec --token=CANARY")]
    [InlineData(ExitCode.Usage, "import a b --token CANARY --format lines --venue binance --out x")]
    [InlineData(ExitCode.Usage, "check-config --set CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --set Web:Tokn=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --set Metrics:Tokn=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --set Strategy:ApiKey=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --set Metrics:Token=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --set RestAddress=https://user:CANARY@host")]
    [InlineData(ExitCode.Configuration, "check-config --set StreamAddress=wss://host/?key=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --set Metrics:Address=user:CANARY@host")]
    [InlineData(ExitCode.Configuration, "check-config --set Metrics:Port=https://host/?key=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --config file?token=CANARY")]
    [InlineData(ExitCode.Configuration, "check-config --config https://user:CANARY@host/file")]
    [InlineData(ExitCode.Configuration, "check-config --strategy-assembly own.dll?token=CANARY")]
    [InlineData(ExitCode.Configuration, "doctor --config file?token=CANARY")]
    [InlineData(ExitCode.Configuration, "doctor --json --strategy-assembly own.dll?token=CANARY")]
    [InlineData(ExitCode.NotFound, "--no-metrics --input capture.gz?token=CANARY")]
    [InlineData(ExitCode.NotFound, "replay rec?token=CANARY")]
    [InlineData(ExitCode.NotFound, "replay https://user:CANARY@host/rec")]
    [InlineData(ExitCode.NotFound, "replay https://CANARY@host/rec")]
    [InlineData(ExitCode.NotFound, "verify rec?token=CANARY")]
    [InlineData(ExitCode.NotFound, "inspect rec?token=CANARY")]
    [InlineData(ExitCode.NotFound, "book rec?token=CANARY")]
    [InlineData(ExitCode.NotFound, "directions rec?token=CANARY")]
    [InlineData(ExitCode.NotFound, "explain 1 rec?token=CANARY")]
    [InlineData(ExitCode.NotFound, "export rec?token=CANARY --to csv --out a")]
    [InlineData(ExitCode.NotFound, "simulate --script s?token=CANARY")]
    [InlineData(ExitCode.NotFound, "bench parse --input s?token=CANARY")]
    [InlineData(ExitCode.NotFound, "strategies --strategy-assembly s?token=CANARY")]
    [InlineData(ExitCode.NotFound, "import s?token=CANARY --format npz --venue okx --symbol X --out a")]
    public async Task ShouldRepeatNoSecret(int code, string line)
    {
        var output = new StringWriter();
        var errors = new StringWriter();

        int actual = await Program.RunAsync(
            line.Split(' ').Select(word => word.Replace("CANARY", Canary, StringComparison.Ordinal)).ToArray(),
            output, errors, CancellationToken.None);

        string said = output.ToString() + errors;
        Assert.DoesNotContain(Canary, said, StringComparison.Ordinal);
        Assert.Equal(code, actual);
        Assert.NotEqual(0, said.Length);
    }

    [Fact]
    public void ShouldRepeatNoSecretOfASettingsFileOrTheEnvironment()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("own.json");
        File.WriteAllText(
            file,
            """{"Web":{"Tokn":"CANARY"},"Strategy":{"Secret":"CANARY"},"Metrics":{"Port":"a:CANARY@b"}}"""
                .Replace("CANARY", Canary, StringComparison.Ordinal));
        var environment = new Dictionary<string, string>
        {
            ["LOWLATENCY__Metrics__Tokn"] = Canary,
            ["LOWLATENCY__Recorder__FlushMs"] = $"http://x/?y={Canary}",
        };

        LoadedSettings loaded = SettingsLoader.Read([], file, environment);

        Assert.Equal(5, loaded.Problems.Count);
        Assert.All(loaded.Problems, line => Assert.DoesNotContain(Canary, line, StringComparison.Ordinal));
        Assert.Contains(loaded.Problems, line => line.StartsWith("Web:Tokn (", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no file 'https://user:pw@host/a?b=c'", "no file 'https://***@host/a?***'")]
    [InlineData("open wss://key@host:1/x: refused", "open wss://***@host:1/x: refused")]
    [InlineData("rec?key=a:b: there is none", "rec?***: there is none")]
    [InlineData("token=abc password='x' and api_key=y", "token=*** password='***' and api_key=***")]
    [InlineData("Metrics:Token = '***' (command line)", "Metrics:Token = '***' (command line)")]
    [InlineData("did you mean Strategy:Run?", "did you mean Strategy:Run?")]
    [InlineData("'why?' is no time", "'why?' is no time")]
    [InlineData("--set Risk:MaxOpenOrders=4 at 12:00:05", "--set Risk:MaxOpenOrders=4 at 12:00:05")]
    public void ShouldHideWhatMayBeASecretAndLeaveTheRest(string text, string shown) =>
        Assert.Equal(shown, Redaction.Of(text));
}
