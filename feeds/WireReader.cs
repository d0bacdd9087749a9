using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds;

/// <summary>
/// Shared by all parsers: a cursor over the message, the batch for its events, and the first fault found. Every Try
/// method that fails has recorded the reason. One instance per message.
/// </summary>
internal ref struct WireReader
{
    private const long NsPerMs = 1_000_000;
    private const long NsPerUs = 1_000;

    // A time of 16 digits is in microseconds, one of 19 in nanoseconds: in milliseconds they would be in the year 5138
    // and later.
    private const long MinTimeUs = 100_000_000_000_000;
    private const long MinTimeNs = 100_000_000_000_000_000;

    private readonly ReadOnlySpan<byte> _text;
    private readonly EventBatch _batch;
    private readonly long _receiveTimeNs;
    private readonly bool _allowsExponents;
    private int _scratchUsed;

    /// <summary>Starts at the beginning of a message.</summary>
    /// <param name="text">The message; the session checks that it is valid UTF-8.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
    /// <param name="batch">Receives its events.</param>
    /// <param name="allowsExponents">true if the venue writes plain JSON numbers.</param>
    public WireReader(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, bool allowsExponents = false)
    {
        _text = text;
        _batch = batch;
        _receiveTimeNs = receiveTimeNs;
        _allowsExponents = allowsExponents;
        Json = new JsonCursor(text);
        Message = new ParsedMessage { Kind = MessageKind.Bad, Symbol = -1, Fault = BadInputKind.MalformedJson };
    }

    /// <summary>The position in the text.</summary>
    public JsonCursor Json;

    /// <summary>The message as known so far.</summary>
    public ParsedMessage Message;

    /// <summary>Number of events appended so far, by this message and those before it.</summary>
    public readonly int EventCount => _batch.Count;

    /// <summary>The events of the batch from an index on.</summary>
    public readonly Span<EngineInput> EventsFrom(int mark) => _batch.Items[mark..];

    /// <summary>Enters an object. The result starts a loop over its properties.</summary>
    public JsonStep EnterObject() => Json.TryEnterObject() ? JsonStep.Item : JsonStep.Malformed;

    /// <summary>Enters an array. The result starts a loop over its elements.</summary>
    public JsonStep EnterArray() => Json.TryEnterArray() ? JsonStep.Item : JsonStep.Malformed;

    /// <summary>Moves to the next property; escapes in its name are resolved.</summary>
    public JsonStep NextProperty(ref bool isFirst, out ReadOnlySpan<byte> name)
    {
        JsonStep step = Json.NextProperty(ref isFirst, out name);
        return step == JsonStep.Item && Json.HasEscape && !TryUnescape(name, out name) ? JsonStep.Malformed : step;
    }

    /// <summary>Moves to the next element of an array.</summary>
    public JsonStep NextElement(ref bool isFirst) => Json.NextElement(ref isFirst);

    /// <summary>Ends a loop over properties or elements: records a fault unless it reached the end.</summary>
    public bool EndsWell(JsonStep step) => step == JsonStep.End || Reject(BadInputKind.MalformedJson);

    /// <summary>Records that a field was found; a second occurrence is a fault.</summary>
    public bool TryMark(ref int seen, int field)
    {
        if ((seen & field) != 0)
        {
            return Reject(BadInputKind.DuplicateField);
        }

        seen |= field;
        return true;
    }

    /// <summary>
    /// Skips an object and records where the values of its known fields begin, so that they can be read in any order. 0
    /// means that the field is missing.
    /// </summary>
    public bool TryFindFields(FieldTable fields, scoped Span<int> at)
    {
        at.Clear();
        bool isFirst = true;
        JsonStep step = EnterObject();
        while (step == JsonStep.Item
            && (step = NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            int field = fields.Find(name);
            if (field >= 0 && at[field] != 0)
            {
                return Reject(BadInputKind.DuplicateField);
            }

            if (field >= 0)
            {
                at[field] = Json.Position;
            }

            if (!TrySkip())
            {
                return false;
            }
        }

        return EndsWell(step);
    }

    /// <summary>Finds the fields of one element of an array of objects.</summary>
    /// <param name="array">Start of the array; 0 if it is missing.</param>
    /// <param name="index">Index of the element.</param>
    /// <param name="fields">The known fields.</param>
    /// <param name="at">Receives the positions of their values.</param>
    /// <param name="hasMore">true if another element follows.</param>
    public bool TryFindElement(int array, int index, FieldTable fields, scoped Span<int> at, out bool hasMore)
    {
        hasMore = false;
        if (!GoTo(array) || !Json.TryEnterArray())
        {
            return Reject(BadInputKind.MalformedJson);
        }

        bool isFirst = true;
        for (int i = 0; i <= index; i++)
        {
            if (Json.NextElement(ref isFirst) != JsonStep.Item)
            {
                return Reject(BadInputKind.MissingField);
            }

            if (!(i == index ? TryFindFields(fields, at) : TrySkip()))
            {
                return false;
            }
        }

        JsonStep next = Json.NextElement(ref isFirst);
        hasMore = next == JsonStep.Item;
        return next != JsonStep.Malformed || Reject(BadInputKind.MalformedJson);
    }

    /// <summary>The elements of an array are objects, and the first has certain fields.</summary>
    /// <param name="array">Start of the array; 0 for the start of the message.</param>
    /// <param name="fields">The fields.</param>
    /// <remarks>Leaves no fault behind.</remarks>
    public bool StartsWithObjectOf(int array, FieldTable fields)
    {
        Span<int> at = stackalloc int[fields.Count];
        ParsedMessage before = Message;
        At(array);
        bool isFirst = true;
        bool isFound = Json.TryEnterArray() && Json.NextElement(ref isFirst) == JsonStep.Item
            && Json.PeekValue() == '{' && TryFindFields(fields, at) && !at.Contains(0);
        Message = before;
        return isFound;
    }

    /// <summary>Moves to a field's value.</summary>
    /// <returns>false if the field is missing: its position is 0.</returns>
    public bool GoTo(int position)
    {
        if (position == 0)
        {
            return Reject(BadInputKind.MissingField);
        }

        Json = Json.At(position);
        return true;
    }

    /// <summary>Checks that the whole text was one JSON value.</summary>
    public bool TryEnd() => Json.IsAtEnd() || Reject(BadInputKind.MalformedJson);

    /// <summary>Records a field and the position of its value, and skips it; <see cref="At"/> returns to it.</summary>
    public bool TryPostpone(ref int seen, int field, out int position)
    {
        position = Json.Position;
        return TryMark(ref seen, field) && TrySkip();
    }

    /// <summary>Moves to a position that was skipped.</summary>
    public void At(int position) => Json = Json.At(position);

    /// <summary>Skips a value.</summary>
    public bool TrySkip() => Json.TrySkipValue() || Reject(BadInputKind.MalformedJson);

    /// <summary>Reads a string.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> text)
    {
        if (!Json.TryReadString(out text))
        {
            return Reject(BadInputKind.MalformedJson);
        }

        return !Json.HasEscape || TryUnescape(text, out text) || Reject(BadInputKind.MalformedJson);
    }

    /// <summary>Reads a string or number as text.</summary>
    public bool TryReadTextOrNumber(out ReadOnlySpan<byte> text) =>
        Json.PeekValue() == '"' ? TryReadText(out text)
        : Json.TryReadNumber(out text) || Reject(BadInputKind.MalformedJson);

    /// <summary>Reads a string that must be one of the session's symbols.</summary>
    public bool TryReadSymbol(SymbolTable symbols, out int symbol)
    {
        symbol = -1;
        if (!TryReadText(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        symbol = symbols.Find(text);
        return symbol >= 0 || RejectText(text, BadInputKind.UnknownSymbol);
    }

    /// <summary>Reads true or false.</summary>
    public bool TryReadBoolean(out bool value) =>
        Json.TryReadBoolean(out value) || Reject(BadInputKind.MalformedJson);

    /// <summary>Reads an integer of 0 or more, as a number or a string of digits.</summary>
    public bool TryReadIntegerOrText(out long value)
    {
        value = 0;
        return TryReadTextOrNumber(out ReadOnlySpan<byte> text) && TryParseInteger(text, out value);
    }

    /// <summary>Reads an integer of 0 or more.</summary>
    public bool TryReadInteger(out long value)
    {
        value = 0;
        return Json.TryReadNumber(out ReadOnlySpan<byte> text)
            ? TryParseInteger(text, out value)
            : Reject(BadInputKind.MalformedJson);
    }

    /// <summary>Reads an integer that may be negative, such as OKX's sequence numbers and checksums.</summary>
    public bool TryReadSigned(out long value)
    {
        value = 0;
        if (!TryReadTextOrNumber(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        bool isNegative = text.Length > 1 && text[0] == '-';
        bool isRead = TryParseInteger(isNegative ? text[1..] : text, out value);
        value = isNegative ? -value : value;
        return isRead;
    }

    /// <summary>
    /// Reads a time in milliseconds, as a number or a string of digits. A client can ask some venues for microseconds,
    /// which are recognised by their size.
    /// </summary>
    public bool TryReadTimeMs(out long timeNs)
    {
        bool isRead = TryReadIntegerOrText(out long time);
        return TryScale(isRead, time, time >= MinTimeNs ? 1 : time >= MinTimeUs ? NsPerUs : NsPerMs, out timeNs);
    }

    /// <summary>Reads a time in microseconds, as a number or a string of digits.</summary>
    public bool TryReadTimeUs(out long timeNs)
    {
        bool isRead = TryReadIntegerOrText(out long time);
        return TryScale(isRead, time, NsPerUs, out timeNs);
    }

    /// <summary>Reads an RFC 3339 time.</summary>
    public bool TryReadTimeText(out long timeNs)
    {
        timeNs = 0;
        return TryReadText(out ReadOnlySpan<byte> text)
            && (WireTime.TryParseRfc3339(text, out timeNs) || RejectText(text, BadInputKind.BadNumber));
    }

    /// <summary>Reads the aggressor's side from one of two words.</summary>
    public bool TryReadSide(ReadOnlySpan<byte> buy, ReadOnlySpan<byte> sell, out Side side)
    {
        side = Side.Buy;
        if (!TryReadText(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        side = text.SequenceEqual(sell) ? Side.Sell : Side.Buy;
        return side == Side.Sell || text.SequenceEqual(buy) || RejectText(text, BadInputKind.BadNumber);
    }

    /// <summary>Reads a price in wire increments.</summary>
    public bool TryReadPrice(BookFeed feed, out long increments)
    {
        increments = 0;
        return TryReadNumberText(out ReadOnlySpan<byte> text) && TryParsePrice(feed, text, out increments);
    }

    /// <summary>Reads a quantity in wire increments.</summary>
    public bool TryReadQuantity(BookFeed feed, out long increments)
    {
        increments = 0;
        return TryReadNumberText(out ReadOnlySpan<byte> text) && TryParseQuantity(feed, text, out increments);
    }

    /// <summary>Converts the text of a price to increments.</summary>
    public bool TryParsePrice(BookFeed feed, ReadOnlySpan<byte> text, out long increments)
    {
        NumberStatus status = Parse(text, feed.Scale.PriceDecimals, out increments);
        Message.PriceDecimals = status == NumberStatus.TooFine ? WireNumber.SignificantDecimals(text) : 0;
        return status == NumberStatus.Ok || RejectNumber(text, status);
    }

    /// <summary>Converts the text of a quantity to increments.</summary>
    public bool TryParseQuantity(BookFeed feed, ReadOnlySpan<byte> text, out long increments)
    {
        NumberStatus status = Parse(text, feed.Scale.QuantityDecimals, out increments);
        Message.QuantityDecimals = status == NumberStatus.TooFine ? WireNumber.SignificantDecimals(text) : 0;
        return status == NumberStatus.Ok || RejectNumber(text, status);
    }

    /// <summary>Reads a number, quoted or not, depending on the venue.</summary>
    public bool TryReadNumberText(out ReadOnlySpan<byte> text) =>
        _allowsExponents ? TryReadTextOrNumber(out text) : TryReadText(out text);

    /// <summary>Reads an array of levels <c>[price, quantity, …]</c>; further elements are skipped.</summary>
    public bool TryReadLevels(BookFeed feed, Side side)
    {
        InstrumentScale scale = feed.Scale;
        int scratch = _scratchUsed;
        bool isFirst = true;
        JsonStep step = EnterArray();
        while (step == JsonStep.Item && (step = Json.NextElement(ref isFirst)) == JsonStep.Item)
        {
            _scratchUsed = scratch;
            if (!TryReadPair(out ReadOnlySpan<byte> price, out ReadOnlySpan<byte> quantity)
                || !TryAddLevel(feed, in scale, side, price, quantity))
            {
                return false;
            }
        }

        return EndsWell(step);
    }

    /// <summary>Reads the first level of an array; zeros if the array is empty.</summary>
    public bool TryReadBest(BookFeed feed, out long price, out long quantity)
    {
        (price, quantity) = (0, 0);
        bool isFirst = true;
        JsonStep step = EnterArray();
        if (step == JsonStep.Item && (step = Json.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!TryReadPair(out ReadOnlySpan<byte> priceText, out ReadOnlySpan<byte> quantityText)
                || !TryParsePrice(feed, priceText, out price) || !TryParseQuantity(feed, quantityText, out quantity))
            {
                return false;
            }

            while ((step = Json.NextElement(ref isFirst)) == JsonStep.Item && Json.TrySkipValue())
            {
            }
        }

        return EndsWell(step);
    }

    /// <summary>Appends a level from the texts of its price and quantity.</summary>
    public bool TryAddLevel(
        BookFeed feed, in InstrumentScale scale, Side side, ReadOnlySpan<byte> price, ReadOnlySpan<byte> quantity)
    {
        NumberStatus priceStatus = Parse(price, scale.PriceDecimals, out long priceIncrements);
        NumberStatus status = Parse(quantity, scale.QuantityDecimals, out long quantityIncrements);
        if (priceStatus != NumberStatus.Ok || status != NumberStatus.Ok)
        {
            return RejectLevel(price, priceStatus, quantity, status);
        }

        ref EngineInput level = ref AddEvent(feed, EventKind.LevelUpdate);
        level.Side = side;
        level.Price = priceIncrements;
        level.Quantity = quantityIncrements;
        return true;
    }

    /// <summary>Appends an event of a symbol.</summary>
    public readonly ref EngineInput AddEvent(BookFeed feed, EventKind kind) =>
        ref _batch.Add(feed, kind, _receiveTimeNs);

    /// <summary>Removes the events from an index on.</summary>
    public readonly void Truncate(int count) => _batch.Truncate(count);

    /// <summary>Writes the message's time into its levels at the end, because it may come after them.</summary>
    public readonly void StampLevels(int mark)
    {
        foreach (ref EngineInput item in _batch.Items[mark..])
        {
            item.ExchangeTimeNs = Message.ExchangeTimeNs;
        }
    }

    /// <summary>The message is valid.</summary>
    public ParsedMessage Succeed(MessageKind kind)
    {
        Message.Kind = kind;
        return Message;
    }

    /// <summary>The message is bad, for the first reason found.</summary>
    public ParsedMessage Fail(BadInputKind fault)
    {
        Reject(fault);
        return Message;
    }

    /// <summary>Records a fault at the cursor.</summary>
    public bool Reject(BadInputKind fault)
    {
        // The innermost fault is the one to report.
        if (Message.FaultLength == 0)
        {
            Message.Fault = fault;
            Message.FaultStart = Math.Max(0, Json.Position - 40);
            Message.FaultLength = Math.Min(120, _text.Length - Message.FaultStart);
        }

        Message.Kind = MessageKind.Bad;
        return false;
    }

    /// <summary>Records a faulty text.</summary>
    public bool RejectText(ReadOnlySpan<byte> text, BadInputKind fault)
    {
        // A text with resolved escapes is not part of the message.
        if (Message.FaultLength == 0 && !_text.Overlaps(text, out Message.FaultStart))
        {
            return Reject(fault);
        }

        if (Message.FaultLength == 0)
        {
            Message.Fault = fault;
            Message.FaultLength = Math.Max(1, text.Length);
        }

        Message.Kind = MessageKind.Bad;
        return false;
    }

    // JSON numbers may have exponents; numbers in strings may not.
    private readonly NumberStatus Parse(ReadOnlySpan<byte> text, int decimals, out long value) => _allowsExponents
        ? WireNumber.ParseWithExponent(text, decimals, out value)
        : WireNumber.Parse(text, decimals, out value);

    private bool TryReadPair(out ReadOnlySpan<byte> price, out ReadOnlySpan<byte> quantity)
    {
        quantity = default;
        price = default;
        bool isFirst = true;
        if (!Json.TryEnterArray()
            || Json.NextElement(ref isFirst) != JsonStep.Item || !TryReadNumberText(out price)
            || Json.NextElement(ref isFirst) != JsonStep.Item || !TryReadNumberText(out quantity))
        {
            return Reject(BadInputKind.MalformedJson);
        }

        JsonStep step;
        while ((step = Json.NextElement(ref isFirst)) == JsonStep.Item && Json.TrySkipValue())
        {
        }

        return EndsWell(step);
    }

    private bool TryScale(bool isRead, long time, long unitNs, out long timeNs)
    {
        bool fits = time <= long.MaxValue / unitNs;
        timeNs = isRead && fits ? time * unitNs : 0;
        return isRead && (fits || Reject(BadInputKind.NumberOutOfRange));
    }

    private bool TryParseInteger(ReadOnlySpan<byte> text, out long value)
    {
        NumberStatus status = WireNumber.Parse(text, 0, out value);
        return status == NumberStatus.Ok
            || RejectNumber(text, status == NumberStatus.TooFine ? NumberStatus.Malformed : status);
    }

    private bool RejectLevel(
        ReadOnlySpan<byte> price, NumberStatus priceStatus, ReadOnlySpan<byte> quantity, NumberStatus quantityStatus)
    {
        bool isPrice = priceStatus is not (NumberStatus.Ok or NumberStatus.TooFine);
        bool isQuantity = quantityStatus is not (NumberStatus.Ok or NumberStatus.TooFine);
        if (!isPrice && !isQuantity)
        {
            // Both at once, so that one pass refines both increments.
            Message.PriceDecimals = WireNumber.SignificantDecimals(price);
            Message.QuantityDecimals = WireNumber.SignificantDecimals(quantity);
            return RejectNumber(priceStatus == NumberStatus.TooFine ? price : quantity, NumberStatus.TooFine);
        }

        return isPrice ? RejectNumber(price, priceStatus) : RejectNumber(quantity, quantityStatus);
    }

    private bool RejectNumber(ReadOnlySpan<byte> text, NumberStatus status) => RejectText(text, status switch
    {
        NumberStatus.Negative => BadInputKind.NegativeNumber,
        NumberStatus.Exponent => BadInputKind.ExponentNumber,
        NumberStatus.Overflow => BadInputKind.NumberOutOfRange,
        NumberStatus.TooFine => BadInputKind.FinerThanIncrement,
        _ => BadInputKind.BadNumber,
    });

    // No venue escapes the text that is read here, but any JSON writer may. Text too long for the scratch buffer is
    // rejected.
    private bool TryUnescape(scoped ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> text)
    {
        text = default;
        Span<byte> free = _batch.Scratch.AsSpan(_scratchUsed);
        if (!JsonEscapes.TryResolve(raw, free, out int length))
        {
            return Reject(BadInputKind.MalformedJson);
        }

        text = free[..length];
        _scratchUsed += length;
        return true;
    }
}
