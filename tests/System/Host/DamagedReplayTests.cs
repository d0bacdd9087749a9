using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Recorder;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary><c>replay</c> with recordings that are damaged or from another program.</summary>
public sealed class DamagedReplayTests
{
    // Enough of the sample's content for its header and first records.
    private const int HeadContent = 64 * 1024;
    private const int HeadFixedLength = 28;
    private const int MinSegments = 3;

    private static string Sample => Path.Combine(
        AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt", SegmentFormat.FileName(0));

    [Fact]
    [FaultRow("F34")]
    public async Task ShouldPlayWhatIsBeforeTheDamageAndOnlyWhenAskedWhatIsBehindIt()
    {
        using var folder = new TemporaryFolder();
        string recording = await RecordAsync(folder);
        string[] segments = Directory.GetFiles(recording).Order(StringComparer.Ordinal).ToArray();
        Assert.True(segments.Length >= MinSegments, $"{segments.Length} segments: too few to damage one in the middle");
        (int code, JsonElement whole, string errors) = await ReplayAsync(recording);
        Assert.Equal((ExitCode.Ok, string.Empty), (code, ProgramRun.WithoutProgress(errors)));

        byte[] bytes = await File.ReadAllBytesAsync(segments[1], TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(segments[1], bytes, TestContext.Current.CancellationToken);

        (int strictCode, JsonElement strict, string strictText) = await ReplayAsync(recording);
        (int passedCode, JsonElement passed, string passedText) = await ReplayAsync(recording, "--past-damage");

        Assert.Equal((ExitCode.DamagedData, ExitCode.DamagedData), (strictCode, passedCode));
        string told = $"the recording ends early: .*{Path.GetFileName(segments[1])}, byte [0-9]+: ";
        Assert.All([strictText, passedText], words => Assert.Matches(told, words));
        Assert.InRange(Records(strict), 1, Records(whole) - 1);
        Assert.InRange(Records(passed), Records(strict) + 1, Records(whole) - 1);
        FaultLedger.AddFigure(
            $"a byte of the second of {segments.Length} segments flipped: exit code 7; {Share(strict, whole)} % of the "
            + $"records played, with --past-damage {Share(passed, whole)} %");
    }

    [Fact]
    [FaultRow("F34")]
    public async Task ShouldRefuseEveryOtherHeadInWords()
    {
        using var folder = new TemporaryFolder();
        byte[] content = TestFrames.Read(
            await File.ReadAllBytesAsync(Sample, TestContext.Current.CancellationToken), out _, out _)[..HeadContent];
        int head = HeadFixedLength
            + BinaryPrimitives.ReadUInt16LittleEndian(content.AsSpan(10))
            + BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(24)) + sizeof(uint);
        string path = folder.File(SegmentFormat.FileName(0));
        for (int at = 0; at < head; at++)
        {
            content[at] ^= 0x11;
            await File.WriteAllBytesAsync(
                path, TestFrames.Write(content, Lz4BlockSize.Max64KiB), TestContext.Current.CancellationToken);
            content[at] ^= 0x11;

            (int code, string output, string errors) = await RunAsync("replay", folder.Path);

            Assert.True(code == ExitCode.DamagedData && output.Length == 0, $"byte {at}: exit code {code}, {errors}");
            Assert.Contains(SegmentFormat.FileName(0), errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }

        FaultLedger.AddFigure($"each of {head} bytes of a segment's head altered: {head} times exit code 7");
    }

    [Theory]
    [InlineData("newer than", 1)]
    [InlineData("not a segment of a recording", 0)]
    [FaultRow("F34")]
    public async Task ShouldSayThatAVersionIsNewerAndThatAFileIsForeign(string words, int versionsAhead)
    {
        using var folder = new TemporaryFolder();
        byte[] content = TestFrames.Read(
            await File.ReadAllBytesAsync(Sample, TestContext.Current.CancellationToken), out _, out _)[..HeadContent];
        content[SegmentFormat.VersionOffset] = (byte)(SegmentFormat.FormatVersion + versionsAhead);
        content[0] += (byte)(1 - versionsAhead);
        await File.WriteAllBytesAsync(
            folder.File(SegmentFormat.FileName(0)), TestFrames.Write(content, Lz4BlockSize.Max64KiB),
            TestContext.Current.CancellationToken);

        (int code, string output, string errors) = await RunAsync("replay", folder.Path);

        Assert.Equal((ExitCode.DamagedData, string.Empty), (code, output));
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    private static long Share(JsonElement part, JsonElement whole) => 100 * Records(part) / Records(whole);

    private static long Records(JsonElement replay) => replay.GetProperty("records").GetInt64();

    private static async Task<string> RecordAsync(TemporaryFolder folder)
    {
        await ProgramRun.UntilAsync(
            () => Directory.GetFiles(folder.Path, "*.lz4", SearchOption.AllDirectories).Length > MinSegments,
            "it began too few segments",
            "--speed", "60", "--no-metrics", "--quiet", "--record", folder.File("recordings"),
            "--set", "Recorder:SegmentMiB=1", "--set", "Journal:Enabled=false");
        return Directory.GetDirectories(folder.File("recordings")).Single();
    }

    private static async Task<(int Code, JsonElement Json, string Errors)> ReplayAsync(
        string recording, params string[] more)
    {
        (int code, string output, string errors) = await RunAsync(["replay", recording, "--json", .. more]);
        return (code, JsonDocument.Parse(output).RootElement, errors);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(words, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
