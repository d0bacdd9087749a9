using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>
/// The platform's fastest compression and, if installed, the <c>lz4</c> tool: as a separate process from file to file,
/// and its codec alone in memory.
/// </summary>
internal static partial class CompressionRivals
{
    private const int Rounds = 10;

    /// <summary>Compresses the content of a file with each.</summary>
    /// <param name="contentPath">The file.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="toolMbPerSecond">Speed of the tool as a process; null if it is not installed.</param>
    public static IReadOnlyList<Figure> Measure(string contentPath, long bytes, out double? toolMbPerSecond)
    {
        var figures = new List<Figure> { MeasurePlatform(contentPath, bytes) };
        toolMbPerSecond = null;
        if (MeasureTool(contentPath, bytes) is { } tool)
        {
            figures.Add(tool);
            toolMbPerSecond = tool.Values[FigureNames.MegabytesPerSecond];
            if (MeasureToolInMemory(contentPath) is { } inMemory)
            {
                figures.Add(inMemory);
            }
        }

        return figures;
    }

    private static Figure MeasurePlatform(string contentPath, long bytes)
    {
        byte[] content = File.ReadAllBytes(contentPath);
        double best = double.MaxValue;
        long written = 0;
        for (int round = 0; round < Rounds / 3; round++)
        {
            using var target = new MemoryStream(content.Length);
            long start = Stopwatch.GetTimestamp();
            using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(content);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            written = target.Length;
        }

        return Figure.Yardstick(
            "DeflateStream, fastest, in memory",
            (FigureNames.MegabytesPerSecond, bytes / best / 1e6),
            (FigureNames.CompressionRatio, (double)bytes / written));
    }

    private static Figure? MeasureTool(string contentPath, long bytes)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            if (!TryRunTool($"-q -f -1 -B5 -BI {contentPath} {contentPath}.lz4"))
            {
                return null;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Figure.Yardstick(
            "lz4 -1, a process",
            (FigureNames.MegabytesPerSecond, bytes / best / 1e6),
            (FigureNames.CompressionRatio, (double)bytes / new FileInfo(contentPath + ".lz4").Length));
    }

    // The tool's own benchmark: the codec alone, from memory to memory, without checksums.
    private static Figure? MeasureToolInMemory(string contentPath)
    {
        using Process tool = Process.Start(new ProcessStartInfo("lz4", $"-b1 -B5 -BI -i2 {contentPath}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = tool.StandardOutput.ReadToEndAsync();
        string words = tool.StandardError.ReadToEnd() + output.Result;
        tool.WaitForExit();
        Match found = BenchLine().Matches(words).LastOrDefault() ?? Match.Empty;
        return !found.Success ? null : Figure.Yardstick(
            "lz4 -b1, the codec alone in memory",
            (FigureNames.MegabytesPerSecond, double.Parse(found.Groups["speed"].Value, CultureInfo.InvariantCulture)),
            (FigureNames.CompressionRatio, double.Parse(found.Groups["ratio"].Value, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"\((?<ratio>[0-9.]+)\), *(?<speed>[0-9.]+) MB/s")]
    private static partial Regex BenchLine();

    private static bool TryRunTool(string arguments)
    {
        try
        {
            using Process tool = Process.Start("lz4", arguments);
            tool.WaitForExit();
            return tool.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
