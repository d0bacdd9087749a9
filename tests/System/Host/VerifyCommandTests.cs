using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Risk;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The verbs that read a session: <c>verify</c>, <c>inspect</c>, and <c>replay</c> with its options.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private const int WantedOrders = 10;
    private const long WantedBytes = 50_000;

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task ShouldFindEveryDecisionAgainAndNameTheFirstThatIsNot()
    {
        (string recording, string journal) = await RecordAsync();
        Assert.Equal(ExitCode.Ok, await RunAsync("verify", recording));
        Assert.Matches("^identical: [1-9][0-9]* decisions$", Text);

        int changed = ChangeADecision(journal);
        Assert.Equal(ExitCode.Different, await RunAsync("verify", recording));
        Assert.Contains($"different: decision {changed} after {changed - 1} identical ones", Text,
            StringComparison.Ordinal);
        Assert.Contains("  journal  ring sequence ", Text, StringComparison.Ordinal);
        Assert.Contains("  replay   ring sequence ", Text, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Different, await RunAsync("verify", recording, "--json"));
        JsonElement json = JsonDocument.Parse(Text).RootElement;
        Assert.False(json.GetProperty("identical").GetBoolean());
        Assert.Equal(changed, json.GetProperty("divergence").GetProperty("number").GetInt64());
        Assert.True(json.GetProperty("divergence").GetProperty("ring_sequence").GetInt64() > 0);
    }

    [Fact]
    public async Task ShouldSayIncompleteWhereTheRecordingIsNotWhole()
    {
        (string recording, string journal) = await RecordAsync();
        string segment = Directory.GetFiles(recording).Single();
        using (FileStream file = File.OpenWrite(segment))
        {
            file.SetLength(file.Length * 3 / 4);
        }

        Assert.Equal(ExitCode.DamagedData, await RunAsync("verify", recording));
        Assert.Matches("^incomplete: [0-9]+ decisions are identical", Text);
        Assert.Contains("the recording ends early", Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.DamagedData, await RunAsync("inspect", recording));
        Assert.Contains("incomplete", Text, StringComparison.Ordinal);
        Assert.Contains("ends early", _errors.ToString(), StringComparison.Ordinal);

        File.Delete(journal);
        Assert.Equal(ExitCode.NotFound, await RunAsync("verify", recording));
        Assert.Contains("--journal", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldTellADamagedJournalFromADifferentDecision()
    {
        (string recording, string journal) = await RecordAsync();
        byte[] bytes = File.ReadAllBytes(journal);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(journal, bytes);
        Assert.Equal(ExitCode.DamagedData, await RunAsync("verify", recording));
        Assert.Contains("is damaged: the checksum of", Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldCompareNothingWithASessionOfOtherRules()
    {
        string older = Path.Combine(AppContext.BaseDirectory, "Golden", "format-v1");
        Assert.Equal(ExitCode.Refused, await RunAsync("verify", older));
        Assert.Equal(string.Empty, Text);
        Assert.Contains(
            "with version 2 of the engine's rules; this program has version 3", _errors.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("replay", older));
    }

    [Fact]
    public async Task ShouldKeepEveryLimitThatIsNotNamed()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt");
        Assert.Equal(ExitCode.Ok, await RunAsync("replay", sample, "--set", "Risk:MaxOpenOrders=0"));
        Assert.Equal(0, Placed());
        Assert.Equal(ExitCode.Ok, await RunAsync("replay", sample, "--set", "Risk:CollarPercent=1"));
        long own = Placed();
        Assert.NotEqual(0, own);
        Assert.Equal(
            ExitCode.Ok,
            await RunAsync("replay", sample, "--set", "Risk:OrderBurst=40", "--set", "Risk:CancelBurst=80"));
        Assert.Equal(own, Placed());
    }

    [Fact]
    public void ShouldKnowTheLimitOfEveryRiskSetting()
    {
        RiskLimits own = Fixture.Limits();
        Assert.All(
            typeof(RiskSettings).GetProperties(),
            property => Assert.NotNull(InstrumentSettings.Overlay(own, own, property.Name)));
    }

    [Fact]
    public async Task ShouldRefuseTheJournalOfAnotherSession()
    {
        (string recording, _) = await RecordAsync();
        (_, string other) = await RecordAsync();
        Assert.Equal(ExitCode.DamagedData, await RunAsync("verify", recording, "--journal", other));
        Assert.Contains("another session", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, await RunAsync("verify", _folder.File("nothing")));
    }

    [Fact]
    public async Task ShouldInspectAndReplayInEveryWay()
    {
        (string recording, _) = await RecordAsync();
        Assert.Equal(ExitCode.Ok, await RunAsync("inspect", recording));
        Assert.Contains("complete", Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("inspect", recording, "--json"));
        JsonElement json = JsonDocument.Parse(Text).RootElement;
        Assert.Equal(SegmentFormat.FormatVersion, json.GetProperty("format_version").GetInt32());
        Assert.Equal(32, json.GetProperty("session").GetString()!.Length);
        JsonElement venue = Assert.Single(json.GetProperty("venues").EnumerateArray());
        Assert.Equal("binance", venue.GetProperty("name").GetString());
        Assert.Equal("binance", json.GetProperty("symbols")[0].GetProperty("venue").GetString());
        Assert.True(json.GetProperty("frames").GetInt64() > 100);
        Assert.Equal(json.GetProperty("frames").GetInt64(),
            json.GetProperty("kinds").GetProperty("Frame").GetProperty("records").GetInt64());
        Assert.Equal("BTCUSDT", json.GetProperty("symbols")[0].GetProperty("symbol").GetString());
        Assert.True(json.GetProperty("segments")[0].GetProperty("sealed").GetBoolean());
        long middleNs =
            (json.GetProperty("first_time_ns").GetInt64() + json.GetProperty("last_time_ns").GetInt64()) / 2;

        foreach (string[] options in new string[][]
        {
            ["--strategy", "Glft"], ["--set", "Strategy:LifetimeSeconds=1"], ["--set", "Risk:MaxOpenOrders=1"],
            ["--symbol", "BTCUSDT"], ["--from", $"{middleNs}"], ["--to", $"{middleNs}"], ["--speed", "1000"],
            ["--wait-strategy", "Yield"], ["--quiet"],
        })
        {
            Assert.Equal(ExitCode.Ok, await RunAsync(["replay", recording, "--json", .. options]));
            Assert.Equal(string.Empty, ProgramRun.WithoutProgress(_errors.ToString()));
            JsonElement replay = JsonDocument.Parse(Text).RootElement;
            bool isSession = options[0] is "--speed" or "--wait-strategy" or "--quiet";
            Assert.Equal(isSession, replay.GetProperty("is_session").GetBoolean());
            Assert.Equal(isSession, replay.GetProperty("recorded_decisions").GetString() is not null);
        }
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--speed '-1'", "--speed", "-1")]
    [InlineData(ExitCode.Usage, "not a time", "--from", "yesterday")]
    [InlineData(ExitCode.Usage, "not a time", "--from", "1.5")]
    [InlineData(ExitCode.Usage, "not a time", "--from", "2300-01-01")]
    [InlineData(ExitCode.Usage, "--from '2026' is not a time", "--from", "2026")]
    [InlineData(ExitCode.Usage, "--from '20261121' is not a time", "--from", "20261121")]
    [InlineData(ExitCode.Usage, "--to '202611210800' is not a time", "--to", "202611210800")]
    [InlineData(ExitCode.Usage, "--to '20261121080000' is not a time", "--to", "20261121080000")]
    [InlineData(ExitCode.NotFound, "the recording ends at 2026-11-21 ", "--from", "2100-01-01 00:00:00.5")]
    [InlineData(ExitCode.NotFound, "the recording ends at 2026-11-21 ", "--from", "2100-01-01T00:00+01:00")]
    [InlineData(ExitCode.NotFound, "no symbol NOPE", "--symbol", "NOPE")]
    [InlineData(ExitCode.Usage, "is after the end time", "--from", "2", "--to", "1")]
    [InlineData(ExitCode.NotFound, "the recording ends at 2026-11-21 ", "--from", "2100-01-01")]
    [InlineData(ExitCode.Usage, "'Foo'", "--wait-strategy", "Foo")]
    [InlineData(ExitCode.Configuration, "only settings of Strategy: and Risk:", "--set", "Metrics:Port=1")]
    [InlineData(ExitCode.Usage, "one thread", "--wait-strategy", "Block", "--strategy", "Grid")]
    [InlineData(ExitCode.Configuration, "Strategy:Name = 'Nope'", "--strategy", "Nope")]
    [InlineData(ExitCode.Configuration, "there is no such setting", "--set", "Strategy:Nope=1")]
    [InlineData(ExitCode.Configuration, "expected Key=value", "--set", "Nope")]
    [InlineData(ExitCode.NotFound, "no strategy assembly", "--strategy-assembly", "nowhere.dll")]
    public async Task ShouldSayWhatIsWrongWithAnOption(int code, string words, params string[] options)
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt");
        Assert.Equal(code, await RunAsync(["replay", sample, .. options]));
        Assert.Contains(words, _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(string.Empty, Text);
    }

    private long Placed() => long.Parse(
        Regex.Match(Text, "orders ([0-9]+) placed").Groups[1].Value, CultureInfo.InvariantCulture);

    private string Text => _output.ToString().TrimEnd();

    private async Task<int> RunAsync(params string[] words)
    {
        _output.GetStringBuilder().Clear();
        _errors.GetStringBuilder().Clear();
        return await Program.RunAsync(words, _output, _errors, TestContext.Current.CancellationToken);
    }

    private async Task<(string Recording, string Journal)> RecordAsync()
    {
        string recordings = _folder.File($"recordings{Directory.GetDirectories(_folder.Path).Length}");
        await ProgramRun.UntilAsync(
            () => Journals.CountPlaced($"{recordings}-journal") >= WantedOrders
                && TemporaryFolder.BytesBelow(recordings) >= WantedBytes,
            "it placed and recorded too little",
            [
                "--symbols", "BTCUSDT", "--strategy", "ImbalanceMaker", "--speed", "30", "--no-metrics", "--quiet",
                "--record", recordings, "--set", $"Journal:Directory={recordings}-journal",
            ]);
        return (
            Directory.GetDirectories(recordings).Single(),
            Directory.GetFiles($"{recordings}-journal", "*.lljournal", SearchOption.AllDirectories).Single());
    }

    // Another price in one order command, with a matching checksum.
    private static int ChangeADecision(string journal)
    {
        byte[] bytes = File.ReadAllBytes(journal);
        int number = 0;
        bool isBehindStart = false;
        for (int at = JournalFormat.FileHeaderBytes; at < bytes.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at + JournalFormat.LengthAt);
            Span<byte> record = bytes.AsSpan(at, JournalFormat.RecordHeaderBytes + length);
            at += record.Length;
            if (BitConverter.ToUInt16(record[JournalFormat.KindAt..]) != (ushort)JournalRecordKind.Output)
            {
                continue;
            }

            ref EngineOutput output = ref MemoryMarshal.AsRef<EngineOutput>(record[JournalFormat.RecordHeaderBytes..]);
            number += isBehindStart ? 1 : 0;
            isBehindStart |= output.Kind == OutputKind.SnapshotEnd;
            if (isBehindStart && output.Kind == OutputKind.Place && number > 3)
            {
                output.PriceTicks++;
                JournalFormat.Seal(record, JournalRecordKind.Output);
                File.WriteAllBytes(journal, bytes);
                return number;
            }
        }

        throw new InvalidOperationException("no order was placed");
    }
}
