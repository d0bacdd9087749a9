using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;

namespace LowLatency.Replay.Captures;

/// <summary>One channel of a symbol on one connection of a capture.</summary>
internal sealed class SurveyedChannel(string part, string name)
{
    /// <summary>The connection.</summary>
    public string Part { get; } = part;

    /// <summary>The channel with depth and speed.</summary>
    public string Name { get; } = name;

    /// <summary>The channel as a number.</summary>
    public StreamChannel Channel { get; set; }

    /// <summary>Book messages, or trades.</summary>
    public long Count { get; set; }

    /// <summary>Messages that start the book.</summary>
    public long Snapshots { get; set; }
}

/// <summary>A symbol of a capture. Single thread.</summary>
internal sealed class SurveyedSymbol(string name)
{
    private readonly List<SurveyedChannel> _books = [];
    private readonly List<SurveyedChannel> _trades = [];
    private readonly HashSet<string> _mentions = new(StringComparer.Ordinal);
    private (int Price, int Quantity) _tradeDecimals;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The connections with messages of it that were read.</summary>
    public HashSet<string> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>A REST book names it.</summary>
    public bool HasRestBook { get; set; }

    /// <summary>true if a message of it was read to the end.</summary>
    public bool IsReal => HasRestBook || Parts.Count != 0;

    /// <summary>The channel of its book; null if it has none.</summary>
    public SurveyedChannel? Book { get; private set; }

    /// <summary>The connection that its book comes over; null if it has none.</summary>
    public string? BookPart { get; private set; }

    /// <summary>The channel of its trades; null if it has none.</summary>
    public SurveyedChannel? Trades { get; private set; }

    /// <summary>Channels of books that are not used.</summary>
    public IEnumerable<SurveyedChannel> OtherBooks => _books.Where(item => item != Book);

    /// <summary>Names of the channels of its books.</summary>
    public IEnumerable<string> BookChannels => _books.Select(item => item.Name).Distinct();

    /// <summary>A message names it that is not used. The connection belongs to it, if it exists.</summary>
    public void Mention(string part) => _mentions.Add(part);

    public void AddBook(string part, string channel, in ParsedMessage message)
    {
        SurveyedChannel found = Find(_books, part, channel);
        found.Channel = message.Channel;
        found.Count++;
        found.Snapshots += message.Kind == MessageKind.BookSnapshot ? 1 : 0;
        Parts.Add(part);
    }

    public void AddDirect(
        string part, MessageIdentity identity, ReadOnlySpan<EngineInput> events, in InstrumentScale scale)
    {
        Parts.Add(part);
        if (identity.Subject != MessageSubject.Trade)
        {
            return;
        }

        Find(_trades, part, identity.Channel).Count += events.Length;
        foreach (ref readonly EngineInput trade in events)
        {
            _tradeDecimals = (
                Math.Max(_tradeDecimals.Price, Decimals(trade.Price, scale.PriceDecimals)),
                Math.Max(_tradeDecimals.Quantity, Decimals(trade.Quantity, scale.QuantityDecimals)));
        }
    }

    /// <summary>
    /// Decimals of tick and lot, if no list declares them: those of the trades, because the orders of that time are
    /// what trades; without trades those of all numbers.
    /// </summary>
    /// <param name="all">The increments of all numbers.</param>
    public (int Price, int Quantity) Decimals(in InstrumentScale all) =>
        _trades.Count != 0 ? _tradeDecimals : (all.PriceDecimals, all.QuantityDecimals);

    private static int Decimals(long value, int decimals)
    {
        while (decimals > 0 && value % 10 == 0)
        {
            value /= 10;
            decimals--;
        }

        return decimals;
    }

    /// <summary>
    /// Chooses the book: the wanted channel, or else the deepest of those that can be followed from their start, and
    /// the fastest of those. Of several channels of trades the one with most is chosen: single trades, not those that
    /// the venue put together.
    /// </summary>
    /// <param name="wanted">Name of a channel; null for no wish.</param>
    /// <param name="hasRest">REST books can start its updates.</param>
    public void Choose(string? wanted, bool hasRest)
    {
        Book = _books.Where(item => wanted is null || item.Name == wanted)
            .OrderByDescending(item => item.Snapshots != 0 || hasRest)
            .ThenByDescending(item => !item.Channel.IsSecondary)
            .ThenByDescending(item => item.Channel.Depth == 0 ? int.MaxValue : item.Channel.Depth)
            .ThenBy(item => item.Channel.IntervalMs < 0 ? int.MaxValue : item.Channel.IntervalMs)
            .ThenByDescending(item => item.Count)
            .FirstOrDefault();
        Trades = _trades.OrderByDescending(item => item.Count).FirstOrDefault();
        Parts.UnionWith(Parts.Count == 0 ? [] : _mentions);
        BookPart = Book?.Part ?? (hasRest && wanted is null ? Parts.FirstOrDefault() : null);
    }

    /// <summary>Puts a symbol with nothing but a REST book on a connection.</summary>
    public void PlaceQuiet(string part)
    {
        if (Parts.Count == 0)
        {
            Parts.Add(part);
            BookPart = part;
        }
    }

    /// <summary>Its channels on a connection.</summary>
    public FeedChannels ChannelsOn(string part) => new(
        BookPart == part ? Book?.Name : string.Empty,
        Trades is null ? null : Trades.Part == part ? Trades.Name : string.Empty);

    private static SurveyedChannel Find(List<SurveyedChannel> channels, string part, string name)
    {
        SurveyedChannel? found = channels.Find(item => item.Part == part && item.Name == name);
        if (found is null)
        {
            found = new SurveyedChannel(part, name);
            channels.Add(found);
        }

        return found;
    }
}
