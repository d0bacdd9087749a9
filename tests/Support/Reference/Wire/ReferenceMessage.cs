using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using LowLatency.Engine.Events;
using LowLatency.Feeds;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>A message that must be rejected.</summary>
internal sealed class RefusedException(string why) : Exception(why);

/// <summary>A level, with price and quantity in increments of the requested decimals.</summary>
internal readonly record struct ReferenceLevel(Side Side, long Price, long Quantity);

/// <summary>A trade, likewise.</summary>
internal readonly record struct ReferenceTrade(
    int Symbol, long Id, long Price, long Quantity, Side Side, long TimeNs);

/// <summary>A message as read by a simple reader.</summary>
internal sealed record ReferenceMessage
{
    public MessageKind Kind { get; init; } = MessageKind.Ignored;

    public int Symbol { get; init; } = -1;

    public DepthIds Ids { get; init; }

    public long UpdateId { get; init; }

    public long TimeNs { get; init; }

    public uint? Checksum { get; init; }

    public List<ReferenceLevel> Levels { get; init; } = [];

    public List<ReferenceTrade> Trades { get; init; } = [];

    /// <summary>Best bid and ask with their quantities, or null.</summary>
    public (long Bid, long BidQuantity, long Ask, long AskQuantity, long Id)? Top { get; init; }
}

/// <summary>
/// Reads a venue's messages with .NET's JSON reader and exact big integers, regardless of speed, to verify the fast
/// parsers: both must read the same, or both reject.
/// </summary>
internal abstract partial class ReferenceReader(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
{
    private static readonly BigInteger s_max = (BigInteger.One << 62) - 1;

    protected abstract bool AllowsExponents { get; }

    // The last symbol in the message, which determines the scale of its numbers.
    private int _symbol;

    /// <summary>Reads a frame, or returns the reason for rejecting it.</summary>
    public ReferenceMessage? TryRead(byte[] frame, out string why)
    {
        try
        {
            why = string.Empty;
            if (System.Text.Encoding.UTF8.GetString(frame) == "pong" && this is OkxReference)
            {
                return new ReferenceMessage();
            }

            using JsonDocument document = Parse(frame);
            return Read(document.RootElement);
        }
        catch (Exception fault) when (fault is RefusedException or JsonException or InvalidOperationException)
        {
            why = fault.Message;
            return null;
        }
    }

    /// <summary>Reads a REST book, or rejects it.</summary>
    public ReferenceMessage ReadSnapshot(byte[] body, int symbol)
    {
        using JsonDocument document = Parse(body);
        return Snapshot(document.RootElement, Use(symbol));
    }

    protected abstract ReferenceMessage Read(JsonElement root);

    protected virtual ReferenceMessage Snapshot(JsonElement root, int symbol) => throw new RefusedException("no REST");

    protected static JsonDocument Parse(byte[] text)
    {
        // The strict reader accepts invalid UTF-8, so it is checked first.
        return System.Text.Unicode.Utf8.IsValid(text)
            ? JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 })
            : throw new RefusedException("not UTF-8");
    }

    protected int Symbol(string name)
    {
        int index = Array.IndexOf(symbols, name);
        return index >= 0 ? Use(index) : throw new RefusedException($"unknown symbol {name}");
    }

    protected bool Knows(string name) => Array.IndexOf(symbols, name) >= 0;

    /// <summary>Uses a symbol's scale from here on.</summary>
    protected int Use(int symbol) => _symbol = symbol;

    protected static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new RefusedException("not a string");

    protected static string TextOrNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value);

    protected static long Integer(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? Whole(value.GetRawText())
        : throw new RefusedException("not a number");

    protected static long IntegerOrText(JsonElement value) => Whole(TextOrNumber(value));

    protected static long Signed(JsonElement value)
    {
        string text = TextOrNumber(value);
        return text.Length > 1 && text[0] == '-' ? -Whole(text[1..]) : Whole(text);
    }

    protected static long Ms(JsonElement value)
    {
        long time = IntegerOrText(value);
        return Scaled(
            time, time >= 100_000_000_000_000_000 ? 1 : time >= 100_000_000_000_000 ? 1_000 : 1_000_000);
    }

    /// <summary>The venue's own error.</summary>
    protected static ReferenceMessage VenueError { get; } = new() { Kind = MessageKind.VenueError };

    /// <summary>true if the first element of an array is an object with all of these fields.</summary>
    protected static bool ListsObjectsWith(JsonElement array, params string[] names)
    {
        JsonElement first = array.EnumerateArray().FirstOrDefault();
        if (first.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        try
        {
            return names.All(new Fields(first, names).Has);
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    protected static long Us(JsonElement value) => Scaled(IntegerOrText(value), 1_000);

    protected static long Iso(JsonElement value)
    {
        string text = Text(value);
        Match match = IsoForm().Match(text);
        string format = "yyyy-MM-dd'T'HH:mm:ss";
        if (!match.Success
            || !DateTime.TryParseExact(
                match.Groups[1].Value,
                format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTime time)
            || time.Year is < 1970 or > 2200)
        {
            throw new RefusedException($"no time: {text}");
        }

        long fraction = match.Groups[2].Success
            ? long.Parse(match.Groups[2].Value.PadRight(9, '0'), CultureInfo.InvariantCulture)
            : 0;
        return ((time - DateTime.UnixEpoch).Ticks * 100) + fraction;
    }

    protected static Side SideOf(JsonElement value, string buy, string sell) => Text(value) switch
    {
        string text when text == buy => Side.Buy,
        string text when text == sell => Side.Sell,
        string text => throw new RefusedException($"no side: {text}"),
    };

    protected long Price(JsonElement value) => Increments(NumberText(value), decimals(_symbol).Price);

    protected long Quantity(JsonElement value) => Increments(NumberText(value), decimals(_symbol).Quantity);

    protected static IEnumerable<JsonElement> Items(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? array.EnumerateArray()
        : throw new RefusedException("not an array");

    /// <summary>Levels as pairs; more elements are allowed.</summary>
    protected IEnumerable<ReferenceLevel> Pairs(JsonElement array, Side side) => Items(array).Select(level =>
    {
        JsonElement[] parts = Items(level).ToArray();
        return parts.Length >= 2
            ? new ReferenceLevel(side, Price(parts[0]), Quantity(parts[1]))
            : throw new RefusedException("not a level");
    });

    protected static long Increments(string text, int places, bool allowsExponents)
    {
        Match match = NumberForm().Match(text);
        if (!match.Success || (match.Groups[3].Success && !allowsExponents))
        {
            throw new RefusedException($"no number: {text}");
        }

        string fraction = match.Groups[2].Value;
        var digits = BigInteger.Parse(match.Groups[1].Value + fraction, CultureInfo.InvariantCulture);
        BigInteger power = match.Groups[3].Success
            ? BigInteger.Parse(match.Groups[3].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : 0;
        power += places - fraction.Length;
        if (digits.IsZero)
        {
            return 0;
        }

        // Far beyond any range either way.
        if (BigInteger.Abs(power) > 400)
        {
            throw new RefusedException($"out of range: {text}");
        }

        BigInteger factor = BigInteger.Pow(10, (int)BigInteger.Abs(power));
        BigInteger rest = power >= 0 ? BigInteger.Zero : digits % factor;
        BigInteger value = !rest.IsZero ? throw new RefusedException($"too fine: {text}")
            : power >= 0 ? digits * factor
            : digits / factor;
        return value <= s_max ? (long)value : throw new RefusedException($"out of range: {text}");
    }

    private long Increments(string text, int places) => Increments(text, places, AllowsExponents);

    private string NumberText(JsonElement value) => AllowsExponents ? TextOrNumber(value) : Text(value);

    private static long Whole(string text) => Increments(text, 0, allowsExponents: false);

    private static long Scaled(long value, long unit) => value <= long.MaxValue / unit
        ? value * unit
        : throw new RefusedException("time out of range");

    [GeneratedRegex(@"^([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?\z")]
    private static partial Regex NumberForm();

    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?Z\z")]
    private static partial Regex IsoForm();
}

/// <summary>An object whose known fields occur at most once.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    public Fields(JsonElement element, params string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException("not an object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (known.Contains(property.Name) && !_values.TryAdd(property.Name, property.Value))
            {
                throw new RefusedException($"{property.Name} occurs twice");
            }
        }
    }

    public JsonElement this[string name] => _values.TryGetValue(name, out JsonElement value)
        ? value
        : throw new RefusedException($"{name} is missing");

    public bool Has(string name) => _values.ContainsKey(name);
}
