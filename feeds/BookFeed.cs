using System.Threading;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Counters of one symbol's feed. Its session writes them; any thread may read them.</summary>
public sealed class BookFeedCounters
{
    private long _depthMessages;
    private long _applied;
    private long _dropped;
    private long _snapshots;
    private long _gaps;
    private long _resyncs;
    private long _trades;
    private long _tops;

    /// <summary>Depth messages that arrived.</summary>
    public long DepthMessages => Volatile.Read(ref _depthMessages);

    /// <summary>Depth messages applied to the book.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>Depth messages thrown away because the book contained them already.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Snapshots that started or restarted the book.</summary>
    public long Snapshots => Volatile.Read(ref _snapshots);

    /// <summary>Times that the venue's sequence showed a missing message.</summary>
    public long Gaps => Volatile.Read(ref _gaps);

    /// <summary>Times that a book was synchronised again after its first time, for any cause.</summary>
    public long Resyncs => Volatile.Read(ref _resyncs);

    /// <summary>Trades published.</summary>
    public long Trades => Volatile.Read(ref _trades);

    /// <summary>Top-of-book messages published.</summary>
    public long TopOfBooks => Volatile.Read(ref _tops);

    internal void AddDepthMessage() => Volatile.Write(ref _depthMessages, _depthMessages + 1);

    internal void AddApplied() => Volatile.Write(ref _applied, _applied + 1);

    internal void AddDropped() => Volatile.Write(ref _dropped, _dropped + 1);

    internal void AddSnapshot() => Volatile.Write(ref _snapshots, _snapshots + 1);

    internal void AddGap() => Volatile.Write(ref _gaps, _gaps + 1);

    internal void AddResync() => Volatile.Write(ref _resyncs, _resyncs + 1);

    internal void AddTrade() => Volatile.Write(ref _trades, _trades + 1);

    internal void AddTopOfBook() => Volatile.Write(ref _tops, _tops + 1);
}

/// <summary>One symbol of a session: how its numbers are read, where its book stands, what waits. One thread.
/// </summary>
internal sealed class BookFeed
{
    // Six seconds of the busiest recorded symbol are about 5 MB.
    private const int MaxBufferedBytes = 32 * 1024 * 1024;

    public BookFeed(Instrument instrument, byte[] symbol, ISyncRule rule)
    {
        Instrument = instrument;
        Symbol = symbol;
        Scale = instrument.Scale;
        Sync = new BookSynchronizer(rule);
    }

    public Instrument Instrument { get; }

    /// <summary>The symbol as the messages write it.</summary>
    public byte[] Symbol { get; }

    /// <summary>How numbers are counted now; it can only become finer.</summary>
    public InstrumentScale Scale { get; set; }

    public BookSynchronizer Sync { get; }

    public FrameBuffer Buffer { get; } = new(MaxBufferedBytes);

    public BookFeedCounters Counters { get; } = new();

    /// <summary>A snapshot is needed and nobody has been asked yet.</summary>
    public bool IsSnapshotWanted { get; set; }

    /// <summary>Snapshots asked for since the book was last synchronised.</summary>
    public int SnapshotTries { get; set; }
}
