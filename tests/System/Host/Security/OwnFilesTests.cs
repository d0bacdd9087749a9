using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Security;
using LowLatency.Recorder;
using LowLatency.Replay.Decoded;
using LowLatency.Tests.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host.Security;

/// <summary>Files of the program are accessible only to its user, and no planted link redirects them.</summary>
public sealed class OwnFilesTests
{
    private const string Mine = "the victim's own";

    public OwnFilesTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode here");

    [Theory]
    [InlineData("0000")]
    [InlineData("0777")]
    public async Task ShouldMakeFilesForItsUserAloneWhateverTheUmask(string umask)
    {
        using var folder = new TemporaryFolder();
        string home = folder.File("home");
        Directory.CreateDirectory(home);
        await RunAsync(home, umask, "--speed", "5", "--for", "3s", "--no-metrics", "--json", "--strategy", "Glft");
        string recording = Directory.GetDirectories(Path.Combine(home, "recordings")).Single();
        await RunAsync(home, umask, "export", recording, "--to", "csv", "--out", "a.csv");
        await RunAsync(home, umask, "export", recording, "--to", "npz", "--out", "new/");
        await RunAsync(home, umask, "export", recording, "--to", "npz", "--out", "a.npz", "--symbol", "BTCUSDT");
        await RunAsync(home, umask, "replay", recording, "--decoded", "events.bin", "--quiet");

        string[] files = Directory.GetFiles(home, "*", SearchOption.AllDirectories);
        string[] folders = Directory.GetDirectories(home, "*", SearchOption.AllDirectories);

        Assert.Equal([], Wrong(files, PrivateFile.FileMode));
        Assert.Equal([], Wrong(folders, PrivateFile.FolderMode));
        string[] kinds = [".lz4", "/journal/", "/lock", "/lock.pid", "/a.csv", ".npz", "/events.bin"];
        Assert.All(kinds, kind => Assert.Contains(files, file => file.Contains(kind, StringComparison.Ordinal)));
        Assert.InRange(folders.Length, 4, 10);
    }

    [Theory]
    [InlineData("export REC --to csv --out OUT")]
    [InlineData("export REC --to csv --out OUT --force")]
    [InlineData("export REC --to npz --out OUT")]
    [InlineData("export REC --to npz --out OUT --force")]
    public async Task ShouldWriteThroughNoLinkInItsTargetsPlace(string line)
    {
        foreach (string leadsTo in new[] { "victim", "nowhere" })
        {
            using var folder = new TemporaryFolder();
            string victim = folder.File("victim");
            await File.WriteAllTextAsync(victim, Mine, TestContext.Current.CancellationToken);
            string link = folder.File("out");
            File.CreateSymbolicLink(link, folder.File(leadsTo));

            // The temporary names of earlier versions.
            File.CreateSymbolicLink(link + ".partial", victim);
            File.CreateSymbolicLink(link + ".local.tmp", victim);
            using var output = new StringWriter();
            using var errors = new StringWriter();

            int code = await Program.RunAsync(
                Fill(line, folder), output, errors, TestContext.Current.CancellationToken);

            Assert.Equal(Mine, await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
            Assert.False(Path.Exists(folder.File("nowhere")));
            Assert.Equal(EntryKind.Link, FileEntry.Of(link).Kind);
            Assert.Equal((line, ExitCode.Refused), (line, code));
            Assert.Matches("is a link|is there already", errors.ToString());
        }
    }

    [Fact]
    public void ShouldKeepDecodedEventsInNothingButAFile()
    {
        using var folder = new TemporaryFolder();
        string link = folder.File("link");
        File.CreateSymbolicLink(link, folder.File("nowhere"));

        IOException write = Assert.Throws<IOException>(() => new DecodedWriter(link, identity: 1).Dispose());
        IOException read = Assert.Throws<IOException>(() => DecodedReader.TryOpen("/dev/zero", identity: 1));

        Assert.Contains("is a link", write.Message, StringComparison.Ordinal);
        Assert.Contains("is a device or a pipe", read.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder.File("nowhere")));
    }

    [Fact]
    public async Task ShouldWarnOfRecordingsAndJournalsThatOthersMayAccess()
    {
        using var folder = new TemporaryFolder();
        string recordings = folder.File("recordings");
        string journals = folder.File("journal");
        string[] arguments =
        [
            "--for", "1s", "--speed", "60", "--no-metrics", "--quiet", "--record", recordings, "--set",
            $"Journal:Directory={journals}",
        ];
        (_, string first) = await RunHereAsync(arguments);
        string recording = Directory.GetDirectories(recordings).Single();
        string segment = Directory.GetFiles(recording).First();
        string journal = Directory.GetFiles(journals, "*.lljournal", SearchOption.AllDirectories).Single();
        string lockFile = Path.Combine(Path.GetDirectoryName(journal)!, "lock");
        SetMode(recording, "755");
        SetMode(segment, "644");
        SetMode(journal, "604");
        SetMode(lockFile, "666");
        (_, string doctor) = await RunHereAsync(
            "doctor", "--record", recordings, "--set", $"Journal:Directory={journals}");
        (_, string second) = await RunHereAsync(arguments);

        Assert.DoesNotContain("may access", first, StringComparison.Ordinal);
        Assert.All(new[] { doctor, second }, said =>
        {
            Assert.Contains(
                $"recordings: other users may access 2 files and folders, such as {recording} (mode 0755)", said,
                StringComparison.Ordinal);
            Assert.Contains("journal: other users may access", said, StringComparison.Ordinal);
            Assert.Contains($"chmod -R go= '{recordings}'", said, StringComparison.Ordinal);
        });

        // What may have been shared on purpose is left as it is; a lock is tightened.
        Assert.NotEmpty(Wrong([recording], PrivateFile.FolderMode));
        Assert.Equal([], Wrong([lockFile], PrivateFile.FileMode));
    }

    [Fact]
    public async Task ShouldSayWhichFolderOthersMayWriteTo()
    {
        using var folder = new TemporaryFolder();
        string open = folder.File("open");
        Directory.CreateDirectory(open);
        SetMode(open, "777");

        (_, string doctor) = await RunHereAsync("doctor", "--record", Path.Combine(open, "recordings"));
        (_, string live) = await RunHereAsync(
            "--record", open, "--for", "1s", "--speed", "60", "--no-metrics", "--quiet",
            "--set", $"Journal:Directory={folder.File("journal")}");

        Assert.Contains("warn  folders", doctor, StringComparison.Ordinal);
        Assert.Contains($"{open} is writable by other users (mode 0777)", doctor, StringComparison.Ordinal);
        Assert.Contains($"lowlatency: warning: {open} is writable", live, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("700", "755", null)]
    [InlineData("700", "1777", "mode 1777")]
    [InlineData("1777", "700", null)]
    [InlineData("777", "700", "mode 0777")]
    [InlineData("777", null, "mode 0777")]
    [InlineData("1777", null, null)]
    [InlineData("700", "702", "mode 0702")]
    public void ShouldJudgeAFolderAndThoseAboveIt(string above, string? own, string? words)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.File("above"), "own");
        Directory.CreateDirectory(own is null ? folder.File("above") : path);
        SetMode(folder.File("above"), above);
        if (own is not null)
        {
            SetMode(path, own);
        }

        string? problem = FolderCheck.Find(path);

        if (words is null)
        {
            Assert.Null(problem);
        }
        else
        {
            Assert.Contains(words, problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ShouldFindAFolderOfAnotherUser()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && FileEntry.User() == 0, "it takes root to give a folder away");
        using var folder = new TemporaryFolder();
        using (var own = System.Diagnostics.Process.Start("chown", ["12345", folder.Path]))
        {
            own.WaitForExit();
            Assert.Equal(0, own.ExitCode);
        }

        Assert.Contains("belongs to another user (id 12345)", FolderCheck.Find(folder.Path), StringComparison.Ordinal);
    }

    private static string[] Fill(string line, TemporaryFolder folder)
    {
        return line.Split(' ').Select(word => word switch
        {
            "REC" => Record(folder),
            "OUT" => folder.File("out"),
            _ => word,
        }).ToArray();
    }

    private static string Record(TemporaryFolder folder)
    {
        using var recording = new EventRecording(folder.Path, Fixture.Spot());
        recording.Add(EventRecording.Trade(Side.Buy, 100, 2, 1000, 5));
        return recording.Finish();
    }

    private static string[] Wrong(IEnumerable<string> paths, UnixFileMode mode) => paths
        .Select(path => $"{path}: {(OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path))}")
        .Where(line => !line.EndsWith($": {mode}", StringComparison.Ordinal)).ToArray();

    private static void SetMode(string path, string octal)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
        }
    }

    private static async Task RunAsync(string folder, string umask, params string[] args)
    {
        using HostProcess host = HostProcess.StartWithUmask(folder, umask, args);
        int code = await host.EndAsync();
        Assert.True(code == ExitCode.Ok, $"{string.Join(' ', args)}: {code}\n{host.Output}\n{host.Errors}");
    }

    private static async Task<(int Code, string Text)> RunHereAsync(params string[] args)
    {
        using var text = new StringWriter();
        int code = await Program.RunAsync(args, text, text, TestContext.Current.CancellationToken);
        return (code, text.ToString());
    }
}
