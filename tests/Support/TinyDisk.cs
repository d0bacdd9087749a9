using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>A small in-memory file system. Tests that may not mount one are skipped.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyDisk(int sizeKiB)
    {
        if (!TryRun("mount", "-t", "tmpfs", "-o", $"size={sizeKiB}k", "tmpfs", Path))
        {
            _folder.Dispose();
            Assert.Skip("mounting a small disk requires root");
        }
    }

    public string Path => _folder.Path;

    public string File(string name) => _folder.File(name);

    /// <summary>Fills the disk up to this many free bytes, until the returned file is deleted.</summary>
    public string FillUpTo(int freeKiB)
    {
        string path = File("filler");
        using FileStream filler = System.IO.File.Create(path);
        filler.Write(new byte[new DriveInfo(Path).AvailableFreeSpace - (freeKiB << 10)]);
        return path;
    }

    public void MakeReadOnly() => Assert.True(TryRun("mount", "-o", "remount,ro", Path));

    public void MakeWritable() => Assert.True(TryRun("mount", "-o", "remount,rw", Path));

    public void Dispose()
    {
        TryRun("umount", "-l", Path);
        _folder.Dispose();
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
            })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
