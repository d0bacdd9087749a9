using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace LowLatency.Feeds;

/// <summary>Layout of websocket messages in the pipe. Each chunk is a header and bytes in one memory segment; a message
/// is one chunk unless it is longer than a segment.
/// <code>
///  0 Length   4 IsLast   8 ReceiveTimeNs   16 WireStamp   20 unused   24 bytes …
/// </code>
/// </summary>
internal static class PipeFrames
{
    /// <summary>Size of a chunk's header.</summary>
    public const int HeaderBytes = 24;

    /// <summary>Size of the pipe's memory segments: nearly every message fits into the rest of one.</summary>
    public const int SegmentBytes = 1024 * 1024;

    /// <summary>Minimum memory requested for a chunk.</summary>
    public const int MinChunkBytes = 64 * 1024;

    // When the parser is this far behind, the socket is no longer read (backpressure).
    private const long PauseBytes = 16 * 1024 * 1024;

    /// <summary>A pipe that runs its reader on the thread that received the bytes.</summary>
    public static Pipe CreatePipe() => new(new PipeOptions(
        pool: null,
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: PauseBytes,
        resumeWriterThreshold: PauseBytes / 2,
        minimumSegmentSize: SegmentBytes,
        useSynchronizationContext: false));

    public static void WriteHeader(Span<byte> chunk, int length, bool isLast, long receiveTimeNs, uint wireStamp)
    {
        MemoryMarshal.Write(chunk, length);
        MemoryMarshal.Write(chunk[4..], isLast ? 1 : 0);
        MemoryMarshal.Write(chunk[8..], receiveTimeNs);
        MemoryMarshal.Write(chunk[16..], wireStamp);
    }

    /// <summary>Removes the next chunk from the front of the buffer.</summary>
    public static bool TryReadChunk(
        ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> bytes, out bool isLast, out long receiveTimeNs,
        out uint wireStamp)
    {
        ReadOnlySpan<byte> head = buffer.FirstSpan;
        if (head.Length < HeaderBytes)
        {
            bytes = default;
            (isLast, receiveTimeNs, wireStamp) = (false, 0, 0);
            return false;
        }

        int length = MemoryMarshal.Read<int>(head);
        isLast = MemoryMarshal.Read<int>(head[4..]) != 0;
        receiveTimeNs = MemoryMarshal.Read<long>(head[8..]);
        wireStamp = MemoryMarshal.Read<uint>(head[16..]);
        bytes = head.Slice(HeaderBytes, length);
        buffer = buffer.Slice(HeaderBytes + length);
        return true;
    }
}
