using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>
/// A venue's instrument list while it is read. An entry that cannot be read is skipped with a warning; it is an error
/// only for someone who asks for it.
/// </summary>
/// <param name="venue">Name of the venue.</param>
/// <param name="makerFeePpm">Its maker fee.</param>
/// <param name="takerFeePpm">Its taker fee.</param>
/// <param name="warn">Receives warnings; null for none.</param>
internal sealed class InstrumentList(string venue, int makerFeePpm, int takerFeePpm, Action<string>? warn)
{
    private const int HeadChars = 200;
    private const int SimilarSymbols = 5;

    private readonly Dictionary<string, ListedInstrument> _listed = new(StringComparer.Ordinal);
    private string? _firstSkipped;

    /// <summary>Reads one page. Of a symbol that is listed twice the later entry counts.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="entries">Finds the entries; null if it is no list.</param>
    /// <param name="read">Reads an entry.</param>
    /// <param name="nextPage">Finds the next page's address.</param>
    /// <param name="next">The next page, or null.</param>
    /// <param name="fault">Why it is no list.</param>
    /// <returns>false if it is no list, or none of its entries can be read.</returns>
    public bool TryRead(
        byte[] body, Func<JsonElement, IEnumerable<JsonElement>?> entries, Func<JsonElement, ListedInstrument> read,
        Func<JsonElement, Uri?> nextPage, out Uri? next, out string? fault)
    {
        next = null;
        fault = Head(Encoding.UTF8.GetString(body));
        try
        {
            using var document = JsonDocument.Parse(body);
            if (entries(document.RootElement) is not { } items)
            {
                return false;
            }

            int good = 0;
            int bad = 0;
            foreach (JsonElement item in items)
            {
                bool isRead = TryAdd(item, read);
                good += isRead ? 1 : 0;
                bad += isRead ? 0 : 1;
            }

            next = nextPage(document.RootElement);
            if (good == 0 && bad != 0)
            {
                return false;
            }

            if (bad != 0)
            {
                warn?.Invoke($"{bad} of {good + bad} entries of {venue}'s instrument list cannot be read and are "
                    + $"skipped, the first: {_firstSkipped}");
            }

            fault = null;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The instrument of a symbol.</summary>
    /// <exception cref="VenueException">It is not listed, or its entry cannot be used.</exception>
    public Instrument Find(string symbol, int id)
    {
        if (_listed.TryGetValue(symbol, out ListedInstrument? found))
        {
            return ToInstrument(found, id, symbol);
        }

        string near = string.Join(", ", _listed.Keys.Where(name => IsNear(name, symbol)).Take(SimilarSymbols));
        throw new VenueException(
            $"symbol '{symbol}' is not listed at {venue}"
            + (near.Length == 0 ? string.Empty : $"; similar symbols: {near}")
            + (_firstSkipped is null ? string.Empty : $"; an entry that cannot be read: {_firstSkipped}"));
    }

    /// <summary>All instruments, without the names of older protocols.</summary>
    public IReadOnlyList<Instrument> All()
    {
        var found = new List<Instrument>();
        foreach ((string symbol, ListedInstrument item) in _listed.Where(pair => pair.Key == pair.Value.Symbol))
        {
            try
            {
                found.Add(ToInstrument(item, found.Count, symbol));
            }
            catch (VenueException fault)
            {
                warn?.Invoke($"{fault.Message}: it is skipped");
            }
        }

        return found;
    }

    /// <summary>The instrument of a symbol; if it is not listed, one with these decimals.</summary>
    /// <exception cref="VenueException">Its entry cannot be used.</exception>
    public Instrument FindOrGuess(string symbol, int id, (int Price, int Quantity) decimals)
    {
        ListedInstrument item = _listed.TryGetValue(symbol, out ListedInstrument? known)
            ? known
            : new ListedInstrument(
                symbol,
                symbol,
                string.Empty,
                ListedInstrument.StepOf(decimals.Price),
                ListedInstrument.StepOf(decimals.Quantity))
            {
                PriceDecimals = decimals.Price,
                QuantityDecimals = decimals.Quantity,
            };
        return ToInstrument(item, id, symbol);
    }

    private Instrument ToInstrument(ListedInstrument item, int id, string symbol) =>
        item.ToInstrument(checked((ushort)id), venue, symbol, makerFeePpm, takerFeePpm);

    private bool TryAdd(JsonElement item, Func<JsonElement, ListedInstrument> read)
    {
        try
        {
            ListedInstrument entry = read(item);
            if (entry.Symbol is null || entry.TickSize is null || entry.LotSize is null)
            {
                throw new FormatException("a name or a size is null");
            }

            _listed[entry.Symbol] = entry;
            if (entry.Alias is { } alias)
            {
                _listed[alias] = entry;
            }

            return true;
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException)
        {
            _firstSkipped ??= Head(item.GetRawText());
            return false;
        }
    }

    private static bool IsNear(string name, string wanted) =>
        string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)
        || (wanted.Length >= 3 && name.StartsWith(wanted[..3], StringComparison.OrdinalIgnoreCase));

    private static string Head(string text) => text.Length > HeadChars ? text[..HeadChars] + "…" : text;
}
