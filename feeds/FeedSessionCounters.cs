using System;
using System.Threading;

namespace LowLatency.Feeds;

/// <summary>
/// What has come over one connection. The session writes it; any thread may read it. Frames and messages differ where a
/// venue puts several messages into a frame.
/// </summary>
public sealed class FeedSessionCounters
{
    private readonly long[] _kinds = new long[Enum.GetValues<MessageKind>().Length];
    private long _frames;
    private long _bytes;
    private long _scanned;
    private long _fallbacks;

    /// <summary>Websocket messages.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Bytes of websocket messages.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Book updates read.</summary>
    public long Depth => Count(MessageKind.Depth);

    /// <summary>Books read that came over the stream.</summary>
    public long BookSnapshots => Count(MessageKind.BookSnapshot);

    /// <summary>Messages read of trades, tops of book and trading status.</summary>
    public long Direct => Count(MessageKind.Direct);

    /// <summary>Messages of kinds that are known and not used, those that show that others are missing among them.
    /// </summary>
    public long Ignored =>
        Count(MessageKind.Ignored) + Count(MessageKind.Missing) + Count(MessageKind.Reconnect);

    /// <summary>Messages refused as bad.</summary>
    public long Rejected => Count(MessageKind.Bad);

    /// <summary>Messages that the venue's scanner took; 0 where it has none.</summary>
    public long Scanned => Volatile.Read(ref _scanned);

    /// <summary>Messages that the venue's scanner left to the slower reader: those that the venue writes in another way
    /// than is known, and those that are rare.</summary>
    public long Fallbacks => Volatile.Read(ref _fallbacks);

    internal void AddFrame(int bytes)
    {
        Volatile.Write(ref _frames, _frames + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    internal void Add(MessageKind kind) => Volatile.Write(ref _kinds[(int)kind], _kinds[(int)kind] + 1);

    internal void AddScan(bool isTaken)
    {
        ref long counter = ref isTaken ? ref _scanned : ref _fallbacks;
        Volatile.Write(ref counter, counter + 1);
    }

    private long Count(MessageKind kind) => Volatile.Read(ref _kinds[(int)kind]);
}
