using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>The shapes of short messages. Messages of one type and symbol differ only in their digits: the positions of
/// the digits and all other text are the same from one to the next. A message that was read field by field, each
/// position found from the one before, leaves its shape here. A message of a known shape is then read at once, its
/// fields independently of each other.
/// <para>A message has a shape if its digits are at the same positions, all its other bytes are equal, all digits
/// outside numbers (in names, or zeros beyond an increment) are equal, and no integer has a leading zero. Apart from
/// the maximum time, which is checked too, these are all the conditions for taking a message field by field. So no
/// message is taken by its shape that would otherwise be refused or read differently.</para>
/// Single thread.</summary>
internal sealed class ShapeTable
{
    // Space for a symbol's tops and trades, whose quantities have one to four digits before the point, and as much
    // again to keep collisions rare.
    private const int SlotsForSymbol = 32;
    private const int MinSlots = 256;
    private const int MaxSlots = 4096;

    // If there are more shapes than slots, learning each of them would cost more than it saves.
    private const int MissesForReplacement = 16;

    private readonly int _nameStart;
    private readonly BookFeed[] _feeds;
    private readonly int _shift;

    // A shape is in the slot of its key or in the neighbouring one; 0 means empty.
    private readonly ulong[] _keys;
    private readonly Shape[] _shapes;
    private int _misses;

    /// <summary>Creates an empty table.</summary>
    /// <param name="nameStart">A position at which all messages contain, within sixteen bytes, text that distinguishes
    /// symbols, and no number.</param>
    /// <param name="feeds">The session's symbols.</param>
    public ShapeTable(int nameStart, BookFeed[] feeds)
    {
        _nameStart = nameStart;
        _feeds = feeds;
        int slots = Math.Clamp(
            (int)BitOperations.RoundUpToPowerOf2((uint)(feeds.Length * SlotsForSymbol)), MinSlots, MaxSlots);
        _shift = 64 - BitOperations.Log2((uint)slots);
        _keys = new ulong[slots];
        _shapes = new Shape[slots];
    }

    /// <summary>Number of shapes.</summary>
    public int Count { get; private set; }

    /// <summary>Reads a message of a known shape.</summary>
    /// <param name="text">The message, at least 64 bytes.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
    /// <param name="batch">Receives its event.</param>
    /// <param name="message">All zeros; filled in if the message was read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        if (text.Length > Shape.MaxBytes)
        {
            return false;
        }

        ref byte start = ref MemoryMarshal.GetReference(text);
        ShapeMasks nonDigits = ShapeMasks.NonDigits<TVectors>(in start, text.Length);
        ulong key = Key(in start, in nonDigits);
        int slot = (int)(key >> _shift);
        if (_keys[slot] != key)
        {
            slot ^= 1;
            if (_keys[slot] != key)
            {
                return false;
            }
        }

        ref readonly Shape shape = ref _shapes[slot];
        BookFeed feed = _feeds[shape.Symbol];
        if (!shape.Fits<TVectors>(in start, text.Length, in nonDigits)
            || shape.PriceDecimals != feed.Scale.PriceDecimals || shape.QuantityDecimals != feed.Scale.QuantityDecimals)
        {
            return false;
        }

        long ms = shape.Read<TVectors>(in start, ShapePlace.TimeMs);
        Span<EngineInput> free = batch.FreeSlots;
        if (ms > ScanText<TVectors>.MaxMs || free.IsEmpty)
        {
            return false;
        }

        message.Kind = MessageKind.Direct;
        message.Symbol = shape.Symbol;
        message.Channel = shape.Channel;

        // Writes all bytes of the event. A place without a number gets the 0 that it has in an event anyway: that is
        // cheaper than a branch, which would depend on the mixture of tops and trades.
        ref EngineInput item = ref free[0];
        item.Kind = shape.Kind;
        item.Side = shape.Side;
        item.InstrumentId = shape.InstrumentId;
        item.WireStamp = batch.WireStamp;
        item.ReceiveTimeNs = receiveTimeNs;
        item.ExchangeTimeNs = ms * ScanText<TVectors>.NsPerMs;
        item.BidPrice = shape.Read<TVectors>(in start, ShapePlace.BidPrice);
        item.BidQuantity = shape.Read<TVectors>(in start, ShapePlace.BidQuantity);
        item.AskPrice = shape.Read<TVectors>(in start, ShapePlace.AskPrice);
        item.AskQuantity = shape.Read<TVectors>(in start, ShapePlace.AskQuantity);
        item.UpdateId = shape.Read<TVectors>(in start, ShapePlace.UpdateId);
        batch.Advance(1);
        return true;
    }

    /// <summary>Stores the shape of a message that was read field by field.</summary>
    /// <param name="text">The message, at least 64 bytes: JSON without blanks and escapes.</param>
    /// <param name="members">Position of the first member of the object with the numbers; it contains only strings,
    /// numbers and words.</param>
    /// <param name="fields">Members that differ from message to message; all others belong to the shape, including
    /// their digits.</param>
    /// <param name="message">The message as read.</param>
    /// <param name="item">The result: the message's only event.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Learn<TVectors>(
        ReadOnlySpan<byte> text, int members, ShapeField[] fields, in ParsedMessage message, in EngineInput item)
        where TVectors : struct, IScanVectors
    {
        if (text.Length > Shape.MaxBytes)
        {
            return;
        }

        ref byte start = ref MemoryMarshal.GetReference(text);
        ShapeMasks nonDigits = ShapeMasks.NonDigits<TVectors>(in start, text.Length);
        ulong key = Key(in start, in nonDigits);
        int slot = (int)(key >> _shift);
        if (_keys[slot] != key && (_keys[slot ^ 1] == key || (_keys[slot] != 0 && _keys[slot ^ 1] == 0)))
        {
            slot ^= 1;
        }

        if (_keys[slot] != 0)
        {
            _misses++;
            if (_misses % MissesForReplacement != 0)
            {
                return;
            }

            if (_keys[slot] != key)
            {
                slot ^= (_misses / MissesForReplacement) & 1;
            }
        }

        Count += _keys[slot] == 0 ? 1 : 0;
        bool isMade = _shapes[slot].TryMake(text, in nonDigits, members, fields, _feeds[message.Symbol].Scale);
        _shapes[slot].Describe(in message, in item);
        _keys[slot] = isMade ? key : 0;
        Count -= isMade ? 0 : 1;
    }

    // Equal for equal text, whatever the digits of its numbers. Never 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Key(ref readonly byte start, in ShapeMasks nonDigits)
    {
        ref byte name = ref Unsafe.Add(ref Unsafe.AsRef(in start), _nameStart);
        ulong first = nonDigits.Block0 + Unsafe.ReadUnaligned<ulong>(in name);
        ulong second = nonDigits.Block1 ^ Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref name, 8));
        ulong third = nonDigits.Block2 + BitOperations.RotateLeft(nonDigits.Block3, 31);
        return ((first * 0x9E37_79B9_7F4A_7C15) + (second * 0xC2B2_AE3D_27D4_EB4F)
            + (third * 0x1656_67B1_9E37_79F9)) | 1;
    }
}
