using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>
/// Finds the start position in a recording for which every book is complete at a given time, using only the segment
/// indexes. A book starts with a REST snapshot and the messages received shortly before it, or where its connection was
/// opened. A segment without an index only moves the start to an earlier position.
/// </summary>
public static class ReplaySeek
{
    // Messages are needed from when the snapshot was taken; its answer may be this late.
    private const long SnapshotLeadNs = 30_000_000_000;

    /// <summary>Finds the start position.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="manifest">The session's settings.</param>
    /// <param name="isWanted">Whether a source's books are needed.</param>
    /// <param name="fromNs">When the books must be complete, in nanoseconds since the Unix epoch.</param>
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

        // Recordings without connections contain ready-made books, whose starts have no marks.
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

    // The first block that may contain a record of this time or later: all earlier blocks end before it, for every
    // source.
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
