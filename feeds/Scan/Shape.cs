using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Scan;

/// <summary>Format of a field that differs from message to message.</summary>
internal enum ShapeForm : byte
{
    /// <summary>An integer without a leading zero.</summary>
    Whole,

    /// <summary>A decimal number in price increments.</summary>
    Price,

    /// <summary>A decimal number in quantity increments.</summary>
    Quantity,

    /// <summary>Text that may contain any digits.</summary>
    Word,
}

/// <summary>
/// Destination of a number in an event. Tops and trades share places, as in <see cref="EngineInput"/>.
/// </summary>
internal static class ShapePlace
{
    /// <summary>Exchange time in milliseconds.</summary>
    public const int TimeMs = 0;

    /// <summary><see cref="EngineInput.BidPrice"/>.</summary>
    public const int BidPrice = 1;

    /// <summary><see cref="EngineInput.Price"/>.</summary>
    public const int Price = 1;

    /// <summary><see cref="EngineInput.BidQuantity"/>.</summary>
    public const int BidQuantity = 2;

    /// <summary><see cref="EngineInput.Quantity"/>.</summary>
    public const int Quantity = 2;

    /// <summary><see cref="EngineInput.AskPrice"/>.</summary>
    public const int AskPrice = 3;

    /// <summary><see cref="EngineInput.LastTradeId"/>.</summary>
    public const int LastTradeId = 3;

    /// <summary><see cref="EngineInput.AskQuantity"/>.</summary>
    public const int AskQuantity = 4;

    /// <summary><see cref="EngineInput.TradeId"/>.</summary>
    public const int TradeId = 4;

    /// <summary><see cref="EngineInput.UpdateId"/>.</summary>
    public const int UpdateId = 5;

    /// <summary>Number of places; also: no place.</summary>
    public const int None = 6;
}

/// <summary>A member of a JSON object that differs from message to message.</summary>
internal readonly record struct ShapeField(string Name, ShapeForm Form, int Place = ShapePlace.None);

/// <summary>
/// A bit for each byte of a message of 64 to 256 bytes, in four blocks of 64. They start at bytes 0, 64 and 128 and at
/// 64 bytes before the end, but never later than that, so blocks overlap in shorter messages.
/// </summary>
internal struct ShapeMasks
{
    /// <summary>Bytes per block.</summary>
    public const int BlockBytes = 64;

    public ulong Block0;
    public ulong Block1;
    public ulong Block2;
    public ulong Block3;

    /// <summary>All bytes.</summary>
    public static ShapeMasks All => new()
    {
        Block0 = ulong.MaxValue,
        Block1 = ulong.MaxValue,
        Block2 = ulong.MaxValue,
        Block3 = ulong.MaxValue,
    };

    /// <summary>The bytes that are not digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShapeMasks NonDigits<TVectors>(ref readonly byte start, int length)
        where TVectors : struct, IScanVectors => new()
        {
            Block0 = TVectors.NonDigits(in start),
            Block1 = TVectors.NonDigits(in Block(in start, length, 1)),
            Block2 = TVectors.NonDigits(in Block(in start, length, 2)),
            Block3 = TVectors.NonDigits(in Block(in start, length, 3)),
        };

    /// <summary>The first byte of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly byte Block(ref readonly byte start, int length, int block) =>
        ref Unsafe.Add(ref Unsafe.AsRef(in start), Offset(length, block));

    /// <summary>Start of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Offset(int length, int block) =>
        block == 3 ? length - BlockBytes : Math.Min(block * BlockBytes, length - BlockBytes);

    /// <summary>Sets or clears the bits of one byte in all blocks that contain it.</summary>
    public void Set(int length, int at, bool isSet)
    {
        Span<ulong> blocks = MemoryMarshal.CreateSpan(ref Block0, 4);
        for (int block = 0; block < blocks.Length; block++)
        {
            int bit = at - Offset(length, block);
            if (bit is >= 0 and < BlockBytes)
            {
                blocks[block] = isSet ? blocks[block] | (1UL << bit) : blocks[block] & ~(1UL << bit);
            }
        }
    }
}

/// <summary>
/// What messages of one type, symbol and format have in common: everything except the digits of their numbers.
/// </summary>
internal struct Shape
{
    /// <summary>Maximum message length.</summary>
    public const int MaxBytes = 256;

    private ShapeMasks _nonDigits;

    // Bytes that are compared, and those of them that must differ: there the text has a '0'.
    private ShapeMasks _compared;
    private ShapeMasks _differs;
    private Numbers _numbers;
    private Blocks _text;
    private int _length;

    /// <summary>Index of the symbol.</summary>
    public int Symbol { get; private set; }

    /// <summary>The messages' channel.</summary>
    public StreamChannel Channel { get; private set; }

    /// <summary>Decimals of price increments, which the positions of digits depend on.</summary>
    public int PriceDecimals { get; private set; }

    /// <summary>Decimals of quantity increments, likewise.</summary>
    public int QuantityDecimals { get; private set; }

    /// <summary>The event's kind.</summary>
    public EventKind Kind { get; private set; }

    /// <summary>The event's side, if it has one.</summary>
    public Side Side { get; private set; }

    /// <summary>The event's instrument.</summary>
    public ushort InstrumentId { get; private set; }

    /// <summary>true if a message has this shape.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its length, 64 to 256.</param>
    /// <param name="nonDigits">Its bytes that are not digits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Fits<TVectors>(ref readonly byte start, int length, in ShapeMasks nonDigits)
        where TVectors : struct, IScanVectors
    {
        ref readonly byte text = ref _text.First;
        ulong block0 = TVectors.Different(in start, in text) & _compared.Block0;
        ulong block1 = TVectors.Different(in ShapeMasks.Block(in start, length, 1), in At(in text, 64))
            & _compared.Block1;
        ulong block2 = TVectors.Different(in ShapeMasks.Block(in start, length, 2), in At(in text, 128))
            & _compared.Block2;
        ulong block3 = TVectors.Different(in ShapeMasks.Block(in start, length, 3), in At(in text, 192))
            & _compared.Block3;
        return ((nonDigits.Block0 ^ _nonDigits.Block0) | (block0 ^ _differs.Block0)
            | (nonDigits.Block1 ^ _nonDigits.Block1) | (block1 ^ _differs.Block1)
            | (nonDigits.Block2 ^ _nonDigits.Block2) | (block2 ^ _differs.Block2)
            | (nonDigits.Block3 ^ _nonDigits.Block3) | (block3 ^ _differs.Block3)
            | (ulong)(uint)(length ^ _length)) == 0;
    }

    /// <summary>Reads the number of a place; 0 if the shape has none.</summary>
    /// <param name="start">The first byte of a message of this shape.</param>
    /// <param name="place">The place; not <see cref="ShapePlace.None"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly long Read<TVectors>(ref readonly byte start, int place)
        where TVectors : struct, IScanVectors
    {
        ref readonly ShapeNumber number = ref Unsafe.Add(ref Unsafe.AsRef(in _numbers.First), place);
        return DigitText.ReadOrdered<TVectors>(in At(in start, number.Start), number.Order);
    }

    /// <summary>Creates the shape of a message; see <see cref="ShapeTable.Learn"/>.</summary>
    /// <returns>false if a field has an unexpected format.</returns>
    public bool TryMake(
        ReadOnlySpan<byte> text, in ShapeMasks nonDigits, int members, ShapeField[] fields, in InstrumentScale scale)
    {
        this = default;
        _length = text.Length;
        _nonDigits = nonDigits;
        _compared = ShapeMasks.All;
        (PriceDecimals, QuantityDecimals) = (scale.PriceDecimals, scale.QuantityDecimals);
        foreach (ref ShapeNumber number in MemoryMarshal.CreateSpan(ref _numbers.First, ShapePlace.None))
        {
            number.Order = DigitText.Order(0, 0, 0);
        }

        Span<byte> own = stackalloc byte[MaxBytes];
        text.CopyTo(own);
        int at = members;
        while (text[at] == '"')
        {
            ReadOnlySpan<byte> name = text[(at + 1)..];
            name = name[..name.IndexOf((byte)'"')];
            int value = at + name.Length + 3;
            bool isQuoted = text[value] == '"';
            value += isQuoted ? 1 : 0;
            int length = isQuoted
                ? text[value..].IndexOf((byte)'"')
                : text[value..].IndexOfAny((byte)',', (byte)'}');
            foreach (ShapeField field in fields)
            {
                if (Ascii.Equals(name, field.Name) && !TryFree(own, field, value, length, isQuoted))
                {
                    return false;
                }
            }

            // Skips the comma, or the first of the brackets at the end.
            at = value + length + (isQuoted ? 2 : 1);
        }

        Span<byte> blocks = MemoryMarshal.CreateSpan(ref _text.First, MaxBytes);
        for (int block = 0; block < MaxBytes / ShapeMasks.BlockBytes; block++)
        {
            own.Slice(ShapeMasks.Offset(_length, block), ShapeMasks.BlockBytes)
                .CopyTo(blocks[(block * ShapeMasks.BlockBytes)..]);
        }

        return true;
    }

    /// <summary>Sets the symbol, and the event that such messages become.</summary>
    public void Describe(in ParsedMessage message, in EngineInput item) =>
        (Symbol, Channel, Kind, Side, InstrumentId) =
            (message.Symbol, message.Channel, item.Kind, item.Side, item.InstrumentId);

    // Allows any digits in a field, under the conditions of its format.
    private bool TryFree(Span<byte> own, ShapeField field, int value, int length, bool isQuoted)
    {
        ReadOnlySpan<byte> text = own.Slice(value, length);
        if (field.Form == ShapeForm.Word)
        {
            for (int i = 0; i < length; i++)
            {
                _compared.Set(_length, value + i, !char.IsAsciiDigit((char)text[i]));
            }

            return true;
        }

        int decimals = field.Form switch
        {
            ShapeForm.Price => PriceDecimals,
            ShapeForm.Quantity => QuantityDecimals,
            _ => 0,
        };
        int point = field.Form == ShapeForm.Whole ? -1 : text.IndexOf((byte)'.');
        int whole = point < 0 ? length : point;
        int fraction = point < 0 ? 0 : Math.Min(length - whole - 1, decimals);

        // The sixteen bytes that end with the last significant digit.
        int start = value + DigitText.Width(whole, fraction) - DigitText.MaxDigits;
        if (whole == 0 || whole + decimals > DigitText.MaxDigits || value < start || start < 0
            || text[..whole].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || (point >= 0 && text[(point + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9')))
        {
            return false;
        }

        // Digits beyond the increments stay fixed: they are zeros, or the message would not have been taken.
        for (int i = 0; i < DigitText.Width(whole, fraction); i++)
        {
            if (i != whole)
            {
                _compared.Set(_length, value + i, false);
            }
        }

        if (whole > 1 && (field.Form == ShapeForm.Whole || !isQuoted))
        {
            own[value] = (byte)'0';
            _compared.Set(_length, value, true);
            _differs.Set(_length, value, true);
        }

        if (field.Place != ShapePlace.None)
        {
            _numbers[field.Place] = new ShapeNumber
            {
                Order = DigitText.Order(whole, fraction, decimals),
                Start = start,
            };
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly byte At(ref readonly byte start, int offset) =>
        ref Unsafe.Add(ref Unsafe.AsRef(in start), offset);

    // See DigitText.ReadOrdered. For a missing number no lane has a digit, and any sixteen bytes will do.
    private struct ShapeNumber
    {
        public Vector128<byte> Order;
        public int Start;
    }

    [InlineArray(ShapePlace.None)]
    private struct Numbers
    {
        public ShapeNumber First;
    }

    [InlineArray(MaxBytes)]
    private struct Blocks
    {
        public byte First;
    }
}
