using System;
using System.Threading;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>Counters of one symbol's feed. Written by its session; any thread may read them.</summary>
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
    private long _missingTrades;
    private long _otherBooks;
    private long _otherTrades;
    private long _refusedBooks;

    /// <summary>Depth messages received.</summary>
    public long DepthMessages => Volatile.Read(ref _depthMessages);

    /// <summary>Depth messages applied to the book.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>
    /// Depth messages dropped because the snapshot contains them, or, with stream snapshots, because there was no book
    /// yet.
    /// </summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Depth messages dropped because the live book already contains them.</summary>
    public long Repeats => Volatile.Read(ref _repeats);

    /// <summary>
    /// Depth messages that were buffered for a snapshot in vain, rejected, or received while no book was kept. Every
    /// depth message ends in one of these counters, or is still buffered.
    /// </summary>
    public long Discarded => Volatile.Read(ref _discarded);

    /// <summary>
    /// Depth messages that were applied and also buffered, for a snapshot that will replace the live book.
    /// </summary>
    public long KeptCopies => Volatile.Read(ref _keptCopies);

    /// <summary>Snapshots that started or restarted the book.</summary>
    public long Snapshots => Volatile.Read(ref _snapshots);

    /// <summary>REST snapshots received while the book was live.</summary>
    public long IgnoredSnapshots => Volatile.Read(ref _ignoredSnapshots);

    /// <summary>REST snapshots older than the first buffered message.</summary>
    public long OldSnapshots => Volatile.Read(ref _oldSnapshots);

    /// <summary>Checksums that matched.</summary>
    public long ChecksumsRight => Volatile.Read(ref _checksumsRight);

    /// <summary>Checksum mismatches.</summary>
    public long ChecksumsWrong => Volatile.Read(ref _checksumsWrong);

    /// <summary>Number of sequence gaps and checksum mismatches that invalidated a book.</summary>
    public long Gaps => Stales(StaleReason.SequenceGap) + Stales(StaleReason.ChecksumMismatch);

    /// <summary>Number of resyncs, for any cause; the first synchronisation does not count.</summary>
    public long Resyncs => Volatile.Read(ref _resyncs);

    /// <summary>Trades published.</summary>
    public long Trades => Volatile.Read(ref _trades);

    /// <summary>Duplicate trades dropped.</summary>
    public long RepeatedTrades => Volatile.Read(ref _repeatedTrades);

    /// <summary>Trades that never came, by the holes in the venue's consecutive ids.</summary>
    public long MissingTrades => Volatile.Read(ref _missingTrades);

    /// <summary>Book messages of other channels than the one of the symbol's book; they are not used.</summary>
    public long OtherBooks => Volatile.Read(ref _otherBooks);

    /// <summary>Messages of the symbol's book that could not be read.</summary>
    public long RefusedBooks => Volatile.Read(ref _refusedBooks);

    /// <summary>Trades of another channel that sends the same trades again; they are not used.</summary>
    public long OtherTrades => Volatile.Read(ref _otherTrades);

    /// <summary>Top-of-book messages published.</summary>
    public long TopOfBooks => Volatile.Read(ref _tops);

    /// <summary>How often a live book was invalidated for a reason.</summary>
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

    internal void AddMissingTrades(long count) => Volatile.Write(ref _missingTrades, _missingTrades + count);

    internal void AddOtherBook() => Add(ref _otherBooks);

    internal void AddRefusedBook() => Add(ref _refusedBooks);

    internal void AddOtherTrade() => Add(ref _otherTrades);

    internal void AddTopOfBook() => Add(ref _tops);

    // There is one writer, so a plain addition suffices; other threads see complete values.
    private static void Add(ref long counter) => Volatile.Write(ref counter, counter + 1);
}
