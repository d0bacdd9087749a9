using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host.Journal;

/// <summary>
/// What a user sees whose newest journal cannot be read: exit code 7, the file and what to do, and nothing is traded.
/// An older journal beside it, which could be read, is never taken instead.
/// </summary>
public sealed class JournalRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _venue;
    private readonly string _newest;

    public JournalRefusalTests()
    {
        _venue = _folder.File("embedded-binance");
        _newest = Path.Combine(_venue, "000002.lljournal");
        Directory.CreateDirectory(_venue);
        File.Copy(Golden, Path.Combine(_venue, "000001.lljournal"));
    }

    private static string Golden =>
        Path.Combine(AppContext.BaseDirectory, "Golden", "journals", "v1", "000001.lljournal");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ShouldRefuseANewerVersion()
    {
        byte[] bytes = new byte[500];
        JournalFormat.WriteFileHeader(bytes, version: JournalFormat.Version + 1, EngineOutput.SizeBytes);
        File.WriteAllBytes(_newest, bytes);
        await AssertRefusedAsync("has format version 4, and this program reads up to 3: use a newer program");
    }

    [Fact]
    public async Task ShouldRefuseRecordsOfAnotherSize()
    {
        byte[] bytes = new byte[500];
        JournalFormat.WriteFileHeader(bytes, JournalFormat.Version, outputBytes: 256);
        File.WriteAllBytes(_newest, bytes);
        await AssertRefusedAsync("(format version 3) has records of 256 bytes, and this program's have 192");
    }

    [Fact]
    public async Task ShouldRefuseAnUnknownFormat()
    {
        File.WriteAllText(_newest, "LLSEGMNT");
        await AssertRefusedAsync("is not a journal that this program knows");
    }

    [Fact]
    public async Task ShouldRefuseADamagedRecordWithBytesBehindIt()
    {
        byte[] bytes = File.ReadAllBytes(Golden);
        bytes[^1000] ^= 1;
        File.WriteAllBytes(_newest, bytes);
        await AssertRefusedAsync("is damaged: the checksum of a record is wrong");
    }

    [Fact]
    public async Task ShouldRefuseAHeaderWithZerosBehindIt()
    {
        File.WriteAllBytes(_newest, [.. File.ReadAllBytes(Golden)[..8], .. new byte[1_000_000]]);
        await AssertRefusedAsync("holds only zeros after byte 8");

        byte[] bytes = new byte[1_000_000];
        JournalFormat.WriteFileHeader(bytes, JournalFormat.Version, EngineOutput.SizeBytes);
        File.WriteAllBytes(_newest, bytes);
        await AssertRefusedAsync("holds only zeros after byte 24");
    }

    [Fact]
    public async Task ShouldRefuseSettingsWithZerosBehindThem()
    {
        byte[] golden = File.ReadAllBytes(Golden);
        int end = 8 + 12 + BitConverter.ToInt32(golden, 8 + JournalFormat.LengthAt);
        File.WriteAllBytes(_newest, [.. golden[..end], .. new byte[1_000_000]]);
        await AssertRefusedAsync($"holds only zeros after byte {end}");
    }

    [Fact]
    public async Task ShouldRefuseSettingsOfANewerProgram()
    {
        using (JournalWriter journal = JournalWriter.Create(_venue, TimeSpan.Zero))
        {
            journal.AppendSession("{\"Version\":99}"u8);
            journal.Append(new EngineOutput { Kind = OutputKind.SnapshotEnd });
            journal.End();
        }

        await AssertRefusedAsync("settings have version 99");
    }

    [Fact]
    public async Task ShouldRefuseAFolderAndBeginAnewWhereAsked()
    {
        Directory.CreateDirectory(_newest);
        await AssertRefusedAsync("is a folder");

        // What the message advises works.
        (int code, _, string errors) = await ResumeAsync("--fresh");
        Assert.True(code == ExitCode.Ok, errors);
        Assert.True(JournalReader.Read(Path.Combine(_venue, "000003.lljournal")).Summary.HasEnd);
    }

    [Fact]
    public async Task ShouldRefuseADevice()
    {
        File.CreateSymbolicLink(_newest, "/dev/zero");
        await AssertRefusedAsync("is a device");
    }

    [Fact]
    public async Task ShouldRefuseALinkToNothing()
    {
        File.CreateSymbolicLink(_newest, _folder.File("nowhere"));
        await AssertRefusedAsync("is a link to");
    }

    [Fact]
    public async Task ShouldRefuseAPipeAndNotWaitForItsOtherEnd()
    {
        using Process made = Process.Start("mkfifo", _newest);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        await AssertRefusedAsync("is a pipe");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1000)]
    public async Task ShouldSayThatAFileThatEndsInItsBeginningIsSkipped(int length)
    {
        File.WriteAllBytes(_newest, File.ReadAllBytes(Golden)[..length]);

        (int code, string output, string errors) = await ResumeAsync("--resume");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("resumed    000001.lljournal", output, StringComparison.Ordinal);
        string words = $"000002.lljournal ends inside its own beginning, after {length} bytes: no order had been sent "
            + "yet";
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Contains($"lowlatency: journal: {words}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldSayThatNothingIsLeftWhereTheOnlyFileEndsInItsBeginning()
    {
        File.Delete(Path.Combine(_venue, "000001.lljournal"));
        File.WriteAllBytes(_newest, []);

        (int code, string output, string errors) = await ResumeAsync("--resume");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("there is no older journal", output, StringComparison.Ordinal);
        Assert.Contains("lowlatency: journal: 000002.lljournal ends", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldCutBackATornEndAndSaySo()
    {
        File.WriteAllBytes(_newest, File.ReadAllBytes(Golden)[..^100]);

        (int code, string output, _) = await ResumeAsync("--resume");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains(
            "resumed    000002.lljournal (did not end in good order; 104 bytes of a torn record were cut off)", output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldGoOnFromAVersion1JournalAndWriteTheCurrentVersion()
    {
        (int code, string output, _) = await ResumeAsync("--resume");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("51 open orders, 12 composite orders, 2 positions", output, StringComparison.Ordinal);
        JournalSummary next = JournalReader.Read(_newest).Summary;
        Assert.Equal((JournalFormat.Version, true, true), (next.Version, next.HasSnapshot, next.HasEnd));
    }

    [Fact]
    public async Task ShouldNameTheSettingWhereTheOpenOrdersDoNotFit()
    {
        (int code, _, string errors) = await ResumeAsync("--resume", "--set", "Engine:MaxOrders=8");

        Assert.Equal(ExitCode.Configuration, code);
        const string Words = "Engine:MaxOrders is 8, but the last session left 51 open orders, in slots up to ";
        Assert.Contains($"lowlatency: {Words}", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_newest));

        (code, string output) = await DoctorAsync("--set", "Engine:MaxOrders=8");
        Assert.Equal(ExitCode.Configuration, code);
        Assert.Matches($"fail  last session +{Words}", output);
    }

    [Fact]
    public async Task ShouldSayWhatAStartWithoutAWordLeavesBehind()
    {
        const string Words = "the last session left 51 open orders and 2 positions: this session starts without them; "
            + "--resume continues with them";

        (int code, _, string errors) = await ResumeAsync("--fresh");
        Assert.True(code == ExitCode.Ok, errors);
        Assert.DoesNotContain("last session", errors, StringComparison.Ordinal);
        File.Delete(_newest);

        string output;
        (code, output, errors) = await ResumeAsync("--json");
        Assert.True(code == ExitCode.Ok, errors);
        Assert.Contains($"lowlatency: {Words}", errors, StringComparison.Ordinal);
        using JsonDocument start = JsonDocument.Parse(output.Split('\n')[0]);
        Assert.Equal(Words, start.RootElement.GetProperty("left_behind").GetString());

        // That session has left nothing.
        (_, _, errors) = await ResumeAsync("--json");
        Assert.DoesNotContain("last session", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldTellTheDoctor()
    {
        (int code, string output) = await DoctorAsync();
        Assert.True(code == ExitCode.Ok, output);
        Assert.Matches("ok    last session +[^ ]*000001.lljournal", output);

        File.WriteAllBytes(_newest, []);
        (code, output) = await DoctorAsync();
        Assert.True(code == ExitCode.Ok, output);
        Assert.Matches("warn  last session +[^ ]*000001.lljournal", output);
        Assert.Contains("000002.lljournal ends inside its own beginning", output, StringComparison.Ordinal);

        File.WriteAllBytes(_newest, [.. File.ReadAllBytes(Golden), .. new byte[5000]]);
        (code, output) = await DoctorAsync();
        Assert.True(code == ExitCode.Ok, output);
        Assert.Matches("warn  last session +[^ ]*000002.lljournal", output);
        Assert.Contains("5000 bytes after its last whole record will be cut off", output, StringComparison.Ordinal);

        File.WriteAllText(_newest, "LLSEGMNT");
        (code, output) = await DoctorAsync();
        Assert.Equal(ExitCode.DamagedData, code);
        Assert.Matches("fail  last session +the journal '[^ ]*000002.lljournal' is not a journal", output);
    }

    private async Task<(int Code, string Output)> DoctorAsync(params string[] more)
    {
        var output = new StringWriter();
        int code = await Program.RunAsync(
            [
                "doctor", "--resume", "--set", $"Journal:Directory={_folder.Path}", "--no-record",
                "--metrics-port", "0", .. more,
            ],
            output, output, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }

    private async Task AssertRefusedAsync(string words)
    {
        string[] before = Directory.GetFileSystemEntries(_venue, "*.lljournal");

        (int code, _, string errors) = await ResumeAsync("--resume");

        Assert.Equal(ExitCode.DamagedData, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Contains(_newest, errors, StringComparison.Ordinal);
        Assert.Contains("begin without it with --fresh", errors, StringComparison.Ordinal);

        // The golden files may have wider modes, which is a warning of its own.
        Assert.Single(
            errors.TrimEnd().Split('\n'),
            line => !line.StartsWith("lowlatency: warning: ", StringComparison.Ordinal));
        Assert.Equal(before, Directory.GetFileSystemEntries(_venue, "*.lljournal"));
    }

    private async Task<(int Code, string Output, string Errors)> ResumeAsync(string how, params string[] more)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(
            [
                how, "--symbols", "BTCUSDT,ETHUSDT", "--strategy", "Watch", "--speed", "60", "--for", "1s",
                "--no-metrics", "--no-record", "--set", $"Journal:Directory={_folder.Path}", .. more,
            ],
            output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
