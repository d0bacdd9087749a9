using System;
using System.IO;
using System.Linq;

namespace LowLatency.Recorder;

/// <summary>
/// A file that is written next to its target under a random name and renamed when it is complete, so that a partial
/// file is never mistaken for a complete one. Leftovers of killed processes for the same target are removed first. One
/// thread.
/// </summary>
public sealed class TemporaryFile : IDisposable
{
    private const string Suffix = ".tmp";
    private const int RandomDigits = 16;

    // Its writer may have created it and not locked it yet.
    private static readonly TimeSpan s_birth = TimeSpan.FromSeconds(10);

    private readonly string _target;
    private readonly bool _isReplacing;
    private bool _isCompleted;

    /// <summary>Creates the file.</summary>
    /// <param name="target">Its final path.</param>
    /// <param name="isReplacing">Whether an existing file is replaced. A link, a folder or a device never is.</param>
    /// <exception cref="IOException">The target exists, or the file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public TemporaryFile(string target, bool isReplacing)
    {
        RequireFree(target, isReplacing);
        _target = target;
        _isReplacing = isReplacing;
        RemoveLeftovers(target);
        Stream = PrivateFile.CreateNew(NameFor(target));
    }

    /// <summary>The file's stream; <see cref="Complete"/> and <see cref="Dispose"/> close it.</summary>
    public FileStream Stream { get; }

    /// <summary>Throws if the target cannot be written, so that it is known before the work begins.</summary>
    /// <param name="target">The final path.</param>
    /// <param name="isReplacing">Whether an existing file may be replaced.</param>
    /// <exception cref="IOException">The target exists and is not replaced; the message says why.</exception>
    public static void RequireFree(string target, bool isReplacing)
    {
        PrivateFile.RequireFile(target);
        if (!isReplacing && FileEntry.Of(target).Kind != EntryKind.None)
        {
            throw new IOException($"'{target}' is there already; --force replaces it");
        }
    }

    /// <summary>Creates a scratch file without a name, if the system allows it; it is removed with its stream or with
    /// the process.</summary>
    /// <param name="target">It is created in this path's folder.</param>
    public static FileStream CreateScratch(string target)
    {
        RemoveLeftovers(target);
        FileStream file = PrivateFile.CreateNew(NameFor(target), FileAccess.ReadWrite);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file.Name);
            return file;
        }

        // On Windows the name stays as long as the file is open.
        file.Dispose();
        return new FileStream(
            file.Name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    }

    /// <summary>Closes the file and renames it to its target.</summary>
    /// <exception cref="IOException">It cannot be written, or the target has been created meanwhile.</exception>
    public void Complete()
    {
        Stream.Dispose();

        // A link that was created meanwhile is itself replaced, not its target.
        File.Move(Stream.Name, _target, _isReplacing);
        _isCompleted = true;
    }

    /// <summary>Removes the file if it was not completed.</summary>
    public void Dispose()
    {
        if (!_isCompleted)
        {
            Stream.Dispose();
            File.Delete(Stream.Name);
            _isCompleted = true;
        }
    }

    private static string NameFor(string target) => $"{target}.{PrivateFile.RandomName()}{Suffix}";

    // Only files with such a name that are old enough and not open anywhere.
    private static void RemoveLeftovers(string target)
    {
        string full = Path.GetFullPath(target);
        string prefix = Path.GetFileName(full) + ".";
        try
        {
            foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(full)!)
                .Where(path => IsLeftover(Path.GetFileName(path), prefix)).ToArray())
            {
                if (FileEntry.Of(path).Kind == EntryKind.File
                    && DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > s_birth && !RecordingRepair.IsInUse(path))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It belongs to another user, or is gone. If the folder is not writable, creating the new file reports it.
        }
    }

    private static bool IsLeftover(string name, string prefix) =>
        name.Length == prefix.Length + RandomDigits + Suffix.Length
        && name.StartsWith(prefix, StringComparison.Ordinal)
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && name.Skip(prefix.Length).Take(RandomDigits).All(char.IsAsciiHexDigitLower);
}
