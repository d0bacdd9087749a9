using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Memory;

namespace LowLatency.Recorder;

/// <summary>The recorder's bounded memory: a byte ring that many threads append to and one thread reads. Appending is
/// lock-free: one compare-and-swap reserves space, copying needs no synchronisation, and a full ring refuses at once.
/// <code>
/// frame, at a multiple of 8:  +--------------+----------------+-------------------+---------+
///                             | state i32    | losses i32     | InputRecord       | payload |
///                             +--------------+----------------+-------------------+---------+
/// state 0: not published yet; above 0: 1 + payload length; below 0: filler of -state bytes to the ring's end
/// </code>
/// </summary>
internal sealed class RecordRing
{
    private const int Alignment = 8;
    private const int LossesOffset = sizeof(int);
    private const int RecordOffset = 2 * sizeof(int);
    private const long Closed = long.MinValue;

    private static readonly int s_payloadOffset = RecordOffset + Unsafe.SizeOf<InputRecord>();

    // Zero wherever nothing is published: the reader clears what it releases, so old bytes never look published.
    private readonly byte[] _memory;
    private readonly int _mask;
    private Positions _positions;

    /// <param name="capacity">A power of two, 4 KiB to 1 GiB.</param>
    internal RecordRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1 << 12);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 30);
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.IsPow2(capacity), true, nameof(capacity));
        _memory = Preallocated.NewArray<byte>(capacity, isPinned: true);
        _mask = capacity - 1;
    }

    internal int Capacity => _memory.Length;

    /// <summary>Bytes reserved and not yet released. Any thread.</summary>
    internal long UsedBytes => (Volatile.Read(ref _positions.Tail) & ~Closed) - Volatile.Read(ref _positions.Head);

    /// <summary>Records refused and not yet reported to the reader. Any thread.</summary>
    internal int PendingLosses => Volatile.Read(ref _positions.PendingLosses);

    /// <summary>
    /// Appends a record, or counts it as lost; returns false without counting if the ring is closed. Any thread.
    /// </summary>
    internal bool TryAppend(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        long length = Align((long)s_payloadOffset + payload.Length);
        long claimed = Volatile.Read(ref _positions.Tail);
        int at;
        long filler;
        while (true)
        {
            at = (int)(claimed & _mask);
            long toEnd = _memory.Length - at;
            filler = length > toEnd ? toEnd : 0;
            if (claimed < 0)
            {
                // After the end of the recording: nothing is missing from it.
                return false;
            }

            if (claimed + filler + length - Volatile.Read(ref _positions.Head) > _memory.Length)
            {
                Interlocked.Increment(ref _positions.PendingLosses);
                return false;
            }

            long seen = Interlocked.CompareExchange(ref _positions.Tail, claimed + filler + length, claimed);
            if (seen == claimed)
            {
                break;
            }

            claimed = seen;
        }

        if (filler > 0)
        {
            Volatile.Write(ref State(at), -(int)filler);
            at = 0;
        }

        // The first record after a loss carries the count: its Loss record is written before this one.
        int losses = PendingLosses == 0 ? 0 : TakeLosses();
        Span<byte> frame = _memory.AsSpan(at, s_payloadOffset + payload.Length);
        MemoryMarshal.Write(frame[LossesOffset..], losses);
        MemoryMarshal.Write(frame[RecordOffset..], record);
        payload.CopyTo(frame[s_payloadOffset..]);
        Volatile.Write(ref State(at), 1 + payload.Length);
        return true;
    }

    /// <summary>Returns the oldest record if it is published. Reader thread only.</summary>
    internal bool TryPeek(out InputRecord record, out ReadOnlySpan<byte> payload, out int losses)
    {
        record = default;
        payload = default;
        losses = 0;
        int at = (int)(_positions.Head & _mask);
        int state = Volatile.Read(ref State(at));
        if (state < 0)
        {
            Release(-state);
            at = 0;
            state = Volatile.Read(ref State(at));
        }

        if (state == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> frame = _memory.AsSpan(at, s_payloadOffset + state - 1);
        losses = MemoryMarshal.Read<int>(frame[LossesOffset..]);
        record = MemoryMarshal.Read<InputRecord>(frame[RecordOffset..]);
        payload = frame[s_payloadOffset..];
        return true;
    }

    /// <summary>Returns the memory of the last peeked record to the producers. Reader thread only.</summary>
    internal void ReleasePeeked(int payloadLength) => Release((int)Align((long)s_payloadOffset + payloadLength));

    /// <summary>Returns the number of refused records and resets it. Any thread.</summary>
    internal int TakeLosses() => Interlocked.Exchange(ref _positions.PendingLosses, 0);

    /// <summary>
    /// From now on every append is refused; records with reserved space are still completed. Any thread.
    /// </summary>
    internal void Close() => Interlocked.Or(ref _positions.Tail, Closed);

    private static long Align(long length) => (length + Alignment - 1) & -Alignment;

    private ref int State(int at) => ref Unsafe.As<byte, int>(ref _memory[at]);

    private void Release(int length)
    {
        _memory.AsSpan((int)(_positions.Head & _mask), length).Clear();
        Volatile.Write(ref _positions.Head, _positions.Head + length);
    }

    // Producer and reader fields are two cache lines apart to avoid false sharing.
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Positions
    {
        // Start of the next reservation; the sign bit means closed. Written by producers with compare-and-swap.
        [FieldOffset(128)]
        public long Tail;

        // Records refused since the last one that was accepted. Written by all threads.
        [FieldOffset(256)]
        public int PendingLosses;

        // Start of the oldest record; at most Tail, at least Tail - capacity. Written by the reader only.
        [FieldOffset(384)]
        public long Head;
    }
}
