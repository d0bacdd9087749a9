using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace LowLatency.Feeds.Captures;

/// <summary>One message of a capture.</summary>
/// <param name="TimeNs">Its receive time, nanoseconds since the Unix epoch.</param>
/// <param name="Body">Its text.</param>
/// <param name="IsRest">true for the answer to a REST request while the capture ran. The lines format does not say it:
/// there, only the content shows it (<see cref="IVenue.Identify"/>).</param>
/// <param name="IsList">true for the answer to a REST request before the capture began, such as a list of
/// instruments.</param>
/// <param name="Symbol">The symbol in the REST address; empty if there is none.</param>
/// <param name="Part">The file of the capture that it came from: one file per websocket connection.</param>
/// <param name="IsOpening">true for the opening of a connection, which has no message.</param>
public readonly record struct CapturedMessage(
    long TimeNs, byte[] Body, bool IsRest, bool IsList, string Symbol, string Part = "",
    bool IsOpening = false);

/// <summary>
/// Reads public captures of websocket feeds. <c>lines</c>: on each line a receive time in seconds, milliseconds,
/// microseconds or nanoseconds since the Unix epoch, told apart by its 10, 13, 16 or 19 digits, a blank and the text;
/// optionally gzipped; several files of one capture in order. <c>cryptofeed</c>: folder and
/// base name of a capture whose parts are merged by time.
/// </summary>
public static class Capture
{
    /// <summary>Reads the messages in the order of their times.</summary>
    /// <param name="paths">Files of lines, or one cryptofeed base name.</param>
    /// <param name="withSymbolLists">true to include the venue's list of symbols.</param>
    /// <param name="withOpenings">true to include the openings of connections.</param>
    /// <exception cref="FileNotFoundException">A path is neither.</exception>
    /// <exception cref="InvalidDataException">A line has the wrong format; the message names file and line.</exception>
    public static IEnumerable<CapturedMessage> Read(
        IReadOnlyList<string> paths, bool withSymbolLists = false, bool withOpenings = false)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 1 && !File.Exists(paths[0]) && File.Exists(paths[0] + ".0"))
        {
            return ReadCryptofeed(paths[0])
                .Where(item => (withSymbolLists || !item.IsList) && (withOpenings || !item.IsOpening));
        }

        string? missing = paths.FirstOrDefault(path => !File.Exists(path));
        return missing is null
            ? paths.SelectMany(ReadLines)
            : throw new FileNotFoundException($"no capture at '{missing}'", missing);
    }

    private static IEnumerable<CapturedMessage> ReadLines(string path)
    {
        using StreamReader reader = OpenText(path);
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            int blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (blank < 0
                || !long.TryParse(
                    line.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out long time))
            {
                throw new InvalidDataException(
                    $"{path} line {number}: expected a receive time, a blank and JSON, found '{Head(line)}'");
            }

            long unitNs = UnitNs(blank);
            if (unitNs == 0)
            {
                throw new InvalidDataException($"{path} line {number}: a receive time has 10, 13, 16 or 19 digits "
                    + $"(seconds to nanoseconds since 1970), found '{Head(line)}'");
            }

            yield return new CapturedMessage(
                time * unitNs, Encoding.UTF8.GetBytes(line[(blank + 1)..]), false, false, string.Empty);
        }
    }

    // Of times from 2001 to 2262; 0 for other numbers of digits.
    private static long UnitNs(int digits) => digits switch
    {
        10 => 1_000_000_000,
        13 => 1_000_000,
        16 => 1_000,
        19 => 1,
        _ => 0,
    };

    private static IEnumerable<CapturedMessage> ReadCryptofeed(string basePath)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(basePath))!;
        string name = Path.GetFileName(basePath);
        IEnumerable<string> parts = Directory.GetFiles(folder, name + ".0")
            .Concat(Directory.GetFiles(folder, name + ".http.*").OrderBy(PartNumber))
            .Concat(Directory.GetFiles(folder, name + ".ws.*").OrderBy(PartNumber));

        // A stable sort keeps the order of the parts and of their lines at equal times.
        return parts.SelectMany(ReadCryptofeedPart).OrderBy(message => message.TimeNs);
    }

    // NAME.ws.N.0: sorted by number, so that 10 comes after 9.
    private static int PartNumber(string path) =>
        Path.GetFileName(path).Split('.') is [.., string number, _]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : 0;

    private static IEnumerable<CapturedMessage> ReadCryptofeedPart(string path)
    {
        using StreamReader reader = OpenText(path);
        bool isSymbolPart = !Path.GetFileName(path).Contains(".http.", StringComparison.Ordinal);
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 && line.Split(' ') is [_, "<->", string opened] && TryReadSeconds(opened, out long openedNs))
            {
                yield return new CapturedMessage(
                    openedNs, [], false, false, string.Empty, Path.GetFileName(path), IsOpening: true);
                continue;
            }

            if (colon < 0 || line.StartsWith("configuration:", StringComparison.Ordinal))
            {
                continue;
            }

            string[] head = line[..colon].Split(' ');
            bool isRest = head.Length == 3 && head[1] == "->";
            if (head.Length != 1 && !isRest)
            {
                continue;
            }

            if (!TryReadSeconds(head[^1], out long timeNs))
            {
                throw new InvalidDataException($"{path} line {number}: expected a time, found '{Head(line)}'");
            }

            yield return new CapturedMessage(
                timeNs,
                Encoding.UTF8.GetBytes(line[(colon + 2)..]),
                isRest && !isSymbolPart,
                isRest && isSymbolPart,
                isRest ? SymbolOf(head[0]) : string.Empty,
                Path.GetFileName(path));
        }
    }

    private static string SymbolOf(string address)
    {
        const string Key = "symbol=";
        int start = address.IndexOf(Key, StringComparison.Ordinal);
        return start < 0
            ? new Uri(address).AbsolutePath.TrimEnd('/').Split('/')[^1]
            : address[(start + Key.Length)..].Split('&')[0];
    }

    private static bool TryReadSeconds(string text, out long timeNs)
    {
        timeNs = 0;
        bool isRead = decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds);
        timeNs = isRead ? (long)(seconds * 1_000_000_000) : 0;
        return isRead;
    }

    private static StreamReader OpenText(string path)
    {
        FileStream file = File.OpenRead(path);
        bool isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return new StreamReader(
            isGzip ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8, false, 1 << 16);
    }

    private static string Head(string line) => line.Length > 60 ? line[..60] + "…" : line;
}
