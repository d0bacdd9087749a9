using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;

namespace LowLatency.Feeds;

/// <summary>Kinds of invalid input.</summary>
public enum BadInputKind
{
    /// <summary>Not JSON, or not the structure of this message type.</summary>
    MalformedJson,

    /// <summary>Bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>A required field is missing.</summary>
    MissingField,

    /// <summary>A field occurs twice.</summary>
    DuplicateField,

    /// <summary>A symbol that was not subscribed.</summary>
    UnknownSymbol,

    /// <summary>An unknown message type.</summary>
    UnknownMessage,

    /// <summary>Text that is not a number.</summary>
    BadNumber,

    /// <summary>A number with an exponent.</summary>
    ExponentNumber,

    /// <summary>A number below zero.</summary>
    NegativeNumber,

    /// <summary>A number outside the range of the increments.</summary>
    NumberOutOfRange,

    /// <summary>
    /// A number finer than the wire increment, with more than twelve decimals. (Up to twelve, the increment is
    /// refined.)
    /// </summary>
    FinerThanIncrement,

    /// <summary>A message longer than the limit.</summary>
    MessageTooLong,

    /// <summary>A message with more levels than fit into one ring claim.</summary>
    TooManyLevels,

    /// <summary>A snapshot older than the first buffered message.</summary>
    SnapshotTooOld,

    /// <summary>A snapshot that could not be fetched or read.</summary>
    SnapshotFailed,

    /// <summary>The buffer was full before a usable snapshot arrived.</summary>
    BufferOverflow,

    /// <summary>The venue answered with an error.</summary>
    VenueError,

    /// <summary>
    /// A book that the engine found crossed, out of range or different from the venue's top of book, or that was silent
    /// for too long.
    /// </summary>
    UntrustedBook,
}

/// <summary>
/// Counts bad inputs and keeps samples. Any thread. It takes a lock, because good messages never get here.
/// </summary>
public sealed class BadInputLog
{
    private const int KeptSamples = 32;
    private const int SampleBytes = 160;

    private readonly long[] _counts = new long[Enum.GetValues<BadInputKind>().Length];
    private readonly string?[] _first = new string?[Enum.GetValues<BadInputKind>().Length];
    private readonly Queue<string> _recent = new();
    private readonly Lock _gate = new();

    /// <summary>
    /// Called with each sample as text, on the thread that found the bad input. Set it before the start.
    /// </summary>
    public Action<string>? OnSample { get; set; }

    /// <summary>Number of bad inputs of a kind.</summary>
    public long Count(BadInputKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>The text of the first bad input of a kind, or null.</summary>
    public string? First(BadInputKind kind) => Volatile.Read(ref _first[(int)kind]);

    /// <summary>The last samples as text, newest last.</summary>
    public IReadOnlyList<string> Recent()
    {
        lock (_gate)
        {
            return _recent.ToArray();
        }
    }

    /// <summary>Counts a bad input. The text of the first few of a kind is kept, then of every hundredth.</summary>
    /// <param name="kind">What is wrong.</param>
    /// <param name="where">Symbol or connection.</param>
    /// <param name="text">The offending text; it is truncated.</param>
    public void Report(BadInputKind kind, string where, ReadOnlySpan<byte> text)
    {
        long count = Interlocked.Increment(ref _counts[(int)kind]);
        if (count > 10 && count % 100 != 0)
        {
            return;
        }

        string offending = Shorten(text);
        if (count == 1)
        {
            Volatile.Write(ref _first[(int)kind], offending);
        }

        string sample = $"{kind} at {where} (no. {count}): {offending}";
        lock (_gate)
        {
            _recent.Enqueue(sample);
            if (_recent.Count > KeptSamples)
            {
                _recent.Dequeue();
            }
        }

        OnSample?.Invoke(sample);
    }

    private static string Shorten(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> head = text.Length > SampleBytes ? text[..SampleBytes] : text;
        string words = OutsideText.Clean(Encoding.UTF8.GetString(head));
        return text.Length > SampleBytes ? $"{words}… ({text.Length} bytes)" : words;
    }
}
