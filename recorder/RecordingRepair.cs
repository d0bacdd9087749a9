using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder;

/// <summary>
/// Finishes what a killed process left: a segment that was never sealed is written anew with every whole record of it,
/// sealed, and put in its place. A segment that some process is still writing is left alone. Any thread; two processes
/// may do it at once.
/// </summary>
public static class RecordingRepair
{
    private const string RepairSuffix = ".repair";

    /// <summary>Repairs every recording in a folder of recordings.</summary>
    /// <param name="parentDirectory">Holds the recordings; need not be there.</param>
    /// <returns>A line in words for each segment that was torn: what was kept and what was cut.</returns>
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
                if (SegmentFormat.TryParseFileName(Path.GetFileName(file), out int index) && !IsInUse(file))
                {
                    found.Add(RepairOrSay(file, index));
                }
            }
        }

        return found;
    }

    /// <summary>Whether another process, or this one, holds the file open.</summary>
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

    private static string[] SafeList(Func<string[]> list)
    {
        try
        {
            return list().Order(StringComparer.Ordinal).ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed cannot be repaired; whoever reads it will be told why.
            return [];
        }
    }

    private static string RepairOrSay(string openPath, int index)
    {
        try
        {
            return Repair(openPath, index);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"{openPath}: cannot be repaired: {error.Message}";
        }
    }

    private static string Repair(string openPath, int index)
    {
        string sealedPath = openPath[..^SegmentFormat.OpenSuffix.Length];
        if (File.Exists(sealedPath))
        {
            // An earlier repair was killed between its last two steps.
            File.Delete(openPath);
            return $"{sealedPath}: was repaired before";
        }

        long length = new FileInfo(openPath).Length;
        if (!SegmentReader.TryOpen(openPath, out SegmentReader? reader, out string problem))
        {
            return $"{openPath}: left as it is: {problem}";
        }

        long records;
        using (reader)
        {
            records = Copy(reader!, sealedPath, index);
        }

        File.Delete(openPath);
        long cut = length - (reader!.Truncation?.Offset ?? length);
        string kept = records != 0 ? string.Create(CultureInfo.InvariantCulture, $"{records} whole records were kept")
            : "it held no whole record and was removed";
        string torn = cut == 0 ? "nothing was torn"
            : string.Create(CultureInfo.InvariantCulture, $"{cut} bytes of a torn tail were cut");
        return $"{sealedPath}: its writer was killed; {kept}, {torn}";
    }

    private static long Copy(SegmentReader reader, string sealedPath, int index)
    {
        bool hasRecord = reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload);
        if (!hasRecord)
        {
            return 0;
        }

        File.Delete(sealedPath + RepairSuffix);
        var options = new SegmentWriterOptions { SegmentBytesMax = long.MaxValue, SegmentAgeMax = TimeSpan.MaxValue };
        using var writer = new SegmentWriter(
            Recording.At(Path.GetDirectoryName(sealedPath)!, reader), options, index, openSuffix: RepairSuffix);
        while (hasRecord)
        {
            writer.Append(in record, payload);
            hasRecord = reader.TryRead(out record, out payload);
        }

        writer.Seal();
        return writer.Records;
    }
}
