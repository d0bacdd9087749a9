using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace LowLatency.Tests.Support;

/// <summary>One line of a capture in the <c>lines</c> format.</summary>
internal readonly record struct CaptureLine(long ReceiveTimeNs, byte[] Body)
{
    /// <summary>A REST snapshot has its id at the top level.</summary>
    public bool IsSnapshot => Body.AsSpan().StartsWith("{\"lastUpdateId\""u8);
}

/// <summary>Reads captures with one receive time and one JSON text per line.</summary>
internal static class LineCapture
{
    public static IEnumerable<CaptureLine> Read(params string[] paths)
    {
        foreach (string path in paths)
        {
            using FileStream file = File.OpenRead(path);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            using var reader = new StreamReader(gzip, Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                int blank = line.IndexOf(' ', StringComparison.Ordinal);
                long time = long.Parse(line.AsSpan(0, blank), CultureInfo.InvariantCulture);
                yield return new CaptureLine(time, Encoding.UTF8.GetBytes(line[(blank + 1)..]));
            }
        }
    }
}
