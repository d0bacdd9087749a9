using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder;

/// <summary>
/// Completes segments that a killed process left unsealed: all complete records are copied into a new sealed file that
/// replaces the segment. Segments that a process is still writing are left alone. Any thread; two processes may repair
/// at the same time.
/// </summary>
public static class RecordingRepair
{
    private const int FileBufferLength = 1 << 17;
    private const string RepairSuffix = ".repair";
    private const string DamagedSuffix = ".damaged";
    private static readonly TimeSpan s_graceTime = TimeSpan.FromSeconds(10);

    /// <summary>Repairs every recording in a folder of recordings.</summary>
    /// <param name="parentDirectory">Holds the recordings; may be missing.</param>
    /// <returns>A line of text for each unsealed segment: what was kept and what was cut, or why it is
    /// unchanged.</returns>
    public static IReadOnlyList<string> RepairAll(string parentDirectory)
    {
        var found = new List<string>();
        if (!Directory.Exists(parentDirectory))
        {
            return found;
        }

        foreach (string folder in SafeList(() => Directory.GetDirectories(parentDirectory)))
        {
            foreach (string file in SafeList(() => Directory.GetFiles(folder, "*" + SegmentFormat.OpenSuffix)))
            {
                if (SegmentFormat.TryParseFileName(Path.GetFileName(file), out int index)
                    && RepairOrExplain(file, index) is { } line)
                {
                    found.Add(line);
                }
            }
        }

        return found;
    }

    /// <summary>Whether a file is left over from a repair: an unfinished copy, or a damaged original.</summary>
    internal static bool IsLeftover(string fileName) =>
        (fileName.EndsWith(DamagedSuffix, StringComparison.Ordinal)
            && SegmentFormat.TryParseFileName(Path.GetFileNameWithoutExtension(fileName), out _))
        || IsCopy(fileName);

    /// <summary>Whether this or another process has the file open.</summary>
    internal static bool IsInUse(string path)
    {
        try
        {
            using var alone = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    // The segment's name, random digits, and the suffix; older versions had no digits.
    private static bool IsCopy(string fileName) =>
        fileName.EndsWith(RepairSuffix, StringComparison.Ordinal)
        && Path.GetFileNameWithoutExtension(fileName) is var name
        && (SegmentFormat.TryParseFileName(name, out _)
            || SegmentFormat.TryParseFileName(Path.GetFileNameWithoutExtension(name), out _));

    private static string[] SafeList(Func<string[]> list)
    {
        try
        {
            return list().Order(StringComparer.Ordinal).ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed cannot be repaired; readers get the error.
            return [];
        }
    }

    // null if there is nothing to repair after all.
    private static string? RepairOrExplain(string openPath, int index)
    {
        try
        {
            PrivateFile.RequireFile(openPath);
            var file = new FileInfo(openPath);
            if (file.Length == 0 && DateTime.UtcNow - file.LastWriteTimeUtc < s_graceTime)
            {
                // Its writer may be about to lock it, and must not find it locked.
                return null;
            }

            // An exclusive lock until the end: no two repairs at once, and no repair of a file that is being written.
            using FileStream? alone = TryLock(openPath);
            return alone is null || !File.Exists(openPath) ? null : Repair(alone, index);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // Sealed, repaired or removed by another process since it was listed.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"{openPath}: cannot be repaired, left unchanged: {error.Message}";
        }
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, FileBufferLength);
        }
        catch (IOException error) when (error is not FileNotFoundException and not DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Repair(FileStream file, int index)
    {
        string openPath = file.Name;
        string sealedPath = openPath[..^SegmentFormat.OpenSuffix.Length];
        if (File.Exists(sealedPath))
        {
            // Its writer, or an earlier repair, was killed between the last two steps.
            File.Delete(openPath);
            return $"{sealedPath}: complete; removed {Path.GetFileName(openPath)}, left by a killed process";
        }

        if (!SegmentReader.TryOpen(file, out SegmentReader? reader, out string problem))
        {
            return $"{problem}; cannot be repaired, left unchanged";
        }

        long records = Copy(reader!, sealedPath, index);
        long cut = file.Length - (reader!.Truncation?.Offset ?? file.Length);
        string damaged = "";
        if (reader.LooksKilled)
        {
            File.Delete(openPath);
        }
        else
        {
            // A kill does not explain this: there may be data after the damage that a person can save.
            File.Move(openPath, sealedPath + DamagedSuffix, overwrite: true);
            damaged = $"; the damaged file was kept as {Path.GetFileName(sealedPath)}{DamagedSuffix}";
        }

        string kept = records != 0
            ? string.Create(CultureInfo.InvariantCulture, $"{records} complete records were kept")
            : "it contained no complete record and was removed";
        string torn = cut == 0 ? "nothing was cut"
            : string.Create(
                CultureInfo.InvariantCulture, $"its last {cut} bytes were cut: {reader.Truncation!.Problem}");
        return $"{sealedPath}: its writer was killed; {kept}, {torn}{damaged}";
    }

    private static long Copy(SegmentReader reader, string sealedPath, int index)
    {
        if (!reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            return 0;
        }

        RemoveCopies(sealedPath);
        string suffix = $".{PrivateFile.RandomName()}{RepairSuffix}";
        var options = new SegmentWriterOptions { SegmentBytesMax = long.MaxValue, SegmentAgeMax = TimeSpan.MaxValue };
        using var writer = new SegmentWriter(
            Recording.At(Path.GetDirectoryName(sealedPath)!, reader), options, index, openSuffix: suffix);
        try
        {
            do
            {
                writer.Append(in record, payload);
            }
            while (reader.TryRead(out record, out payload));

            if (!reader.LooksKilled)
            {
                // The number of records that followed is unknown, but the loss must not be forgotten with the damaged
                // file.
                writer.Append(new InputRecord(InputKind.Loss, 0, 1, -1, 0, record.ReceiveTimeNs), default);
            }

            writer.Seal();
            return writer.SegmentRecords;
        }
        catch (IOException)
        {
            // Most likely a full disk: a useless copy must not fill it.
            File.Delete(sealedPath + suffix);
            throw;
        }
    }

    // Left over from repairs that were killed. No other repair is running, because this one holds the segment.
    private static void RemoveCopies(string sealedPath)
    {
        foreach (string copy in Directory.GetFiles(
            Path.GetDirectoryName(sealedPath)!, Path.GetFileName(sealedPath) + "*" + RepairSuffix)
            .Where(path => IsCopy(Path.GetFileName(path))))
        {
            File.Delete(copy);
        }
    }
}
