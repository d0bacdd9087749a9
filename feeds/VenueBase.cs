using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds;

/// <summary>Common parts of all venues: load the instrument list, find symbols in it, create sessions.</summary>
public abstract class VenueBase : IVenue
{
    private const long NsPerMs = 1_000_000;

    // Parsers resolve escapes there.
    [ThreadStatic]
    private static EventBatch? t_scratch;

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
        HttpClient http, VenueAddress address, IReadOnlyList<string> symbols, Action<string>? warn,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(symbols);
        var list = new InstrumentList(Name, MakerFeePpm, TakerFeePpm, warn);
        Uri? next = ListAddress(address, symbols);
        while (next is not null)
        {
            byte[] body = await FetchAsync(http, next, cancellationToken).ConfigureAwait(false);
            next = list.TryRead(body, Entries, ReadEntry, NextPageOf(next), out Uri? page, out string? fault)
                ? page
                : throw new VenueException($"{next} did not return an instrument list: {fault}");
        }

        return symbols.Count == 0 ? list.All() : symbols.Select(list.Find).ToArray();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Instrument> ReadInstruments(
        IEnumerable<byte[]> lists, IReadOnlyList<string> symbols, Func<string, (int Price, int Quantity)> guess,
        Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(guess);
        var list = new InstrumentList(Name, MakerFeePpm, TakerFeePpm, warn);
        foreach (byte[] body in lists)
        {
            if (!list.TryRead(body, Entries, ReadEntry, _ => null, out _, out string? fault))
            {
                warn?.Invoke($"an answer of {Name} is no instrument list and is not used: {fault}");
            }
        }

        return symbols.Select((symbol, id) => list.FindOrGuess(symbol, id, guess(symbol))).ToArray();
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
        IReadOnlyList<Instrument> instruments, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks,
        IReadOnlyList<FeedChannels>? channels = null)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        BookFeed[] feeds = instruments.Select(CreateFeed).ToArray();
        for (int i = 0; channels is not null && i < feeds.Length; i++)
        {
            feeds[i].UseBook(ChosenChannel(channels[i].Book));
            feeds[i].Trades = ChosenChannel(channels[i].Trades);
        }

        return CreateSession(feeds, publisher, badInputs, carriesBooks);
    }

    /// <inheritdoc/>
    public void Identify(ReadOnlySpan<byte> message, ICollection<MessageIdentity> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        int before = into.Count;
        if (Utf8.IsValid(message))
        {
            var found = new List<MessageIdentity>();
            Identify(message, t_scratch ??= new EventBatch(), found);
            found.ForEach(into.Add);
        }

        if (into.Count == before)
        {
            into.Add(MessageIdentity.Unreadable);
        }
    }

    /// <summary>Reads the identities of a message; none if it has none.</summary>
    private protected abstract void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into);

    /// <summary>The channel of a name as the venue writes it.</summary>
    private protected abstract StreamChannel ChannelOf(ReadOnlySpan<byte> channel);

    /// <summary>Adds an identity unless it is there already.</summary>
    private protected static void AddOnce(ICollection<MessageIdentity> into, MessageIdentity identity)
    {
        if (!into.Contains(identity))
        {
            into.Add(identity);
        }
    }

    private protected abstract FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks);

    private protected abstract BookFeed CreateFeed(Instrument instrument);

    private protected abstract IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols);

    /// <summary>Address of the list, or of its first page.</summary>
    private protected abstract Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols);

    /// <summary>The entries of an answer, or null if it is no instrument list.</summary>
    private protected abstract IEnumerable<JsonElement>? Entries(JsonElement root);

    /// <summary>Reads an entry. Throws like <see cref="JsonElement"/> if it has another form.</summary>
    private protected abstract ListedInstrument ReadEntry(JsonElement entry);

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

    private Func<JsonElement, Uri?> NextPageOf(Uri page) => root => NextPage(page, root);

    private StreamChannel ChosenChannel(string? name) => name is null ? StreamChannel.None
        : name.Length == 0 ? StreamChannel.Off
        : ChannelOf(Encoding.UTF8.GetBytes(name));

    /// <summary>The elements of an array; null if it is none.</summary>
    private protected static IEnumerable<JsonElement>? ElementsOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : null;

    /// <summary>A property of an object; undefined if there is none.</summary>
    private protected static JsonElement PropertyOf(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value) ? value : default;

    private static string Head(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 200));
}
