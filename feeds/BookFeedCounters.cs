using System;
using System.Threading;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>Counters of one symbol's feed. Its session writes them; any thread may read them.</summary>
public sealed class BookFeedCounters
{
    private readonly long[] _stales = new long[Enum.GetValues<StaleReason>().Length];
    private long _depthMessages;
    private long _applied;
    private long _dropped;
    private long _repeats;
    private long _discarded;
    private long _keptCopies;
    private long _snapshots;
    private long _ignoredSnapshots;
    private long _oldSnapshots;
    private long _checksumsRight;
    private long _checksumsWrong;
    private long _resyncs;
    private long _trades;
    private long _repeatedTrades;
    private long _tops;

    /// <summary>Depth messages that arrived.</summary>
    public long DepthMessages => Volatile.Read(ref _depthMessages);

    /// <summary>Depth messages applied to the book.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>
    /// Depth messages thrown away because the snapshot contains them, or, where the stream brings the snapshots,
    /// because there was no book.
    /// </summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Depth messages thrown away because the living book was as new.</summary>
    public long Repeats => Volatile.Read(ref _repeats);

    /// <summary>Depth messages that waited for a snapshot in vain, that were read and not believed, or that came when
    /// nobody kept the book. Every depth message ends in one of these counts, or waits still.</summary>
    public long Discarded => Volatile.Read(ref _discarded);

    /// <summary>Depth messages that were applied and kept once more, for the snapshot that was to replace the living
    /// book.</summary>
    public long KeptCopies => Volatile.Read(ref _keptCopies);

    /// <summary>Snapshots that started or restarted the book.</summary>
    public long Snapshots => Volatile.Read(ref _snapshots);

    /// <summary>REST snapshots that came while the book was right.</summary>
    public long IgnoredSnapshots => Volatile.Read(ref _ignoredSnapshots);

    /// <summary>REST snapshots that were older than the first waiting message.</summary>
    public long OldSnapshots => Volatile.Read(ref _oldSnapshots);

    /// <summary>Checksums of the venue that the book had.</summary>
    public long ChecksumsRight => Volatile.Read(ref _checksumsRight);

    /// <summary>Checksums of the venue that the book had not.</summary>
    public long ChecksumsWrong => Volatile.Read(ref _checksumsWrong);

    /// <summary>Times that a book was given up because its chain broke or its checksum was wrong.</summary>
    public long Gaps => Stales(StaleReason.SequenceGap) + Stales(StaleReason.ChecksumMismatch);

    /// <summary>Times that a book was synchronised again after its first time, for any cause.</summary>
    public long Resyncs => Volatile.Read(ref _resyncs);

    /// <summary>Trades published.</summary>
    public long Trades => Volatile.Read(ref _trades);

    /// <summary>Trades dropped because they had come before.</summary>
    public long RepeatedTrades => Volatile.Read(ref _repeatedTrades);

    /// <summary>Top-of-book messages published.</summary>
    public long TopOfBooks => Volatile.Read(ref _tops);

    /// <summary>Times that a living book was given up for a reason.</summary>
    public long Stales(StaleReason reason) => Volatile.Read(ref _stales[(int)reason]);

    internal void AddDepthMessage() => Add(ref _depthMessages);

    internal void AddApplied() => Add(ref _applied);

    internal void AddDropped() => Add(ref _dropped);

    internal void AddRepeat() => Add(ref _repeats);

    internal void AddDiscarded(int count) => Volatile.Write(ref _discarded, _discarded + count);

    internal void AddKeptCopies() => Add(ref _keptCopies);

    internal void AddSnapshot()
    {
        if (_snapshots != 0)
        {
            Add(ref _resyncs);
        }

        Add(ref _snapshots);
    }

    internal void AddIgnoredSnapshot() => Add(ref _ignoredSnapshots);

    internal void AddOldSnapshot() => Add(ref _oldSnapshots);

    internal void AddChecksum(bool isRight)
    {
        if (isRight)
        {
            Add(ref _checksumsRight);
        }
        else
        {
            Add(ref _checksumsWrong);
        }
    }

    internal void AddStale(StaleReason reason) => Add(ref _stales[(int)reason]);

    internal void AddTrade() => Add(ref _trades);

    internal void AddRepeatedTrade() => Add(ref _repeatedTrades);

    internal void AddTopOfBook() => Add(ref _tops);

    // One writer: a plain addition that other threads see whole.
    private static void Add(ref long counter) => Volatile.Write(ref counter, counter + 1);
}
