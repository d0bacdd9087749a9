using System;
using System.Runtime.InteropServices;

namespace LowLatency.Feeds;

/// <summary>Messages that are buffered for a snapshot: a bounded FIFO queue of bytes. Single thread.</summary>
internal sealed class FrameBuffer
{
    private const int HeaderBytes = 16;

    // Memory beyond this size is released after a burst.
    private const int KeptBytes = 1024 * 1024;

    private readonly int _maxBytes;
    private byte[] _bytes = [];

    // Buffered messages are in [_head, _tail).
    private int _head;
    private int _tail;

    public FrameBuffer(int maxBytes) => _maxBytes = maxBytes;

    /// <summary>Number of messages.</summary>
    public int Count { get; private set; }

    /// <summary>Appends a message.</summary>
    /// <returns>false if it would exceed the bound; then nothing changes.</returns>
    public bool TryAppend(ReadOnlySpan<byte> frame, long receiveTimeNs)
    {
        int needed = HeaderBytes + frame.Length;
        if (_tail - _head + needed > _maxBytes)
        {
            return false;
        }

        if (_tail + needed > _bytes.Length)
        {
            MakeRoom(needed);
        }

        Span<byte> slot = _bytes.AsSpan(_tail, needed);
        MemoryMarshal.Write(slot, frame.Length);
        MemoryMarshal.Write(slot[8..], receiveTimeNs);
        frame.CopyTo(slot[HeaderBytes..]);
        _tail += needed;
        Count++;
        return true;
    }

    /// <summary>The oldest message. The buffer must not be empty; valid until the next append.</summary>
    public ReadOnlySpan<byte> Peek(out long receiveTimeNs)
    {
        int length = MemoryMarshal.Read<int>(_bytes.AsSpan(_head));
        receiveTimeNs = MemoryMarshal.Read<long>(_bytes.AsSpan(_head + 8));
        return _bytes.AsSpan(_head + HeaderBytes, length);
    }

    /// <summary>Removes the oldest message. The buffer must not be empty.</summary>
    public void RemoveFirst()
    {
        _head += HeaderBytes + MemoryMarshal.Read<int>(_bytes.AsSpan(_head));
        if (--Count == 0)
        {
            Clear();
        }
    }

    /// <summary>Drops all messages.</summary>
    public void Clear()
    {
        (_head, _tail, Count) = (0, 0, 0);
        if (_bytes.Length > KeptBytes)
        {
            _bytes = [];
        }
    }

    private void MakeRoom(int needed)
    {
        int used = _tail - _head;
        byte[] target = used + needed > _bytes.Length
            ? new byte[Math.Min(Math.Max(used + needed, Math.Max(64 * 1024, _bytes.Length * 2)), _maxBytes)]
            : _bytes;
        _bytes.AsSpan(_head, used).CopyTo(target);
        (_bytes, _head, _tail) = (target, 0, used);
    }
}
