using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Feeds.Scan;

namespace LowLatency.Tests.Support;

/// <summary>A scanner that is compared with its parser; see <see cref="ScannerUnderTest{TScanner}"/>.</summary>
internal interface IScannerUnderTest
{
    /// <summary>Messages taken by the scanner.</summary>
    long Taken { get; }

    /// <summary>The events of the last message taken.</summary>
    Span<EngineInput> Events { get; }

    /// <summary>
    /// Reads a message in all ways. Throws if two vector widths disagree, or if a message was taken that the parser
    /// reads differently in any field.
    /// </summary>
    /// <returns>true if the message was taken.</returns>
    bool Compare(ReadOnlySpan<byte> frame);

    /// <summary>Reads a message so that the scanner learns its shape, if it has shapes.</summary>
    void Prime(ReadOnlySpan<byte> frame);
}

/// <summary>Reads a frame with the scanner's parser; the frame is valid UTF-8.</summary>
internal delegate ParsedMessage FrameParser(ReadOnlySpan<byte> frame, EventBatch batch);

/// <summary>A venue's scanner, with vectors of every width and without, compared with its parser.</summary>
/// <param name="scanner">The scanner.</param>
/// <param name="parse">The parser.</param>
/// <param name="leftAlike">Whether both left the same symbol state, if they change it.</param>
internal sealed class ScannerUnderTest<TScanner>(
    TScanner scanner, FrameParser parse, Predicate<int>? leftAlike = null) : IScannerUnderTest
    where TScanner : struct, IFrameScanner
{
    private readonly EventBatch _parsed = new();
    private readonly EventBatch _scanned = new();

    /// <inheritdoc/>
    public long Taken { get; private set; }

    /// <inheritdoc/>
    public Span<EngineInput> Events => _scanned.Items;

    /// <inheritdoc/>
    public bool Compare(ReadOnlySpan<byte> frame)
    {
        _parsed.Clear();
        ParsedMessage parsed = Utf8.IsValid(frame)
            ? parse(frame, _parsed)
            : new ParsedMessage { Fault = BadInputKind.InvalidUtf8 };

        bool isTaken = Compare<NoVectors>(frame, in parsed);
        bool isSame = isTaken == Compare<Vectors128>(frame, in parsed)
            && isTaken == Compare<Vectors256>(frame, in parsed)
            && isTaken == Compare<Vectors512>(frame, in parsed);
        Check(isSame, frame, "one width takes what another leaves");
        Taken += isTaken ? 1 : 0;
        return isTaken;
    }

    /// <inheritdoc/>
    public void Prime(ReadOnlySpan<byte> frame)
    {
        _scanned.Clear();
        _ = scanner.TryRead<Vectors512>(frame, 1, _scanned, out _);
    }

    private bool Compare<TVectors>(ReadOnlySpan<byte> frame, in ParsedMessage parsed)
        where TVectors : struct, IScanVectors
    {
        // Space with old content, as after an earlier message: what is appended must not depend on it.
        _scanned.Clear();
        int room = Math.Min(_scanned.FreeSlots.Length, frame.Length);
        var untouched = new EngineInput { Kind = EventKind.Timer, Price = -1, Quantity = -1, OrderId = -1 };
        _scanned.FreeSlots[..room].Fill(untouched);
        bool isTaken = scanner.TryRead<TVectors>(frame, 1, _scanned, out ParsedMessage scanned);
        if (!isTaken)
        {
            Check(_scanned.Count == 0, frame, $"{typeof(TVectors).Name} left events behind");
            return false;
        }

        Check(
            (scanned.Kind, scanned.Symbol, scanned.Ids, scanned.UpdateId, scanned.ExchangeTimeNs, scanned.HasChecksum)
                == (parsed.Kind, parsed.Symbol, parsed.Ids, parsed.UpdateId, parsed.ExchangeTimeNs, parsed.HasChecksum)
                && (scanned.ConcernsBook, scanned.HasMore, scanned.Checksum, scanned.Channel)
                    == (parsed.ConcernsBook, parsed.HasMore, parsed.Checksum, parsed.Channel),
            frame,
            $"{typeof(TVectors).Name} reads {scanned.Kind}, the parser {parsed.Kind} ({parsed.Fault})");
        Check(
            MemoryMarshal.AsBytes(_scanned.Items)
                .SequenceEqual(MemoryMarshal.AsBytes(_parsed.Items)),
            frame,
            $"{typeof(TVectors).Name} reads different events");
        Check(
            leftAlike is null || leftAlike(scanned.Symbol), frame, $"{typeof(TVectors).Name} leaves a different state");
        return true;
    }

    private static void Check(bool isRight, ReadOnlySpan<byte> frame, string words)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"{words}: {Encoding.UTF8.GetString(frame)}");
        }
    }
}
