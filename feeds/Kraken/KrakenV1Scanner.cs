using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Kraken;

/// <summary>
/// Level updates of version 1: one object with one side, or one for each side, and the checksum in the last one. Type
/// and pair are at the end: <c>[336,{"a":[[…]],"c":"974942666"},"book-10","XBT/USD"]</c>.
/// </summary>
internal readonly struct KrakenV1Scanner(ShortNameTable pairs, BookFeed[] feeds)
{
    private const int MaxObjects = 2;

    // Larger ones are left to the parser.
    private const int MaxDepth = 4000;

    // "] follows the pair. The eight bytes that a shorter pair's comparison reads would exceed the message.
    private const int BytesBehindPair = 2;
    private const int MinPairBytes = 8 - BytesBehindPair;

    // Times are seconds with microseconds.
    private const int TimeDecimals = 6;
    private const long NsPerUs = 1_000;
    private const long MaxUs = WireNumber.MaxValue / NsPerUs;

    /// <summary>Reads one frame; see <see cref="IFrameScanner"/>.</summary>
    /// <param name="text">A frame of at least <see cref="ScanText{TVectors}.MinBytes"/> that begins with a
    /// bracket.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
    /// <param name="batch">Receives its events.</param>
    /// <param name="message">The message, if it was taken.</param>
    public bool TryRead<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        message = default;
        message.Symbol = FindPair(text, out int length);
        if (message.Symbol < 0)
        {
            return false;
        }

        BookFeed feed = feeds[message.Symbol];
        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs);
        Span<EngineInput> free = batch.FreeSlots;
        var read = new V1Levels { WireDecimals = feed.WireDecimals };
        var scan = new ScanText<TVectors>(text, 1);
        if (!scan.TrySkipInteger() || !scan.TryTake(",{\""u8))
        {
            return false;
        }

        int objects = 0;
        do
        {
            bool isAsks = scan.TryTake("a\":[[\""u8);
            if (!isAsks && !scan.TryTake("b\":[[\""u8))
            {
                return false;
            }

            // The first price is close to the start: the digits of a short one could not be read as vectors.
            int position = text.Length - scan.Rest;
            if (position < DigitText.BytesBefore
                && !scan.CountsBeyond(DigitText.BytesBefore - position, feed.Scale.PriceDecimals))
            {
                return false;
            }

            template.Side = isAsks ? Side.Sell : Side.Buy;
            if (!scan.TryGoTo(ReadLevels(scan, feed, in template, free, ref read)))
            {
                return false;
            }
        }
        while (++objects < MaxObjects && scan.TryTake("},{\""u8));

        if (!scan.TryTake(",\"c\":\""u8) || !scan.TryReadInteger(out long checksum) || checksum > uint.MaxValue
            || !scan.TryTake("\"},\"book-"u8) || !scan.TryReadInteger(out long depth) || depth is 0 or > MaxDepth
            || !scan.TryTake("\",\""u8)
            || scan.Rest != length + BytesBehindPair)
        {
            return false;
        }

        // The message has one time, that of its newest level.
        foreach (ref EngineInput level in free[..read.Count])
        {
            level.ExchangeTimeNs = read.TimeNs;
        }

        feed.WireDecimals = read.WireDecimals;
        batch.Advance(read.Count);
        message.Kind = MessageKind.Depth;
        message.Channel = KrakenChannels.Book(depth);
        message.ConcernsBook = true;
        message.ExchangeTimeNs = read.TimeNs;
        message.UpdateId = checksum;
        message.Checksum = (uint)checksum;
        message.HasChecksum = true;
        return true;
    }

    private int FindPair(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        int end = text.Length - BytesBehindPair;
        if (!text.EndsWith("\"]"u8))
        {
            return -1;
        }

        int start = end - ShortName.MaxBytes - 1;
        int quote = text[start..end].LastIndexOf((byte)'"');
        length = ShortName.MaxBytes - quote;
        return quote < 0 || length < MinPairBytes ? -1 : pairs.Find(in text[end - length], length);
    }

    // From after the first quote to after the last bracket: [price,volume,time], with "r" if it is sent again.
    private static int ReadLevels<TVectors>(
        ScanText<TVectors> text, BookFeed feed, in EngineInput template, Span<EngineInput> free, ref V1Levels read)
        where TVectors : struct, IScanVectors
    {
        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        for (int written = read.Count; (uint)written < (uint)free.Length; written++)
        {
            int decimals = text.PeekDecimals();
            if (!text.TryReadDecimal(priceDecimals, out long price) || !text.TryTake("\",\""u8))
            {
                return -1;
            }

            int volumeDecimals = text.PeekDecimals();
            if (!text.TryReadDecimal(quantityDecimals, out long volume) || !text.TryTake("\",\""u8)
                || !text.TryReadDecimal(TimeDecimals, out long us) || us > MaxUs)
            {
                return -1;
            }

            ref EngineInput level = ref free[written];
            level = template;
            level.Price = price;
            level.Quantity = volume;
            read.TimeNs = Math.Max(read.TimeNs, us * NsPerUs);
            _ = text.TryTake("\",\"r"u8);
            if (!text.TryTake("\"],[\""u8))
            {
                read.Count = written + 1;
                read.WireDecimals = new WireDecimals(
                    Math.Min(decimals, InstrumentScale.MaxDecimals),
                    Math.Min(volumeDecimals, InstrumentScale.MaxDecimals));
                return text.TryTake("\"]]"u8) ? text.Rest : -1;
            }
        }

        return -1;
    }

    // Properties of all levels of a message: their number, time and decimals.
    private struct V1Levels
    {
        public int Count;

        public long TimeNs;

        public WireDecimals WireDecimals;
    }
}
