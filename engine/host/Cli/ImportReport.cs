using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Feeds;
using LowLatency.Replay;
using LowLatency.Replay.Captures;

namespace LowLatency.Host.Cli;

/// <summary>What an import says: what came out, and what became of the rest.</summary>
internal static class ImportReport
{
    // A capture of another venue, or of another protocol version, is refused nearly whole; a stray message is not.
    private const int MaxRefusedPerCent = 1;

    /// <summary>Writes the result.</summary>
    public static void Write(ImportResult result, TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Messages} messages of {result.Instruments.Count} symbols, {result.Ignored} of "
            + $"unused types, {result.Rejected} rejected, {result.SkippedSnapshots} snapshots of other symbols"));
        foreach (BookChoice choice in result.Books.Where(item => item.Others.Count != 0))
        {
            output.WriteLine($"{choice.Symbol}: book of {choice.Channel ?? "no channel"}; not used: "
                + string.Join(", ", choice.Others.Select(other => string.Create(
                    CultureInfo.InvariantCulture, $"{other.Messages} of {other.Channel}"))));
        }

        Write("rejected", result.Refused, output);
        Write("unused", result.Unused, output);
        Write("not imported", result.Skipped, output);
        foreach (string warning in result.Warnings)
        {
            output.WriteLine($"warning: {OutsideText.Clean(warning)}");
        }

        output.WriteLine(result.Folder);
    }

    /// <summary>Why the result is of no use, or null.</summary>
    public static string? ProblemOf(ImportResult result, string venue) => result switch
    {
        { Used: 0 } => $"no book, trade or top of book came out of these messages with --venue {venue}",
        { BookMessages: > 0 }
            when result.RefusedBookMessages * 100 > result.BookMessages * MaxRefusedPerCent => string.Create(
                CultureInfo.InvariantCulture,
                $"{result.RefusedBookMessages} of {result.BookMessages} book messages could not be read with "
                + $"--venue {venue}; the recording is left for a look"),
        _ => null,
    };

    private static void Write(string title, IReadOnlyList<LeftOut> items, TextWriter output)
    {
        foreach (LeftOut item in items)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {title}: {item.Count} {OutsideText.Clean(item.Reason)}, "
                + $"the first: {OutsideText.Clean(item.First)}"));
        }
    }
}
