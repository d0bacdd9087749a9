using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>One level of the venue's book.</summary>
internal readonly record struct BookLevel(decimal Price, decimal Quantity)
{
    public string PriceText => Text(Price);

    public string QuantityText => Text(Quantity);

    // Without the zeros that padded the market's text.
    public static string Text(decimal value) =>
        (value / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A changed level; quantity 0 removes it.</summary>
internal readonly record struct LevelChange(bool IsBid, BookLevel Level);

/// <summary>A trade of the market.</summary>
internal readonly record struct MarketTrade(long Id, string Price, string Quantity, bool IsBuy, long TimeMs);

/// <summary>
/// A dialect of a venue with its own format: keeps the venue's view of each book, with the venue's numbering, and
/// translates the market's messages to changes of it.
/// </summary>
internal abstract class TranslatedDialect : Dialect
{
    private readonly IReadOnlyList<VenueBook> _books;
    private readonly List<LevelChange> _changes = [];

    protected TranslatedDialect(
        IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    {
        _books = books;
        Clock = clock;
        Symbols = instruments.Select((item, index) => new VenueSymbol(index, item, SymbolOf(item))).ToArray();
    }

    public MarketClock Clock { get; }

    public IReadOnlyList<VenueSymbol> Symbols { get; }

    /// <summary>The instrument of the last message, if the venue has something to send.</summary>
    public VenueSymbol? Changed { get; private set; }

    /// <summary>The last message restarted the book: clients need a snapshot.</summary>
    public bool IsRestarted { get; private set; }

    /// <summary>Changes of the last message to the venue's view of the book.</summary>
    public IReadOnlyList<LevelChange> Changes => _changes;

    /// <summary>The trade of the last message.</summary>
    public MarketTrade? Trade { get; private set; }

    /// <summary>Levels per side that the venue shows.</summary>
    protected virtual int Depth => int.MaxValue;

    /// <summary>true if levels that drop out of the depth are removed explicitly; false if clients must cut.</summary>
    protected virtual bool NamesLevelsThatFallOut => true;

    public override void OnMessage(in VenueMessage message)
    {
        _changes.Clear();
        (Changed, Trade, IsRestarted) = (null, null, false);
        VenueSymbol symbol = Symbols[message.Instrument];
        switch (message.Kind)
        {
            case VenueMessageKind.Snapshot:
                Show(symbol, message.TimeNs);
                (Changed, IsRestarted) = (symbol, true);
                break;
            case VenueMessageKind.Depth when _books[message.Instrument].IsSeeded:
                if (!symbol.IsShown)
                {
                    Show(symbol, message.TimeNs);
                    (Changed, IsRestarted) = (symbol, true);
                    break;
                }

                Changed = TryFindChanges(symbol, message.TimeNs) ? symbol : null;
                break;
            case VenueMessageKind.Trade:
                Trade = ReadTrade(message.Data);
                Changed = Trade is null ? null : symbol;
                symbol.LastTradeId = Trade?.Id ?? symbol.LastTradeId;
                break;
            default:
                break;
        }
    }

    public override void OnRestart()
    {
        foreach (VenueSymbol symbol in Symbols)
        {
            symbol.Forget();
        }
    }

    public override Task<RestAnswer?> AnswerAsync(
        string path, IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(path, query));

    /// <summary>The first snapshot was sent: everything that waited for it continues.</summary>
    public void NoteServed(VenueSymbol symbol) => _books[symbol.Index].NoteServed();

    /// <summary>Finds a symbol by the venue's name.</summary>
    public VenueSymbol? Find(string name) => Symbols.FirstOrDefault(symbol => symbol.Name == name);

    /// <summary>The venue's name of a symbol.</summary>
    protected abstract string SymbolOf(VenueInstrument instrument);

    protected abstract RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query);

    private void Show(VenueSymbol symbol, long timeNs) =>
        symbol.Show(_books[symbol.Index].Top(true, Depth), _books[symbol.Index].Top(false, Depth), timeNs);

    private bool TryFindChanges(VenueSymbol symbol, long timeNs)
    {
        List<BookLevel> bids = _books[symbol.Index].Top(true, Depth);
        List<BookLevel> asks = _books[symbol.Index].Top(false, Depth);
        AddChanges(symbol.Bids, bids, isBid: true);
        AddChanges(symbol.Asks, asks, isBid: false);
        if (_changes.Count == 0)
        {
            return false;
        }

        symbol.Show(bids, asks, timeNs);
        return true;
    }

    // Both sides are ordered from the best outwards, so one pass finds the differences.
    private void AddChanges(IReadOnlyList<BookLevel> before, List<BookLevel> after, bool isBid)
    {
        int i = 0;
        int j = 0;
        while (i < before.Count || j < after.Count)
        {
            int order = i == before.Count ? 1
                : j == after.Count ? -1
                : isBid ? after[j].Price.CompareTo(before[i].Price) : before[i].Price.CompareTo(after[j].Price);
            if (order < 0)
            {
                bool fellOut = after.Count == Depth && j == after.Count;
                if (NamesLevelsThatFallOut || !fellOut)
                {
                    _changes.Add(new LevelChange(isBid, before[i] with { Quantity = 0 }));
                }

                i++;
            }
            else
            {
                if (order > 0 || before[i].Quantity != after[j].Quantity)
                {
                    _changes.Add(new LevelChange(isBid, after[j]));
                }

                i += order == 0 ? 1 : 0;
                j++;
            }
        }
    }

    private static MarketTrade? ReadTrade(ReadOnlyMemory<byte> data)
    {
        using var document = JsonDocument.Parse(data);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("X", out JsonElement kind) && kind.GetString() != "MARKET")
        {
            return null;
        }

        return new MarketTrade(
            root.GetProperty("t").GetInt64(),
            Canonical(root.GetProperty("p").GetString()!),
            Canonical(root.GetProperty("q").GetString()!),
            !root.GetProperty("m").GetBoolean(),
            root.GetProperty("T").GetInt64());
    }

    private static string Canonical(string number) =>
        BookLevel.Text(decimal.Parse(number, CultureInfo.InvariantCulture));
}

/// <summary>What a venue shows of one symbol's book at one moment.</summary>
/// <param name="Bids">From the best outwards.</param>
/// <param name="Asks">From the best outwards.</param>
/// <param name="Sequence">Number of the last change.</param>
/// <param name="TimeNs">Time of the last change.</param>
/// <param name="TimeUs">The same in microseconds, made strictly rising.</param>
internal sealed record VenueBookState(
    IReadOnlyList<BookLevel> Bids, IReadOnlyList<BookLevel> Asks, long Sequence, long TimeNs, long TimeUs);

/// <summary>The venue's view of one symbol. One thread, except for <see cref="State"/>.</summary>
internal sealed class VenueSymbol(int index, VenueInstrument instrument, string name)
{
    // Realistic numbers that no two venues' tests share by chance.
    private const long FirstSequence = 4_000_000;

    private VenueBookState _state = new([], [], FirstSequence, 0, 0);

    public int Index { get; } = index;

    public VenueInstrument Instrument { get; } = instrument;

    public string Name { get; } = name;

    public bool IsShown { get; private set; }

    /// <summary>The book with its number and time, which belong together: REST requests come while the market goes on.
    /// Any thread.</summary>
    public VenueBookState State => Volatile.Read(ref _state);

    public IReadOnlyList<BookLevel> Bids => _state.Bids;

    public IReadOnlyList<BookLevel> Asks => _state.Asks;

    public long Sequence => _state.Sequence;

    public long PreviousSequence { get; private set; } = FirstSequence;

    public long TimeNs => _state.TimeNs;

    public long LastTradeId { get; set; }

    /// <summary>Shows another book.</summary>
    public void Show(IReadOnlyList<BookLevel> bids, IReadOnlyList<BookLevel> asks, long timeNs)
    {
        PreviousSequence = Sequence;
        IsShown = true;
        Volatile.Write(
            ref _state,
            new VenueBookState(bids, asks, Sequence + 1, timeNs, Math.Max(_state.TimeUs + 1, timeNs / 1000)));
    }

    public void Forget()
    {
        IsShown = false;
        Volatile.Write(ref _state, _state with { Bids = [], Asks = [] });
    }
}

/// <summary>JSON fragments shared by several venues.</summary>
internal static class WireText
{
    /// <summary><c>["1.5","2"]</c>, joined by commas.</summary>
    public static string Pairs(IEnumerable<BookLevel> levels, string tail = "") =>
        string.Join(',', levels.Select(level => $"[\"{level.PriceText}\",\"{level.QuantityText}\"{tail}]"));

    /// <summary>The changed levels of one side.</summary>
    public static IEnumerable<BookLevel> Side(this IEnumerable<LevelChange> changes, bool isBid) =>
        changes.Where(change => change.IsBid == isBid).Select(change => change.Level);

    public static string Iso(long timeNs) => DateTime.UnixEpoch.AddTicks(timeNs / 100)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static int Decimals(string step)
    {
        string text = BookLevel.Text(decimal.Parse(step, CultureInfo.InvariantCulture));
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : text.Length - point - 1;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
