using System;
using System.IO;
using System.Security.Cryptography;

namespace LowLatency.Recorder;

/// <summary>
/// The one place where the program creates files and folders. Only the user can access them: mode 0600 and 0700,
/// whatever the umask. A new file never replaces anything, and links are not followed. Any thread. On Windows the
/// folder's access list decides who may read.
/// </summary>
public static class PrivateFile
{
    /// <summary>Mode of files: 0600.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of folders: 0700.</summary>
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    private const int BufferBytes = 1 << 16;
    private const int RandomBytes = 8;

    /// <summary>Creates a new file.</summary>
    /// <param name="path">Its path; nothing may exist there, not even a broken link.</param>
    /// <param name="access">How it is opened.</param>
    /// <param name="share">What others may do with it while it is open.</param>
    /// <param name="bufferBytes">Size of the stream's buffer; 0 for none.</param>
    /// <exception cref="IOException">The path exists, or the file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static FileStream CreateNew(
        string path, FileAccess access = FileAccess.Write, FileShare share = FileShare.None,
        int bufferBytes = BufferBytes) =>
        Restrict(new FileStream(path, NewFile(access, share, bufferBytes)));

    /// <summary>Options for a new file, for derived stream types; call <see cref="Restrict"/> on the stream.</summary>
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

    /// <summary>Restores the owner's permissions of a new file that an unusual umask has removed.</summary>
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
    /// <exception cref="IOException">Another process has it open, it is not a regular file, or it cannot be created.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">It is not writable.</exception>
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
                // Another process created it first.
            }
        }

        RequireFile(path);
        var file = new FileStream(path, System.IO.FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);

        // The path may have been replaced by a link in between.
        FileEntry opened = FileEntry.Of(file);
        if (opened == FileEntry.Of(path))
        {
            Tighten(file, opened);
            return file;
        }

        file.Dispose();
        throw new IOException($"'{path}' was replaced while it was opened");
    }

    /// <summary>Creates a folder and its missing parents.</summary>
    /// <exception cref="IOException">The path is a file, or the folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The parent folder is not writable.</exception>
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

    /// <summary>Creates a folder with a random name in the system's folder of temporary files.</summary>
    /// <param name="prefix">Prefix of its name.</param>
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

    /// <summary>Writes a file, and replaces an existing one in one step.</summary>
    /// <exception cref="IOException">The path is something other than a file, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static void WriteAllText(string path, string text)
    {
        using var file = new TemporaryFile(path, isReplacing: true);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true))
        {
            writer.Write(text);
        }

        file.Complete();
    }

    /// <summary>Throws if the path exists and is not a regular file: nothing is ever written through a link, or to a
    /// device or pipe.</summary>
    /// <exception cref="IOException">It is something else; the message names it.</exception>
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

    /// <summary>A name that cannot be guessed: 16 random hexadecimal digits.</summary>
    internal static string RandomName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    // Any user who can open a lock file can hold the lock, so lock files are private. Earlier versions created them
    // with a wider mode; such a file is made private if this user owns it.
    private static void Tighten(FileStream file, FileEntry opened)
    {
        if (!OperatingSystem.IsWindows() && opened.Mode != FileMode && opened.Owner is { } owner
            && owner == FileEntry.User())
        {
            File.SetUnixFileMode(file.SafeFileHandle, FileMode);
        }
    }
}
