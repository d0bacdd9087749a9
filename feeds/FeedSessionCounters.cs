using System;
using System.Threading;

namespace LowLatency.Feeds;

/// <summary>
/// Message counters of one connection. The session writes them; any thread may read them. Frames and messages differ at
/// venues that put several messages into a frame.
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

    /// <summary>Book updates parsed.</summary>
    public long Depth => Count(MessageKind.Depth);

    /// <summary>Stream snapshots parsed.</summary>
    public long BookSnapshots => Count(MessageKind.BookSnapshot);

    /// <summary>Messages with trades, tops of book or trading status.</summary>
    public long Direct => Count(MessageKind.Direct);

    /// <summary>
    /// Messages that are not used: other channels, answers and errors of the venue, and those that show that others are
    /// missing.
    /// </summary>
    public long Ignored =>
        Count(MessageKind.Ignored) + Count(MessageKind.Missing) + Count(MessageKind.Reconnect)
        + Count(MessageKind.VenueError);

    /// <summary>Bad messages.</summary>
    public long Rejected => Count(MessageKind.Bad);

    /// <summary>Messages taken by the venue's scanner; 0 if it has none.</summary>
    public long Scanned => Volatile.Read(ref _scanned);

    /// <summary>Messages that the scanner left to the parser: rare ones, and those in an unusual format.</summary>
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
