using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds;

/// <summary>Common parts of all venues: load the instrument list, find symbols in it, create sessions.</summary>
public abstract class VenueBase : IVenue
{
    private const long NsPerMs = 1_000_000;

    private protected VenueBase(string name, VenueProfile profile, VenueAddress defaultAddress)
    {
        Name = name;
        Profile = profile;
        DefaultAddress = defaultAddress;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public VenueProfile Profile { get; }

    /// <inheritdoc/>
    public VenueAddress DefaultAddress { get; }

    /// <inheritdoc/>
    public virtual ServerClock? ClockOf(VenueAddress address) => null;

    private protected abstract int MakerFeePpm { get; }

    private protected abstract int TakerFeePpm { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instrument>> LoadInstrumentsAsync(
        HttpClient http, VenueAddress address, IReadOnlyList<string> symbols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(symbols);
        var listed = new Dictionary<string, ListedInstrument>(StringComparer.Ordinal);
        Uri? next = InstrumentList(address, symbols);
        while (next is not null)
        {
            byte[] body = await FetchAsync(http, next, cancellationToken).ConfigureAwait(false);
            next = ReadPage(next, body, listed);
        }

        IEnumerable<string> wanted = symbols.Count == 0
            ? listed.Where(pair => pair.Key == pair.Value.Symbol).Select(pair => pair.Key)
            : symbols;
        return wanted
            .Select((symbol, id) => Find(listed, symbol)
                .ToInstrument(checked((ushort)id), Name, symbol, MakerFeePpm, TakerFeePpm))
            .ToArray();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Instrument> ReadInstruments(
        IEnumerable<byte[]> lists, IReadOnlyList<string> symbols, Func<string, (int Price, int Quantity)> guess)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(guess);
        var listed = new Dictionary<string, ListedInstrument>(StringComparer.Ordinal);
        foreach (byte[] list in lists)
        {
            ReadPage(DefaultAddress.Rest, list, listed);
        }

        return symbols
            .Select((symbol, id) => (listed.TryGetValue(symbol, out ListedInstrument? known)
                    ? known
                    : Guess(symbol, guess(symbol)))
                .ToInstrument(checked((ushort)id), Name, symbol, MakerFeePpm, TakerFeePpm))
            .ToArray();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConnectionPlan> PlanConnections(VenueAddress address, IReadOnlyList<Instrument> instruments)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(instruments);
        return Enumerable.Range(0, instruments.Count)
            .Chunk(Profile.SymbolsPerConnection)
            .SelectMany(chunk => PlanChunk(address, chunk, chunk.Select(index => instruments[index].Symbol).ToArray()))
            .ToArray();
    }

    /// <inheritdoc/>
    public virtual Uri? SnapshotAddress(VenueAddress address, string symbol, int levels) => null;

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Resubscription(string symbol) => [];

    /// <inheritdoc/>
    public FeedSession CreateSession(
        IReadOnlyList<Instrument> instruments, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        BookFeed[] feeds = instruments.Select(CreateFeed).ToArray();
        return CreateSession(feeds, publisher, badInputs, carriesBooks);
    }

    /// <inheritdoc/>
    public abstract MessageLabel Describe(JsonElement message);

    private protected abstract FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks);

    private protected abstract BookFeed CreateFeed(Instrument instrument);

    private protected abstract IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols);

    /// <summary>Address of the list, or of its first page.</summary>
    private protected abstract Uri InstrumentList(VenueAddress address, IReadOnlyList<string> symbols);

    /// <summary>Reads an answer; if a symbol is listed twice, the later entry counts.</summary>
    private protected abstract IEnumerable<ListedInstrument> ReadList(JsonElement root);

    /// <summary>Address of the next page, or null.</summary>
    private protected virtual Uri? NextPage(Uri page, JsonElement root) => null;

    /// <summary>A clock whose answer is in milliseconds since the Unix epoch, as number or text.</summary>
    private protected static ServerClock ClockOfMilliseconds(
        VenueAddress address, string path, Func<JsonElement, JsonElement> find) => new(
            new Uri(address.Rest, path),
            TimeSpan.FromMilliseconds(1),
            answer => find(answer) is { ValueKind: JsonValueKind.String } text
                ? long.Parse(text.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) * NsPerMs
                : find(answer).GetInt64() * NsPerMs);

    /// <summary>Bytes of the symbol as the stream writes it.</summary>
    private protected static byte[] BytesOf(string symbol) => Encoding.UTF8.GetBytes(symbol);

    /// <summary>A JSON array of strings.</summary>
    private protected static string ListOf(IEnumerable<string> texts) =>
        "[" + string.Join(',', texts.Select(Quoted)) + "]";

    /// <summary>A JSON string.</summary>
    private protected static string Quoted(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    /// <summary>The text of a property that is a string or a number.</summary>
    private protected static string TextOf(JsonElement item, string name, string otherwise = "0") =>
        !item.TryGetProperty(name, out JsonElement value) ? otherwise
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : value.GetRawText();

    private static async Task<byte[]> FetchAsync(HttpClient http, Uri uri, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.GetAsync(uri, cancellationToken).ConfigureAwait(false);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode
            ? body
            : throw new VenueException($"{uri} answered {(int)answer.StatusCode}: {Head(body)}");
    }

    private Uri? ReadPage(Uri uri, byte[] body, Dictionary<string, ListedInstrument> listed)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            foreach (ListedInstrument item in ReadList(document.RootElement))
            {
                listed[item.Symbol] = item;
                if (item.Alias is { } alias)
                {
                    listed[alias] = item;
                }
            }

            return NextPage(uri, document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new VenueException($"{uri} did not return an instrument list: {Head(body)}", fault);
        }
    }

    private ListedInstrument Find(Dictionary<string, ListedInstrument> listed, string symbol)
    {
        if (listed.TryGetValue(symbol, out ListedInstrument? found))
        {
            return found;
        }

        string near = string.Join(", ", listed.Keys.Where(name => IsNear(name, symbol)).Take(5));
        throw new VenueException(
            $"symbol '{symbol}' is not listed at {Name}"
            + (near.Length == 0 ? string.Empty : $"; similar symbols: {near}"));
    }

    private static ListedInstrument Guess(string symbol, (int Price, int Quantity) decimals) => new(
        symbol,
        symbol,
        string.Empty,
        ListedInstrument.StepOf(decimals.Price),
        ListedInstrument.StepOf(decimals.Quantity))
    {
        PriceDecimals = decimals.Price,
        QuantityDecimals = decimals.Quantity,
    };

    private static bool IsNear(string name, string wanted) =>
        string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)
        || (wanted.Length >= 3 && name.StartsWith(wanted[..3], StringComparison.OrdinalIgnoreCase));

    private static string Head(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 200));
}
