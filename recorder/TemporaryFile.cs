using System;
using System.IO;
using System.Linq;

namespace LowLatency.Recorder;

/// <summary>
/// A file that is written beside its place, under a random name, and put there when it is whole: nobody takes half a
/// file for a whole one. What a killed process left behind for the same place is removed first. One thread.
/// </summary>
public sealed class TemporaryFile : IDisposable
{
    private const string Suffix = ".tmp";
    private const int RandomDigits = 16;

    // Its writer may have made it and not locked it yet.
    private static readonly TimeSpan s_birth = TimeSpan.FromSeconds(10);

    private readonly string _target;
    private readonly bool _isReplacing;
    private bool _isCompleted;

    /// <summary>Makes the file.</summary>
    /// <param name="target">Where it goes in the end.</param>
    /// <param name="isReplacing">Whether a file that is there then is replaced. A link, a folder or a device never is.
    /// </param>
    /// <exception cref="IOException">Something is there, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public TemporaryFile(string target, bool isReplacing)
    {
        RequireFree(target, isReplacing);
        _target = target;
        _isReplacing = isReplacing;
        RemoveLeftovers(target);
        Stream = PrivateFile.CreateNew(NameFor(target));
    }

    /// <summary>What is written to; <see cref="Complete"/> and <see cref="Dispose"/> close it.</summary>
    public FileStream Stream { get; }

    /// <summary>Throws where a file may not be put: for finding out before the work begins.</summary>
    /// <param name="target">Where it would go.</param>
    /// <param name="isReplacing">Whether a file that is there may be replaced.</param>
    /// <exception cref="IOException">Something is there that stays; the message says what.</exception>
    public static void RequireFree(string target, bool isReplacing)
    {
        PrivateFile.RequireFile(target);
        if (!isReplacing && FileEntry.Of(target).Kind != EntryKind.None)
        {
            throw new IOException($"'{target}' is there already; --force replaces it");
        }
    }

    /// <summary>A file without a name, as far as the system can: it ends with its stream or with the process.</summary>
    /// <param name="target">What it is made beside.</param>
    public static FileStream CreateScratch(string target)
    {
        RemoveLeftovers(target);
        FileStream file = PrivateFile.CreateNew(NameFor(target), FileAccess.ReadWrite);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file.Name);
            return file;
        }

        // There a name stays as long as the file is open.
        file.Dispose();
        return new FileStream(
            file.Name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    }

    /// <summary>Closes the file and puts it in its place.</summary>
    /// <exception cref="IOException">The disk refuses, or something came to the place meanwhile.</exception>
    public void Complete()
    {
        Stream.Dispose();

        // A link that came meanwhile is replaced itself, not what it leads to.
        File.Move(Stream.Name, _target, _isReplacing);
        _isCompleted = true;
    }

    /// <summary>Removes what was not completed.</summary>
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

    // Only what has such a name, is old enough and is open nowhere.
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
            // It is another's, or gone. What the folder refuses, the new file meets.
        }
    }

    private static bool IsLeftover(string name, string prefix) =>
        name.Length == prefix.Length + RandomDigits + Suffix.Length
        && name.StartsWith(prefix, StringComparison.Ordinal)
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && name.Skip(prefix.Length).Take(RandomDigits).All(char.IsAsciiHexDigitLower);
}
