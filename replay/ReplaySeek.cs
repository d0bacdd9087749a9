using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>
/// Finds where in a recording to begin, so that every book is there at a time, from the segments' indexes alone. A book
/// begins with a REST snapshot, and with what was received some time before its answer, or where its connection was
/// opened. Segments without an index cost nothing but an earlier beginning.
/// </summary>
public static class ReplaySeek
{
    // Messages that wait for a snapshot are needed from when it was taken; its answer may be this late.
    private const long SnapshotLeadNs = 30_000_000_000;

    /// <summary>Finds the beginning.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="manifest">What the session was.</param>
    /// <param name="isWanted">Whether a source's books are needed.</param>
    /// <param name="fromNs">When the books must be there, in nanoseconds since the Unix epoch.</param>
    /// <returns>null for the beginning of the recording.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SegmentPosition? Find(
        string path, SessionManifest manifest, Func<SourceManifest, bool> isWanted, long fromNs)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(isWanted);
        if (!SegmentReader.TryList(path, out IReadOnlyList<(int Index, string Path)> files, out _))
        {
            return null;
        }

        (int Index, SegmentIndex Content)[] segments = files
            .Select(file => (file.Index, Content: SegmentIndex.TryLoad(file.Path)))
            .TakeWhile(segment => segment.Content is not null)
            .Select(segment => (segment.Index, segment.Content!)).ToArray();
        IndexedMark[] marks = segments.SelectMany(segment => segment.Content.Marks)
            .Where(mark => mark.TimeNs <= fromNs).ToArray();
        long startNs = fromNs;
        foreach (SourceManifest feed in manifest.Feeds.Where(feed => feed.CarriesBooks && isWanted(feed)))
        {
            startNs = Math.Min(startNs, FindStart(marks, feed));
        }

        // Recordings without connections hold ready books, whose beginnings no mark names.
        return manifest.Feeds.Count == 0 ? null : FindBlock(segments, startNs);
    }

    private static long FindStart(IndexedMark[] marks, SourceManifest feed)
    {
        int opened = Array.FindLastIndex(
            marks, mark => mark.Source == feed.Source && mark.Kind == InputKind.ConnectionOpened);
        long startNs = opened < 0 ? long.MinValue : marks[opened].TimeNs;
        long earliestSnapshotNs = long.MaxValue;
        for (int symbol = 0; symbol < feed.InstrumentIds.Count; symbol++)
        {
            int tag = symbol;
            int snapshot = Array.FindLastIndex(
                marks,
                mark => mark.Source == feed.Source && mark.Kind == InputKind.Snapshot && mark.Tag == tag);
            earliestSnapshotNs = Math.Min(earliestSnapshotNs, snapshot < 0 ? startNs : marks[snapshot].TimeNs);
        }

        return earliestSnapshotNs <= startNs ? startNs : Math.Max(startNs, earliestSnapshotNs - SnapshotLeadNs);
    }

    // The first block that may hold a record of the time or later: all before it are earlier, in every source.
    private static SegmentPosition? FindBlock((int Index, SegmentIndex Content)[] segments, long startNs)
    {
        SegmentPosition? last = null;
        foreach ((int index, SegmentIndex content) in segments)
        {
            foreach (IndexedBlock block in content.Blocks.Where(block => block.Records != 0))
            {
                last = new SegmentPosition(index, block.FileOffset, block.FirstRecordOffset);
                if (block.LastTimeNs >= startNs)
                {
                    return last;
                }
            }
        }

        return last;
    }
}
