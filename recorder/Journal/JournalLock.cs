using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace LowLatency.Recorder.Journal;

/// <summary>
/// Ensures that only one process trades with a folder of journals. The operating system releases the lock when the
/// process ends, also after a crash, so a lock file that is left over does not block the next session.
/// </summary>
public sealed class JournalLock : IDisposable
{
    private const string LockName = "lock";

    // Others cannot read a locked file, so the holder's process id is in a file beside it.
    private const string HolderName = "lock.pid";

    private readonly FileStream _lock;

    private JournalLock(string folder, FileStream file)
    {
        Folder = folder;
        _lock = file;
    }

    /// <summary>The names of the files that a lock leaves in its folder.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [LockName, HolderName];

    /// <summary>The locked folder.</summary>
    public string Folder { get; }

    /// <summary>Takes the lock of a folder, which is created if it is missing.</summary>
    /// <exception cref="IOException">Another process holds it, or the folder cannot be created or locked.</exception>
    public static JournalLock Take(string folder)
    {
        PrivateFile.CreateFolder(folder);
        var taken = new JournalLock(folder, Open(folder));
        try
        {
            RequireLocking(folder);
            PrivateFile.WriteAllText(
                Path.Combine(folder, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Why the lock of a folder cannot be taken now, as text; null if it can. Creates no file.</summary>
    public static string? FindObstacle(string folder)
    {
        try
        {
            if (FileEntry.Of(Path.Combine(folder, LockName)).Kind != EntryKind.None)
            {
                Open(folder).Dispose();
            }

            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // File locking can be switched off for a whole process, and some file systems do not support it.
    private static void RequireLocking(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            using var second = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            return;
        }

        throw new IOException(
            $"the lock file {Path.GetFullPath(path)} does not lock, so nothing keeps a second process from trading "
            + "with this journal: unset DOTNET_SYSTEM_IO_DISABLEFILELOCKING, and keep the journal on a local disk");
    }

    private static FileStream Open(string folder)
    {
        string path = Path.Combine(folder, LockName);
        PrivateFile.RequireFile(path);
        try
        {
            return PrivateFile.OpenOrCreate(path);
        }
        catch (IOException fault)
        {
            throw new IOException(
                $"the journal '{folder}' is in use: another process trades with it ({HolderOf(folder)}, lock file "
                + $"{Path.GetFullPath(path)}: {fault.Message})",
                fault);
        }
    }

    private static string HolderOf(string folder)
    {
        try
        {
            return "pid " + File.ReadAllText(Path.Combine(folder, HolderName)).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "pid not known";
        }
    }
}
