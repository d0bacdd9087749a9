using System;
using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// Writes an interpolated string as UTF-8 into a fixed buffer on the stack, without allocating. The compiler uses it
/// for <see cref="StrategyContext.Log(ref StrategyLogHandler)"/>. Values can be numbers, times and everything else that
/// implements <see cref="IUtf8SpanFormattable"/>, and enums, bools, strings and UTF-8 bytes; others do not compile,
/// because they could only be formatted by allocating. Formats (<c>{price:F2}</c>) are allowed, alignment is not. The
/// culture is invariant.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[InterpolatedStringHandler]
public ref struct StrategyLogHandler
{
    private const int MaxNameChars = 64;

    // Whether anybody reads the line. It does not decide whether the values are evaluated: they could have side
    // effects, and the log must not change a decision.
    private readonly bool _isRead;
    private StrategyLogBytes _text;
    private int _length;
    private bool _isCut;

    /// <summary>Starts a line of a strategy.</summary>
    /// <param name="literalLength">Unused.</param>
    /// <param name="formattedCount">Unused.</param>
    /// <param name="context">The strategy's context.</param>
    public StrategyLogHandler(int literalLength, int formattedCount, StrategyContext context)
        : this(context.StrategyLog)
    {
        _ = literalLength;
        _ = formattedCount;
    }

    /// <summary>Starts a line about an instrument.</summary>
    /// <param name="literalLength">Unused.</param>
    /// <param name="formattedCount">Unused.</param>
    /// <param name="instrument">The instrument.</param>
    public StrategyLogHandler(int literalLength, int formattedCount, TradedInstrument instrument)
        : this(instrument.Context.StrategyLog)
    {
        _ = literalLength;
        _ = formattedCount;
    }

    internal StrategyLogHandler(StrategyLog log)
    {
        Unsafe.SkipInit(out _text);
        _isRead = log.IsRead;
    }

    /// <summary>Appends text.</summary>
    public void AppendLiteral(string value) => AppendFormatted(value.AsSpan());

    /// <summary>Appends text; nothing for null.</summary>
    public void AppendFormatted(string? value) => AppendFormatted(value.AsSpan());

    /// <summary>Appends text.</summary>
    public void AppendFormatted(scoped ReadOnlySpan<char> value)
    {
        if (_isRead && !_isCut)
        {
            Span<byte> text = _text;
            OperationStatus status = Utf8.FromUtf16(value, text[_length..], out _, out int written);
            _isCut = status == OperationStatus.DestinationTooSmall;
            _length += written;
        }
    }

    /// <summary>Appends text that is UTF-8 already.</summary>
    public void AppendFormatted(scoped ReadOnlySpan<byte> value)
    {
        if (_isRead && !_isCut)
        {
            Span<byte> free = ((Span<byte>)_text)[_length..];
            int copied = Math.Min(value.Length, free.Length);
            while (copied < value.Length && copied > 0 && (value[copied] & 0xC0) == 0x80)
            {
                // Not in the middle of a character.
                copied--;
            }

            value[..copied].CopyTo(free);
            _length += copied;
            _isCut = copied < value.Length;
        }
    }

    /// <summary>Appends "true" or "false".</summary>
    public void AppendFormatted(bool value) => AppendFormatted(value ? "true" : "false");

    /// <summary>Appends a number, a time, or whatever else can write itself as UTF-8. It is written whole or not at
    /// all.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">Its format, or null.</param>
    public void AppendFormatted<T>(T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        if (_isRead && !_isCut)
        {
            Span<byte> text = _text;
            _isCut = !value.TryFormat(text[_length..], out int written, format, CultureInfo.InvariantCulture);
            _length += _isCut ? 0 : written;
        }
    }

    /// <summary>Appends the name of an enum's member.</summary>
    /// <typeparam name="TEnum">The enum.</typeparam>
    /// <param name="value">The member.</param>
    /// <param name="format">Unused: it tells this overload from the one for other values.</param>
    public void AppendFormatted<TEnum>(TEnum value, EnumFormat format = EnumFormat.Name)
        where TEnum : struct, Enum
    {
        _ = format;
        Span<char> name = stackalloc char[MaxNameChars];
        AppendFormatted(Enum.TryFormat(value, name, out int written) ? (ReadOnlySpan<char>)name[..written] : "?");
    }

    internal readonly void CopyTo(ref StrategyLogSlot slot)
    {
        slot.Length = (ushort)_length;
        slot.IsCut = _isCut;
        ReadOnlySpan<byte> text = _text;
        text[.._length].CopyTo(slot.Text);
    }

    /// <summary>How a log line shows an enum.</summary>
    public enum EnumFormat
    {
        /// <summary>By the name of its member.</summary>
        Name,
    }
}
