using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;

namespace LowLatency.Replay;

/// <summary>Result of an import.</summary>
/// <param name="Folder">The recording.</param>
/// <param name="Instruments">Its instruments.</param>
/// <param name="Messages">Websocket messages and REST books.</param>
/// <param name="Rejected">Messages that could not be read.</param>
/// <param name="Ignored">Messages of unused types.</param>
/// <param name="SkippedSnapshots">REST books of symbols that no websocket message names.</param>
public sealed record ImportResult(
    string Folder, IReadOnlyList<Instrument> Instruments, long Messages, long Rejected, long Ignored,
    long SkippedSnapshots);

/// <summary>
/// Converts a public capture to a recording. The live sessions parse it, so everything they publish is recorded too,
/// with one source per connection of the capture.
/// </summary>
public sealed class CaptureImport
{
    private const ushort FirstFeedSource = 1;

    private static readonly string[] s_priceFields = ["p", "price", "px", "price_str"];
    private static readonly string[] s_quantityFields = ["q", "size", "sz", "qty", "quantity", "v", "amount_str"];

    private readonly IVenue _venue;
    private readonly string? _symbol;
    private readonly List<Part> _parts = [];
    private readonly List<byte[]> _lists = [];
    private readonly Dictionary<string, (int Price, int Quantity)> _decimals = new(StringComparer.Ordinal);

    /// <summary>Creates an import.</summary>
    /// <param name="venue">The venue whose messages these are.</param>
    /// <param name="symbol">The only symbol to import, or null for all.</param>
    public CaptureImport(IVenue venue, string? symbol)
    {
        _venue = venue;
        _symbol = symbol;
    }

    /// <summary>Writes the recording.</summary>
    /// <param name="read">Reads the capture from its start, with the venue's symbol lists; called twice.</param>
    /// <param name="description">Origin of the market data, as text.</param>
    /// <param name="describe">Adds limits and strategy to an instrument.</param>
    /// <param name="directory">Parent folder of the recording.</param>
    /// <param name="program">Name and version of this program.</param>
    /// <param name="stop">Ends it early. If it ends before the capture's end, for any reason, no recording is
    /// left.</param>
    /// <exception cref="InvalidDataException">The capture contains no message of a symbol.</exception>
    /// <exception cref="IOException">The capture cannot be read, or the recording cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ImportResult Run(
        Func<IEnumerable<CapturedMessage>> read, string description, Func<Instrument, InstrumentManifest> describe,
        string directory, string program, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(describe);
        long startNs = Survey(read().StoppedBy(stop));
        string[] symbols = _parts.SelectMany(part => part.Symbols).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (symbols.Length == 0)
        {
            throw new InvalidDataException($"{description} contains no message of a {_venue.Name} symbol"
                + (_symbol is null ? string.Empty : $" named {_symbol}"));
        }

        IReadOnlyList<Instrument> instruments = _venue.ReadInstruments(
            _lists, symbols, symbol => _decimals.GetValueOrDefault(symbol));
        SessionManifest manifest = ImportedRecording.Describe(
            _venue, description, program, instruments.Select(describe).ToArray(), DescribeFeeds(instruments));
        using var recording = new ImportedRecording(directory, manifest, startNs);
        long skipped = Play(read().StoppedBy(stop), manifest, recording);
        recording.Finish();
        return new ImportResult(
            recording.Folder,
            instruments,
            recording.Messages,
            _parts.Sum(part => part.Session?.Messages.Rejected ?? 0),
            _parts.Sum(part => part.Session?.Messages.Ignored ?? 0),
            skipped);
    }

    // First pass: the contents of each connection, and the finest decimals of the trades.
    private long Survey(IEnumerable<CapturedMessage> messages)
    {
        long startNs = 0;
        var quiet = new HashSet<string>(StringComparer.Ordinal);
        foreach (CapturedMessage message in messages)
        {
            if (message.IsSymbolList || message.IsOpening)
            {
                _lists.AddRange(message.IsSymbolList ? [message.Body] : []);
                continue;
            }

            startNs = startNs == 0 ? message.TimeNs : startNs;
            if (message.IsSnapshot && message.Symbol.Length != 0)
            {
                quiet.Add(message.Symbol);
            }

            if (message.IsSnapshot || message.IsOpening || !TryParse(message.Body, out JsonDocument? document))
            {
                continue;
            }

            using (document)
            {
                MessageLabel label = _venue.Describe(document.RootElement);
                if (label.Symbol is null || (_symbol is not null && label.Symbol != _symbol))
                {
                    continue;
                }

                Part part = PartOf(message.Part);
                part.Symbols.Add(label.Symbol);
                part.CarriesBooks |= IsBook(label.Kind);
                if (label.Kind.Contains("rade", StringComparison.Ordinal) || label.Kind == "match")
                {
                    Measure(label.Symbol, document.RootElement);
                }
                else
                {
                    _decimals.TryAdd(label.Symbol, default);
                }
            }
        }

        // Symbols with nothing but a snapshot belong to the connection that carries the other books.
        foreach (string symbol in quiet.Where(name => _symbol is null || name == _symbol))
        {
            if (!_parts.Exists(part => part.Symbols.Contains(symbol)))
            {
                _parts.Find(part => part.CarriesBooks)?.Symbols.Add(symbol);
            }
        }

        return startNs;
    }

    private static bool IsBook(string kind) =>
        kind.Contains("depth", StringComparison.Ordinal) || kind.Contains("l2update", StringComparison.Ordinal)
        || kind.Contains("snapshot", StringComparison.Ordinal)
        || (kind.Contains("ook", StringComparison.Ordinal) && kind != "bookTicker");

    private static bool TryParse(byte[] body, out JsonDocument document)
    {
        try
        {
            document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            // The session counts it as bad in the second pass.
            document = null!;
            return false;
        }
    }

    private void Measure(string symbol, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    (int price, int quantity) = _decimals.GetValueOrDefault(symbol);
                    int decimals = DecimalsOf(property.Value);
                    _decimals[symbol] = (
                        s_priceFields.Contains(property.Name) ? Math.Max(price, decimals) : price,
                        s_quantityFields.Contains(property.Name) ? Math.Max(quantity, decimals) : quantity);
                    Measure(symbol, property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Measure(symbol, item);
                }

                break;
            default:
                break;
        }
    }

    private static int DecimalsOf(JsonElement value)
    {
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()!
            : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
            : string.Empty;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : Math.Min(text[(point + 1)..].TrimEnd('0').Length, InstrumentScale.MaxDecimals);
    }

    private Part PartOf(string name)
    {
        Part? part = _parts.Find(item => item.Name == name);
        if (part is null)
        {
            part = new Part(name, (ushort)(FirstFeedSource + _parts.Count));
            _parts.Add(part);
        }

        return part;
    }

    private SourceManifest[] DescribeFeeds(IReadOnlyList<Instrument> instruments) => _parts
        .Select(part => new SourceManifest(
            part.Source,
            _venue.Name,
            instruments.Where(item => part.Symbols.Contains(item.Symbol)).Select(item => item.Id).ToArray(),
            part.CarriesBooks))
        .ToArray();

    // Second pass: each message goes to its connection's session, each REST book to the session that carries the book.
    private long Play(IEnumerable<CapturedMessage> messages, SessionManifest manifest, ImportedRecording recording)
    {
        var badInputs = new BadInputLog();
        foreach (Part part in _parts)
        {
            SourceManifest feed = manifest.Feeds.Single(item => item.Source == part.Source);
            part.Session = _venue.CreateSession(
                feed.InstrumentIds.Select(id => manifest.Instruments[id].Instrument).ToArray(),
                recording.CreatePublisher(part.Source),
                badInputs,
                part.CarriesBooks);
        }

        long skipped = 0;
        foreach (CapturedMessage message in messages.Where(item => !item.IsSymbolList && !IsOfAnother(in item)))
        {
            int symbol = -1;
            Part? part = message.IsSnapshot
                ? FindBook(message.Symbol, out symbol)
                : _parts.Find(item => item.Name == message.Part);
            if (part?.Session is not { } session)
            {
                skipped += message.IsSnapshot ? 1 : 0;
                continue;
            }

            if (message.IsOpening)
            {
                // The connection was reopened, so its books are invalid.
                if (part.IsConnected)
                {
                    session.OnDisconnected(message.TimeNs, "reopened");
                    session.OnConnected(message.TimeNs, part.Name);
                }

                continue;
            }

            if (!part.IsConnected)
            {
                part.IsConnected = true;
                session.OnConnected(message.TimeNs, part.Name.Length == 0 ? "capture" : part.Name);
            }

            if (message.IsSnapshot)
            {
                session.OnSnapshot(symbol, message.Body, message.TimeNs);
            }
            else
            {
                session.OnFrame(message.Body, message.TimeNs, wireStamp: 0);
            }
        }

        return skipped;
    }

    // If only one symbol is imported, messages that name another are skipped.
    private bool IsOfAnother(in CapturedMessage message)
    {
        if (_symbol is null)
        {
            return false;
        }

        if (message.IsSnapshot || message.IsOpening || !TryParse(message.Body, out JsonDocument? document))
        {
            return message.Symbol.Length != 0 && message.Symbol != _symbol;
        }

        using (document)
        {
            return _venue.Describe(document.RootElement).Symbol is { } named && named != _symbol;
        }
    }

    // In the lines format, a snapshot does not name its symbol: there is only one.
    private Part? FindBook(string name, out int symbol)
    {
        foreach (Part part in _parts.Where(part => part.CarriesBooks && part.Session is not null))
        {
            for (symbol = 0; symbol < part.Session!.SymbolCount; symbol++)
            {
                if (name.Length == 0 || part.Session.Instrument(symbol).Symbol == name)
                {
                    return part;
                }
            }
        }

        symbol = -1;
        return null;
    }

    /// <summary>One connection of the capture.</summary>
    private sealed class Part(string name, ushort source)
    {
        public string Name { get; } = name;

        public ushort Source { get; } = source;

        public HashSet<string> Symbols { get; } = new(StringComparer.Ordinal);

        public bool CarriesBooks { get; set; }

        public bool IsConnected { get; set; }

        public FeedSession? Session { get; set; }
    }
}
