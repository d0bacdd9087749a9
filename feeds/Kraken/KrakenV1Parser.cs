using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Kraken;

/// <summary>Parses Kraken's arrays of version 1, which occur in recordings:
/// <c>[channel, {…}, {…}, "book-1000", "XBT/USD"]</c>. Their type and pair are at the end.
/// </summary>
internal ref struct KrakenV1Parser
{
    private const int AskSnapshot = 0;
    private const int BidSnapshot = 1;
    private const int Asks = 2;
    private const int Bids = 3;
    private const int Checksum = 4;

    private const int MaxPayloads = 4;

    private static readonly FieldTable s_book = new("as", "bs", "a", "b", "c");

    private WireReader _in;

    public KrakenV1Parser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch);

    public ParsedMessage ReadMessage(SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> payloads = stackalloc int[MaxPayloads];
        if (!TryIdentify(payloads, out int payloadCount, out WireIdentity identity))
        {
            return _in.Message;
        }

        if (identity.Kind != MessageKind.Bad)
        {
            return _in.Succeed(identity.Kind);
        }

        _in.Message.Channel = identity.Stream;
        _in.Message.Symbol = symbols.Find(identity.Symbol);
        if (_in.Message.Symbol < 0)
        {
            _in.RejectText(identity.Symbol, BadInputKind.UnknownSymbol);
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        return identity.Subject == MessageSubject.Book
            ? ReadBook(feed, payloads[..payloadCount])
            : ReadTrades(feed, payloads[0]);
    }

    /// <summary>Identifies a message without reading its content.</summary>
    /// <param name="payloads">Receives the positions of its objects and arrays; four fit.</param>
    /// <param name="payloadCount">Their number.</param>
    /// <param name="identity">The identity.</param>
    public bool TryIdentify(scoped Span<int> payloads, out int payloadCount, out WireIdentity identity)
    {
        identity = default;
        if (!TryFindParts(payloads, out payloadCount, out int channelAt, out int pairAt) || !_in.TryEnd()
            || !_in.GoTo(channelAt) || !_in.TryReadText(out identity.Channel)
            || !_in.GoTo(pairAt) || !_in.TryReadText(out identity.Symbol))
        {
            return false;
        }

        identity.Stream = KrakenChannels.Of(identity.Channel);
        int dash = identity.Channel.IndexOf((byte)'-');
        identity.Type = dash < 0 ? identity.Channel : identity.Channel[..dash];
        bool isTrade = identity.Stream == KrakenChannels.Trades;
        if (identity.Stream == StreamChannel.None || (isTrade && payloadCount != 1))
        {
            identity.Subject = MessageSubject.Other;
            identity.Kind = MessageKind.Ignored;
            return !isTrade || _in.Reject(BadInputKind.UnknownMessage);
        }

        identity.Subject = isTrade ? MessageSubject.Trade : MessageSubject.Book;
        return isTrade || TryReadAction(payloads[0], out identity.Action);
    }

    private bool TryReadAction(int payload, out ReadOnlySpan<byte> action)
    {
        Span<int> at = stackalloc int[5];
        action = default;
        if (!_in.GoTo(payload) || !_in.TryFindFields(s_book, at))
        {
            return false;
        }

        action = at[AskSnapshot] != 0 || at[BidSnapshot] != 0 ? "snapshot"u8 : default;
        return true;
    }

    // A number, then objects or arrays, then two strings.
    private bool TryFindParts(scoped Span<int> payloads, out int count, out int channelAt, out int pairAt)
    {
        (count, channelAt, pairAt) = (0, 0, 0);
        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        for (int index = 0; step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item; index++)
        {
            int kind = _in.Json.PeekValue();
            int position = _in.Json.Position;
            if (index > 0 && kind is '{' or '[')
            {
                if (count == payloads.Length || channelAt != 0)
                {
                    return _in.Reject(BadInputKind.UnknownMessage);
                }

                payloads[count++] = position;
            }
            else if (kind == '"')
            {
                (channelAt, pairAt) = (pairAt, position);
            }

            if (!_in.TrySkip())
            {
                return false;
            }
        }

        return _in.EndsWell(step) && (count != 0 || _in.Reject(BadInputKind.UnknownMessage));
    }

    private ParsedMessage ReadBook(BookFeed feed, scoped ReadOnlySpan<int> payloads)
    {
        _in.Message.ConcernsBook = true;
        Span<int> at = stackalloc int[5];
        int mark = _in.EventCount;
        bool isSnapshot = false;
        foreach (int payload in payloads)
        {
            _in.At(payload);
            if (!_in.TryFindFields(s_book, at))
            {
                return _in.Message;
            }

            isSnapshot |= at[AskSnapshot] != 0 || at[BidSnapshot] != 0;
            if (!TryReadLevels(feed, at[AskSnapshot], Side.Sell) || !TryReadLevels(feed, at[BidSnapshot], Side.Buy)
                || !TryReadLevels(feed, at[Asks], Side.Sell) || !TryReadLevels(feed, at[Bids], Side.Buy)
                || !TryReadChecksum(at[Checksum]))
            {
                return _in.Message;
            }
        }

        _in.StampLevels(mark);
        return _in.Succeed(isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth);
    }

    private bool TryReadChecksum(int position)
    {
        if (position == 0)
        {
            return true;
        }

        _in.At(position);
        if (!_in.TryReadIntegerOrText(out _in.Message.UpdateId))
        {
            return false;
        }

        _in.Message.Checksum = (uint)_in.Message.UpdateId;
        _in.Message.HasChecksum = true;
        return _in.Message.UpdateId <= uint.MaxValue || _in.Reject(BadInputKind.NumberOutOfRange);
    }

    // [price, volume, time], with a fourth element if a level is sent again.
    private bool TryReadLevels(BookFeed feed, int position, Side side)
    {
        if (position == 0)
        {
            return true;
        }

        _in.At(position);
        InstrumentScale scale = feed.Scale;
        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            bool isFirstPart = true;
            if (!_in.Json.TryEnterArray()
                || _in.NextElement(ref isFirstPart) != JsonStep.Item || !_in.TryReadText(out ReadOnlySpan<byte> price)
                || _in.NextElement(ref isFirstPart) != JsonStep.Item || !_in.TryReadText(out ReadOnlySpan<byte> volume)
                || _in.NextElement(ref isFirstPart) != JsonStep.Item)
            {
                return _in.Reject(BadInputKind.MalformedJson);
            }

            if (!TryReadSeconds(out long timeNs))
            {
                return false;
            }

            // This version computes checksums over the texts as they are, padded to decimals that no list declares.
            feed.WireDecimals = new WireDecimals(DecimalsOf(price), DecimalsOf(volume));
            _in.Message.ExchangeTimeNs = Math.Max(_in.Message.ExchangeTimeNs, timeNs);
            JsonStep rest;
            while ((rest = _in.NextElement(ref isFirstPart)) == JsonStep.Item && _in.TrySkip())
            {
            }

            if (!_in.EndsWell(rest) || !_in.TryAddLevel(feed, in scale, side, price, volume))
            {
                return false;
            }
        }

        return _in.EndsWell(step);
    }

    private static int DecimalsOf(ReadOnlySpan<byte> text)
    {
        int point = text.IndexOf((byte)'.');
        return point < 0 ? 0 : Math.Min(text.Length - point - 1, InstrumentScale.MaxDecimals);
    }

    private ParsedMessage ReadTrades(BookFeed feed, int position)
    {
        _in.At(position);
        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!TryReadTrade(feed))
            {
                return _in.Message;
            }
        }

        return _in.EndsWell(step) ? _in.Succeed(MessageKind.Direct) : _in.Message;
    }

    // [price, volume, time, side, order type, misc]: trades have no ids in this version.
    private bool TryReadTrade(BookFeed feed)
    {
        ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
        bool isFirst = true;
        if (!_in.Json.TryEnterArray() || _in.NextElement(ref isFirst) != JsonStep.Item)
        {
            return _in.Reject(BadInputKind.MalformedJson);
        }

        if (!_in.TryReadPrice(feed, out trade.Price)
            || !TryStep(ref isFirst) || !_in.TryReadQuantity(feed, out trade.Quantity)
            || !TryStep(ref isFirst) || !TryReadSeconds(out trade.ExchangeTimeNs)
            || !TryStep(ref isFirst) || !_in.TryReadSide("b"u8, "s"u8, out trade.Side))
        {
            return false;
        }

        JsonStep step;
        while ((step = _in.NextElement(ref isFirst)) == JsonStep.Item && _in.TrySkip())
        {
        }

        return _in.EndsWell(step);
    }

    private bool TryStep(ref bool isFirst) =>
        _in.NextElement(ref isFirst) == JsonStep.Item || _in.Reject(BadInputKind.MalformedJson);

    private bool TryReadSeconds(out long timeNs)
    {
        timeNs = 0;
        return _in.TryReadText(out ReadOnlySpan<byte> text)
            && (WireNumber.Parse(text, 9, out timeNs) == NumberStatus.Ok
                || _in.RejectText(text, BadInputKind.BadNumber));
    }
}
