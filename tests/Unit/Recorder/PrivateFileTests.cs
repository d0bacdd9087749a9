using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>Files are private, created anew, and never written through a link that someone else has planted.</summary>
public sealed partial class PrivateFileTests : IDisposable
{
    private const string Mine = "the victim's own";

    private readonly TemporaryFolder _folder = new();
    private readonly string _victim;

    public PrivateFileTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode here");
        _victim = _folder.File("victim");
        File.WriteAllText(_victim, Mine);
    }

    public static TheoryData<string> Planted => ["link", "dangling", "folder", "pipe"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Planted))]
    public void ShouldMakeNoFileWhereSomethingIs(string kind)
    {
        string path = Plant("new", kind);

        Assert.ThrowsAny<Exception>(() => PrivateFile.CreateNew(path).Dispose());

        RequireUntouched(path, kind);
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void ShouldReplaceNothingButAFile(string kind)
    {
        string path = Plant("target", kind);

        IOException fault = Assert.Throws<IOException>(() => PrivateFile.WriteAllText(path, "text"));

        Assert.Contains("which is not written to", fault.Message, StringComparison.Ordinal);
        RequireUntouched(path, kind);
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void ShouldTakeNoLockThatIsNoFile(string kind)
    {
        string path = Plant("lock", kind);

        IOException fault = Assert.Throws<IOException>(() => JournalLock.Take(_folder.Path).Dispose());

        Assert.Contains($"'{path}' is ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, JournalLock.FindObstacle(_folder.Path));
        RequireUntouched(path, kind);
    }

    [Fact]
    public void ShouldNotWriteItsPidThroughALink()
    {
        string path = Plant("lock.pid", "link");

        IOException fault = Assert.Throws<IOException>(() => JournalLock.Take(_folder.Path).Dispose());

        Assert.Contains("lock.pid' is a link", fault.Message, StringComparison.Ordinal);
        RequireUntouched(path, "link");
        File.Delete(path);
        JournalLock.Take(_folder.Path).Dispose();
        Assert.Equal($"{Environment.ProcessId}", File.ReadAllText(path));
        Assert.Equal((PrivateFile.FileMode, PrivateFile.FileMode), (ModeOf(path), ModeOf(_folder.File("lock"))));
    }

    [Fact]
    public void ShouldReplaceALinkThatCameMeanwhileAndNotWhatItLeadsTo()
    {
        string path = _folder.File("target");
        using var file = new TemporaryFile(path, isReplacing: true);
        file.Stream.Write("text"u8);
        Plant("target", "link");

        file.Complete();

        Assert.Equal("text", File.ReadAllText(path));
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(Mine, File.ReadAllText(_victim));
    }

    [Fact]
    public void ShouldLeaveWhatCameMeanwhileWhereItMayNotReplace()
    {
        string path = _folder.File("target");
        using (var file = new TemporaryFile(path, isReplacing: false))
        {
            Plant("target", "link");
            Assert.Throws<IOException>(file.Complete);
        }

        RequireUntouched(path, "link");
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    [Fact]
    public void ShouldWriteUnderNamesThatNobodyGuesses()
    {
        string path = _folder.File("target");
        using var first = new TemporaryFile(path, isReplacing: true);
        using var second = new TemporaryFile(path, isReplacing: true);

        Assert.NotEqual(first.Stream.Name, second.Stream.Name);
        Assert.All(
            new[] { first, second }, file => Assert.Matches(RandomName(), Path.GetFileName(file.Stream.Name)));
        Assert.Equal(PrivateFile.FileMode, ModeOf(first.Stream.Name));
    }

    [Fact]
    public void ShouldRemoveWhatAKilledProcessLeftAndNothingElse()
    {
        string path = _folder.File("target");
        string left = path + ".0123456789abcdef.tmp";
        string young = path + ".0123456789abcdee.tmp";
        string inUse = path + ".0123456789abcded.tmp";
        string link = Plant("target.0123456789abcdec.tmp", "link");
        string others = path + ".notes.tmp";
        foreach (string file in new[] { left, young, inUse, others })
        {
            File.WriteAllText(file, Mine);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(file == young ? 0 : -1));
        }

        using (new FileStream(inUse, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            PrivateFile.WriteAllText(path, "text");
        }

        Assert.Equal(
            new[] { young, inUse, link, others, path, _victim }.Order(StringComparer.Ordinal),
            Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ShouldLeaveNoNameOfAScratchFile()
    {
        using FileStream file = TemporaryFile.CreateScratch(_folder.File("target"));
        file.Write("text"u8);
        file.Flush();

        Assert.Equal([_victim], Directory.GetFiles(_folder.Path));
        Assert.Equal(4, RandomAccess.GetLength(file.SafeFileHandle));
    }

    [Fact]
    public void ShouldMakeFoldersThatAreItsOwn()
    {
        string above = _folder.File("above");
        string below = Path.Combine(above, "below");

        PrivateFile.CreateFolder(below + "/");
        PrivateFile.CreateFolder(below);

        Assert.Equal((PrivateFile.FolderMode, PrivateFile.FolderMode), (ModeOf(above), ModeOf(below)));
        Plant("dangling", "dangling");
        Assert.ThrowsAny<IOException>(() => PrivateFile.CreateFolder(_folder.File("dangling")));
        Assert.False(Path.Exists(_folder.File("nowhere")));
    }

    [Fact]
    public void ShouldTellWhatAnEntryIs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems tell less");
        Assert.Equal(EntryKind.None, FileEntry.Of(_folder.File("none")).Kind);
        Assert.Equal(EntryKind.Other, FileEntry.Of("/dev/null").Kind);
        Assert.Equal(EntryKind.Link, FileEntry.Of("/proc/self").Kind);
        FileEntry entry = FileEntry.Of(_folder.Path);
        Assert.Equal(
            (EntryKind.Folder, PrivateFile.FolderMode, FileEntry.User()), (entry.Kind, entry.Mode, entry.Owner));
        using FileStream file = File.OpenRead(_victim);
        Assert.Equal(FileEntry.Of(_victim), FileEntry.Of(file));
        Assert.NotEqual(FileEntry.Of(_victim), FileEntry.Of("/dev/null"));
    }

    [Fact]
    public void ShouldRepairThroughNoLinkAndLeaveNoCopy()
    {
        var recording = Recording.Create(_folder.Path, 0, "test");
        using (var writer = new SegmentWriter(recording))
        {
            writer.Append(new InputRecord(InputKind.Loss, 0, 1, -1, 0, 1), default);
            writer.Append(new InputRecord(InputKind.Event, 0, 0, -1, 0, 1), default);
            writer.Flush(toDisk: false);
        }

        string open = Directory.GetFiles(recording.Directory).Single();
        string segment = open[..^SegmentFormat.OpenSuffix.Length];
        File.CreateSymbolicLink(segment + ".repair", _victim);
        File.WriteAllText(segment + ".0123456789abcdef.repair", Mine);
        File.CreateSymbolicLink(Path.Combine(recording.Directory, SegmentFormat.FileName(7)) + ".open", _victim);

        string[] words = RecordingRepair.RepairAll(_folder.Path).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(2, words.Length);
        Assert.Contains("complete records were kept", words[0], StringComparison.Ordinal);
        Assert.Contains("is a link", words[1], StringComparison.Ordinal);
        Assert.Equal(
            [segment, Path.Combine(recording.Directory, SegmentFormat.FileName(7)) + ".open"],
            Directory.GetFiles(recording.Directory).Order(StringComparer.Ordinal));
        Assert.Equal(Mine, File.ReadAllText(_victim));
        Assert.Equal(PrivateFile.FileMode, ModeOf(segment));
    }

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private string Plant(string name, string kind)
    {
        string path = _folder.File(name);
        switch (kind)
        {
            case "link":
                File.CreateSymbolicLink(path, _victim);
                break;
            case "dangling":
                File.CreateSymbolicLink(path, _folder.File("nowhere"));
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            default:
                using (var make = System.Diagnostics.Process.Start("mkfifo", [path]))
                {
                    make.WaitForExit();
                    Assert.Equal(0, make.ExitCode);
                }

                break;
        }

        return path;
    }

    private void RequireUntouched(string path, string kind)
    {
        Assert.Equal(Mine, File.ReadAllText(_victim));
        Assert.False(Path.Exists(_folder.File("nowhere")));
        Assert.Equal(
            kind switch { "folder" => EntryKind.Folder, "pipe" => EntryKind.Other, _ => EntryKind.Link },
            FileEntry.Of(path).Kind);
    }

    [GeneratedRegex(@"^target\.[0-9a-f]{16}\.tmp$")]
    private static partial Regex RandomName();
}
