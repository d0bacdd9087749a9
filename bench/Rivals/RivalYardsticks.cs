using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>Plain .NET code, other books, and the platform's queues and codecs.</summary>
internal sealed class RivalYardsticks : Yardsticks
{
    /// <inheritdoc/>
    public override IReadOnlyList<BookWay> Books { get; } =
    [
        BookWay.Of<SortedArrayBook>("sorted array"),
        BookWay.Of<BlockedArrayBook>("array in blocks"),
        BookWay.Of<TreeBook>("SortedDictionary"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<QueueWay> Queues => QueueRivals.All;

    /// <inheritdoc/>
    public override IReadOnlyList<ParsePath> Parse(InstrumentScale scale, bool isBinance)
    {
        if (!isBinance)
        {
            return [new JsonTokens("Utf8JsonReader, all numbers, no book", scale)];
        }

        decimal price = InstrumentScale.PowerOfTen(scale.PriceDecimals);
        decimal quantity = InstrumentScale.PowerOfTen(scale.QuantityDecimals);
        return
        [
            new JsonReading<long, IncrementReader, SummingSink>(
                "Utf8JsonReader to exact integers", scale, () => default, sink => sink.Sum),
            new JsonReading<long, IncrementReader, BookSink<SortedArrayBook>>(
                "Utf8JsonReader and sorted array book", scale, SortedArray, sink => sink.Seen.Sum),
            new JsonReading<decimal, DecimalReader, DecimalSink>(
                "Utf8JsonReader, decimal, SortedDictionary", scale, () => new DecimalSink(false, price, quantity),
                sink => sink.Seen.Sum, isCompared: false),
        ];

        BookSink<SortedArrayBook> SortedArray() =>
            new(SortedArrayBook.Create(OrderBook.DefaultLevelsPerSide(1), scale.TickIncrements));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Figure> Latencies(int perSecond, int seconds) =>
    [
        Figure.OfLatencies(
            "bare hand-over by Channel<long>", isYardstick: true, ChannelHandOver.Measure(perSecond, seconds)),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Figure> Replay(MeasuredInput input, long events) =>
    [
        input.Manifest.Venues[0].Name.StartsWith("binance", StringComparison.Ordinal)
            ? ReplayRivals.MeasureBook(input, events)
            : ReplayRivals.MeasureTokens(input, events),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Figure> Compression(
        string contentPath, long bytes, out double? referenceMbPerSecond) =>
        CompressionRivals.Measure(contentPath, bytes, out referenceMbPerSecond);
}
