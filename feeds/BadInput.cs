using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;

namespace LowLatency.Feeds;

/// <summary>What was wrong with an input.</summary>
public enum BadInputKind
{
    /// <summary>Not JSON, or not the shape that the message kind has.</summary>
    MalformedJson,

    /// <summary>Bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>A field that the message kind needs is missing.</summary>
    MissingField,

    /// <summary>A field stands twice.</summary>
    DuplicateField,

    /// <summary>A symbol that was not subscribed.</summary>
    UnknownSymbol,

    /// <summary>A kind of message that this program does not know.</summary>
    UnknownMessage,

    /// <summary>Text where a number belongs.</summary>
    BadNumber,

    /// <summary>A number with an exponent.</summary>
    ExponentNumber,

    /// <summary>A number below zero.</summary>
    NegativeNumber,

    /// <summary>A number beyond the range of the increments.</summary>
    NumberOutOfRange,

    /// <summary>A number finer than the wire increment; up to twelve decimals the increment is made finer.</summary>
    FinerThanIncrement,

    /// <summary>A message longer than the limit.</summary>
    MessageTooLong,

    /// <summary>A message with more levels than the ring takes at once.</summary>
    TooManyLevels,

    /// <summary>A snapshot older than the first buffered message.</summary>
    SnapshotTooOld,

    /// <summary>A snapshot that could not be fetched or read.</summary>
    SnapshotFailed,

    /// <summary>More messages than the buffer holds came before a usable snapshot.</summary>
    BufferOverflow,

    /// <summary>The venue answered with an error.</summary>
    VenueError,

    /// <summary>A book that the engine found crossed, out of range, or other than the venue's own top of book, or of
    /// which nothing came for too long.</summary>
    UntrustedBook,
}

/// <summary>
/// Counts bad inputs and keeps samples of them. Any thread; a lock guards it, because nothing here is on the path
/// of a good message.
/// </summary>
public sealed class BadInputLog
{
    private const int KeptSamples = 32;
    private const int SampleBytes = 160;

    private readonly long[] _counts = new long[Enum.GetValues<BadInputKind>().Length];
    private readonly Queue<string> _recent = new();
    private readonly Lock _gate = new();

    /// <summary>Called with each sample in words, on the thread that met the bad input. Set before the start.</summary>
    public Action<string>? OnSample { get; set; }

    /// <summary>How often a kind was met.</summary>
    public long Count(BadInputKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>The last samples in words, newest last.</summary>
    public IReadOnlyList<string> Recent()
    {
        lock (_gate)
        {
            return _recent.ToArray();
        }
    }

    /// <summary>Counts a bad input and, for the first few of its kind and then every hundredth, keeps its text.
    /// </summary>
    /// <param name="kind">What was wrong.</param>
    /// <param name="where">Symbol or connection.</param>
    /// <param name="text">The offending text; it is cut to a sane length.</param>
    public void Report(BadInputKind kind, string where, ReadOnlySpan<byte> text)
    {
        long count = Interlocked.Increment(ref _counts[(int)kind]);
        if (count > 10 && count % 100 != 0)
        {
            return;
        }

        string sample = $"{kind} at {where} (no. {count}): {Shorten(text)}";
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

    // Control characters would let a hostile message write to the operator's terminal.
    private static string Shorten(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> head = text.Length > SampleBytes ? text[..SampleBytes] : text;
        var words = new StringBuilder(Encoding.UTF8.GetString(head));
        for (int i = 0; i < words.Length; i++)
        {
            if (char.IsControl(words[i]))
            {
                words[i] = '\uFFFD';
            }
        }

        return text.Length > SampleBytes ? words.Append($"… ({text.Length} bytes)").ToString() : words.ToString();
    }
}
