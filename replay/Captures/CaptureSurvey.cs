using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;

namespace LowLatency.Replay.Captures;

/// <summary>Messages of one kind that are left out, and the beginning of the first.</summary>
/// <param name="Reason">Why, or which kind.</param>
/// <param name="Count">How many.</param>
/// <param name="First">Beginning of the first one.</param>
public sealed record LeftOut(string Reason, long Count, string First);

/// <summary>
/// The first pass over a capture: which symbols there are on which connection, which of their channels are used, how
/// fine their numbers are, and whose the REST books are. A symbol exists if a message of it was read to the end; that a
/// message names it is not enough. Single thread.
/// </summary>
internal sealed class CaptureSurvey(IVenue venue, string? channel)
{
    private readonly SurveyReader _reader = new(venue);
    private readonly SurveyReader _restReader = new(venue);
    private readonly Dictionary<string, SurveyedSymbol> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<long, RestBook> _restBooks = [];
    private readonly Tally _unused = new();
    private readonly List<MessageIdentity> _identities = [];
    private readonly bool _usesRest = venue.SnapshotAddress(venue.DefaultAddress, "X", 1) is not null;
    private RestBookOwners? _owners;

    /// <summary>Receive time of the first message, nanoseconds since the Unix epoch.</summary>
    public long StartNs { get; private set; }

    /// <summary>Bodies of REST answers from before the capture began.</summary>
    public List<byte[]> Lists { get; } = [];

    /// <summary>The symbols that exist, by name.</summary>
    public SurveyedSymbol[] Symbols => _symbols.Values.Where(item => item.IsReal)
        .OrderBy(item => item.Name, StringComparer.Ordinal).ToArray();

    /// <summary>Messages of kinds that are not used.</summary>
    public IReadOnlyList<LeftOut> Unused => _unused.ToList();

    /// <summary>The increments of a symbol's numbers.</summary>
    public InstrumentScale Scale(string symbol) => _reader.Scale(symbol);

    /// <summary>Decimals of a symbol's tick and lot, if no list declares them.</summary>
    public (int Price, int Quantity) Decimals(string symbol) =>
        _symbols[symbol].Decimals(_reader.Scale(symbol));

    /// <summary>Takes the next message.</summary>
    /// <param name="line">Its number in the capture.</param>
    /// <param name="message">The message.</param>
    public void See(long line, in CapturedMessage message)
    {
        if (message.IsList)
        {
            Lists.Add(message.Body);
            return;
        }

        if (message.IsOpening)
        {
            return;
        }

        StartNs = StartNs == 0 ? message.TimeNs : StartNs;
        _identities.Clear();
        venue.Identify(message.Body, _identities);
        foreach (MessageIdentity identity in _identities)
        {
            switch (identity.Subject)
            {
                case MessageSubject.RestBook:
                    SeeRestBook(line, in message, identity.Symbol);
                    break;
                case MessageSubject.Unreadable when message.IsRest:
                    _restBooks[line] = new RestBook(null, "an answer of REST is no book");
                    break;
                case MessageSubject.Book or MessageSubject.Top or MessageSubject.Trade when !message.IsRest:
                    SeeSymbol(identity, message.Part, message.Body);
                    break;
                case MessageSubject.Unreadable:
                    break;
                default:
                    _unused.Add(identity.Type, message.Body);
                    if (identity.Symbol is not null)
                    {
                        SymbolOf(identity.Symbol).Mention(message.Part);
                    }

                    if (message.IsRest)
                    {
                        _restBooks[line] = new RestBook(null, "an answer of REST is no book");
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// The symbol of a REST book: the one that it names, or the one whose stream it joins. null with the reason if it
    /// belongs to none.
    /// </summary>
    /// <param name="line">Its number in the capture.</param>
    /// <param name="symbol">The symbol.</param>
    /// <param name="reason">Why it has none.</param>
    /// <returns>false if the message is no answer of REST.</returns>
    public bool TryFindOwner(long line, out string? symbol, out string reason)
    {
        bool isRest = _restBooks.TryGetValue(line, out RestBook? book);
        (symbol, reason) = (book?.Symbol, book?.Reason ?? string.Empty);
        return isRest;
    }

    /// <summary>Finds the owners of the REST books and chooses the channels, after the last message.</summary>
    public void Choose()
    {
        string[] names = Array.ConvertAll(Symbols, item => item.Name);
        var owners = new HashSet<string>(StringComparer.Ordinal);
        foreach (long line in _restBooks.Keys.ToArray())
        {
            RestBook book = _restBooks[line];
            if (book.Symbol is null && book.Reason.Length == 0)
            {
                string? owner = _owners!.OwnerOf(line, names, out string reason);
                _restBooks[line] = book = new RestBook(owner, reason);
            }

            owners.UnionWith(book.Symbol is null ? [] : [book.Symbol]);
        }

        Array.ForEach(Symbols, symbol => symbol.Choose(channel, owners.Contains(symbol.Name)));

        // Symbols with nothing but a REST book belong to the connection that carries the other books.
        string? part = Symbols.Select(item => item.BookPart).FirstOrDefault(name => name is not null)
            ?? Symbols.SelectMany(item => item.Parts).FirstOrDefault();
        Array.ForEach(Symbols, symbol => symbol.PlaceQuiet(part ?? string.Empty));
    }

    private void SeeSymbol(MessageIdentity identity, string part, byte[] body)
    {
        if (identity.Symbol is null)
        {
            return;
        }

        SurveyedSymbol symbol = SymbolOf(identity.Symbol);
        bool hasMore = true;
        for (int item = 0; hasMore; item++)
        {
            ReadOnlySpan<EngineInput> events = _reader.Read(
                identity.Symbol, body, item, isRest: false, out ParsedMessage message);
            hasMore = message.HasMore;
            if (message.Kind is MessageKind.Depth or MessageKind.BookSnapshot)
            {
                symbol.AddBook(part, identity.Channel, in message);
                if (message.Kind == MessageKind.Depth && _usesRest)
                {
                    _owners ??= new RestBookOwners(_reader);
                    _owners.AddUpdate(identity.Symbol, in message.Ids, events, _reader.Scale(identity.Symbol));
                }
            }
            else if (message.Kind == MessageKind.Direct && !events.IsEmpty)
            {
                symbol.AddDirect(part, identity, events, _reader.Scale(identity.Symbol));
            }
        }
    }

    private void SeeRestBook(long line, in CapturedMessage message, string? named)
    {
        named ??= message.Symbol.Length == 0 ? null : message.Symbol;
        if (!_usesRest)
        {
            _restBooks[line] = new RestBook(null, $"books of {venue.Name} start with a snapshot of the stream");
            return;
        }

        ReadOnlySpan<EngineInput> levels = _restReader.Read(
            named ?? string.Empty, message.Body, 0, isRest: true, out ParsedMessage book);
        if (book.Kind != MessageKind.Depth)
        {
            _restBooks[line] = new RestBook(null, $"a REST book cannot be read ({book.Fault})");
            return;
        }

        _restBooks[line] = new RestBook(named, string.Empty);
        if (named is not null)
        {
            SymbolOf(named).HasRestBook = true;
            _reader.Read(named, message.Body, 0, isRest: true, out _);
            return;
        }

        _owners ??= new RestBookOwners(_reader);
        _owners.AddBook(line, book.Ids.Last, levels, _restReader.Scale(string.Empty));
    }

    private SurveyedSymbol SymbolOf(string name)
    {
        if (!_symbols.TryGetValue(name, out SurveyedSymbol? symbol))
        {
            _symbols[name] = symbol = new SurveyedSymbol(name);
        }

        return symbol;
    }

    private sealed record RestBook(string? Symbol, string Reason);
}

/// <summary>Counts texts by reason and keeps the beginning of each first one.</summary>
internal sealed class Tally
{
    private const int HeadBytes = 120;

    private readonly Dictionary<string, (long Count, string First)> _counts = new(StringComparer.Ordinal);

    /// <summary>Number of all.</summary>
    public long Total => _counts.Values.Sum(item => item.Count);

    public void Add(string reason, ReadOnlySpan<byte> text)
    {
        if (_counts.TryGetValue(reason, out (long Count, string First) known))
        {
            _counts[reason] = (known.Count + 1, known.First);
            return;
        }

        _counts[reason] = (1, Encoding.UTF8.GetString(text.Length > HeadBytes ? text[..HeadBytes] : text));
    }

    public IReadOnlyList<LeftOut> ToList() => _counts
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => new LeftOut(pair.Key, pair.Value.Count, pair.Value.First))
        .ToArray();
}
