using System;
using System.IO;
using System.Security.Cryptography;

namespace LowLatency.Recorder;

/// <summary>
/// The one place where the program makes files and folders. They are the user's alone: mode 0600 and 0700, whatever the
/// umask. A new file is made where nothing is; a link that somebody has put there is neither followed nor written
/// through. Any thread. On Windows the folder's access list decides who may read.
/// </summary>
public static class PrivateFile
{
    /// <summary>Mode of files: 0600.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of folders: 0700.</summary>
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    private const int BufferBytes = 1 << 16;
    private const int RandomBytes = 8;

    /// <summary>Makes a new file.</summary>
    /// <param name="path">Where; nothing may be there yet, not even a link that leads nowhere.</param>
    /// <param name="access">What it is opened for.</param>
    /// <param name="share">What others may do meanwhile.</param>
    /// <param name="bufferBytes">Bytes that are kept before they are written; 0 for none.</param>
    /// <exception cref="IOException">Something is there, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static FileStream CreateNew(
        string path, FileAccess access = FileAccess.Write, FileShare share = FileShare.None,
        int bufferBytes = BufferBytes) =>
        Restrict(new FileStream(path, NewFile(access, share, bufferBytes)));

    /// <summary>How a new file is opened, for streams of a type of their own; follow it with
    /// <see cref="Restrict"/>.</summary>
    public static FileStreamOptions NewFile(FileAccess access, FileShare share, int bufferBytes)
    {
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew,
            Access = access,
            Share = share,
            BufferSize = bufferBytes,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    /// <summary>Gives a new file back what an odd umask has taken from its owner.</summary>
    /// <returns>The same file.</returns>
    public static T Restrict<T>(T file)
        where T : FileStream
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & FileMode) != FileMode)
        {
            File.SetUnixFileMode(file.SafeFileHandle, FileMode);
        }

        return file;
    }

    /// <summary>Opens a permanent file, such as a lock, exclusively for writing; creates it if it is missing. Its
    /// content is kept.</summary>
    /// <exception cref="IOException">Another process has it open, it is a link or no file, or the disk refuses.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written to.</exception>
    public static FileStream OpenOrCreate(string path)
    {
        if (FileEntry.Of(path).Kind == EntryKind.None)
        {
            try
            {
                return CreateNew(path, bufferBytes: 0);
            }
            catch (IOException) when (FileEntry.Of(path).Kind != EntryKind.None)
            {
                // Another process was quicker.
            }
        }

        RequireFile(path);
        var file = new FileStream(path, System.IO.FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);

        // The name may have become a link in between.
        FileEntry opened = FileEntry.Of(file);
        if (opened == FileEntry.Of(path))
        {
            Tighten(file, opened);
            return file;
        }

        file.Dispose();
        throw new IOException($"'{path}' was replaced while it was opened");
    }

    /// <summary>Makes a folder, and those above it that are not there.</summary>
    /// <exception cref="IOException">A file is in its place, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder above may not be written to.</exception>
    public static void CreateFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            CreateFolder(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, FolderMode);
        FileEntry made = FileEntry.Of(path);
        if (made.Kind == EntryKind.Folder && (made.Mode & FolderMode) != FolderMode)
        {
            File.SetUnixFileMode(path, FolderMode);
        }
    }

    /// <summary>Makes a folder of a random name among the system's temporary files.</summary>
    /// <param name="prefix">What its name begins with.</param>
    public static string CreateTemporaryFolder(string prefix)
    {
        string path = Path.Combine(Path.GetTempPath(), prefix + RandomName());
        if (FileEntry.Of(path).Kind != EntryKind.None)
        {
            throw new IOException($"'{path}' is there already");
        }

        CreateFolder(path);
        return path;
    }

    /// <summary>Writes a file that may be there already: the new one takes its place in one step.</summary>
    /// <exception cref="IOException">Something other than a file is there, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteAllText(string path, string text)
    {
        using var file = new TemporaryFile(path, isReplacing: true);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true))
        {
            writer.Write(text);
        }

        file.Complete();
    }

    /// <summary>Throws where a name stands for anything but a file: nothing is ever written through a link, into a
    /// device or a pipe.</summary>
    /// <exception cref="IOException">It is something else; the message says what.</exception>
    public static void RequireFile(string path)
    {
        string? other = FileEntry.Of(path).Kind switch
        {
            EntryKind.Link => "a link",
            EntryKind.Folder => "a folder",
            EntryKind.Other => "a device or a pipe",
            _ => null,
        };
        if (other is not null)
        {
            throw new IOException($"'{path}' is {other}, which is not written to: name a file, or remove it");
        }
    }

    /// <summary>A name that nobody can guess: 16 hexadecimal digits.</summary>
    internal static string RandomName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    // Whoever can read a lock file can hold the lock, and nobody has a reason to share one: an own file of a wider
    // mode, as earlier versions made it, becomes private.
    private static void Tighten(FileStream file, FileEntry opened)
    {
        if (!OperatingSystem.IsWindows() && opened.Mode != FileMode && opened.Owner is { } owner
            && owner == FileEntry.User())
        {
            File.SetUnixFileMode(file.SafeFileHandle, FileMode);
        }
    }
}
