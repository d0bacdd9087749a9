using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;

namespace LowLatency.Replay;

/// <summary>
/// Replays a recording and writes its books as lines of JSON: one line per snapshot, one every N messages of a symbol,
/// and one at the end. Two programs that rebuild the same books write the same lines.
/// </summary>
public sealed class BookCheckpoints
{
    private const int TopLevels = 10;

    private readonly TextWriter _output;
    private readonly int _every;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly ReplayRunner _runner;
    private SymbolState[] _symbols = [];
    private InstrumentLookup _names = new([]);

    private BookCheckpoints(TextWriter output, int every, ReplayRunner runner)
    {
        _runner = runner;
        _output = output;
        _every = every;
    }

    /// <summary>Writes the checkpoints of a recording.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="every">A line every N messages of a symbol; 1 or more.</param>
    /// <param name="output">Receives the lines.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the lines so far are written, without those of the
    /// end.</exception>
    public static ReplayRunner Write(string path, int every, TextWriter output, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        using RecordingReplay replay = RecordingReplay.Open(path, new ReplayOptions { Catalog = null, Stop = stop });
        var writer = new BookCheckpoints(output, every, replay.Runner);
        writer.Run(replay);
        stop.ThrowIfCancellationRequested();
        writer.WriteEnd();
        return replay.Runner;
    }

    private void Run(RecordingReplay replay)
    {
        SessionManifest manifest = replay.Manifest;
        _runner.Core.OnHandled = OnHandled;
        _runner.Core.OnInput = BeforeHandled;
        _symbols = manifest.Instruments.Select(item => new SymbolState(item.Instrument)).ToArray();
        var byKey = _symbols.ToDictionary(item => InstrumentKey.Of(item.Instrument));
        var venues = manifest.Feeds.ToDictionary(feed => feed.Source, feed => Venues.Find(feed.Venue));
        _names = new InstrumentLookup(manifest.InstrumentList);
        foreach (SourceManifest feed in manifest.Feeds.Where(feed => feed.CarriesBooks))
        {
            for (int i = 0; i < feed.InstrumentIds.Count; i++)
            {
                _symbols[feed.InstrumentIds[i]].Feed = (feed.Source, i);
            }
        }

        var identities = new List<MessageIdentity>();
        replay.RunToEnd((in InputRecord record, ReadOnlySpan<byte> payload) =>
        {
            (ushort, int) origin = (record.Source, record.Tag);
            if (record.Kind == InputKind.Frame && venues.TryGetValue(record.Source, out IVenue? venue))
            {
                identities.Clear();
                venue.Identify(payload, identities);
                foreach (MessageIdentity identity in identities)
                {
                    if (identity.Symbol is not null
                        && byKey.TryGetValue(new InstrumentKey(venue.Name, identity.Symbol), out SymbolState? named))
                    {
                        named.See(identity.Type);
                    }
                }
            }
            else if (record.Kind == InputKind.Snapshot)
            {
                Array.Find(_symbols, item => item.Feed == origin)?.See("snapshot");
            }
        });
    }

    // A book that is about to be invalidated is written as it was.
    private void BeforeHandled(EngineInput item)
    {
        if (item.Kind == EventKind.BookStale && item.InstrumentId < _symbols.Length)
        {
            SymbolState symbol = _symbols[item.InstrumentId];
            symbol.Remember(
                _runner.Core.Engine.Book(item.InstrumentId), _runner.Core.Engine.Scale(item.InstrumentId));
        }
    }

    private void OnHandled(EngineInput item)
    {
        if (item.InstrumentId >= _symbols.Length)
        {
            return;
        }

        SymbolState symbol = _symbols[item.InstrumentId];
        switch (item.Kind)
        {
            case EventKind.BookStale:
                symbol.IsSynced = false;
                symbol.Gaps += item.StaleReason
                    is StaleReason.SequenceGap or StaleReason.ChecksumMismatch ? 1 : 0;
                break;
            case EventKind.BookCommit when (item.CommitFlags & CommitFlags.NoMessage) != 0:
                break;
            case EventKind.BookCommit when (item.CommitFlags & CommitFlags.EndsSnapshot) != 0:
                symbol.OnSnapshot(in item);
                WriteState("snapshot", symbol);
                break;
            case EventKind.BookCommit:
                symbol.OnUpdate(in item);
                symbol.IsWritten = symbol.Applied % _every == 0;
                if (symbol.IsWritten)
                {
                    WriteState("update", symbol);
                }

                break;
            default:
                break;
        }
    }

    private void WriteEnd()
    {
        SymbolState[] byName = _symbols.OrderBy(item => _names.NameOf(item.Instrument), StringComparer.Ordinal)
            .ToArray();
        foreach (SymbolState symbol in byName.Where(item => item.IsSynced && item.Applied != 0 && !item.IsWritten))
        {
            WriteState("last", symbol);
        }

        foreach (SymbolState symbol in byName)
        {
            WriteTotal(symbol);
        }

        _output.WriteLine("""{"kind":"end"}""");
    }

    private void WriteState(string kind, SymbolState symbol)
    {
        OrderBook book = _runner.Core.Engine.Book(symbol.Instrument.Id);
        InstrumentScale scale = _runner.Core.Engine.Scale(symbol.Instrument.Id);
        using (Utf8JsonWriter json = Begin(kind, symbol))
        {
            EngineInput last = symbol.Last;
            json.WriteNumber("n", symbol.Applied);
            json.WriteNumber("recv_ns", last.ReceiveTimeNs);
            WriteIdOrNull(json, "venue_ns", last.ExchangeTimeNs);
            WriteIdOrNull(json, "id", last.UpdateId);
            WriteBest(json, "bid", book.Bids, in scale);
            WriteBest(json, "ask", book.Asks, in scale);
            WriteTop(json, "bids", book.Bids, in scale);
            WriteTop(json, "asks", book.Asks, in scale);
            WriteBook(json, symbol, book, in scale);
            WriteSeen(json, symbol);
            json.WriteNumber("snapshots", symbol.Snapshots);
            json.WriteNumber("dropped", last.DroppedMessages);
            json.WriteNumber("stale", last.RepeatedMessages);
            json.WriteNumber("gaps", symbol.Gaps);
            json.WriteEndObject();
        }

        End();
    }

    private void WriteTotal(SymbolState symbol)
    {
        FeedSession? session = _runner.Session(symbol.Feed.Source);
        BookFeedCounters counters = session?.Counters(symbol.Feed.Symbol) ?? new BookFeedCounters();
        OrderBook book = _runner.Core.Engine.Book(symbol.Instrument.Id);
        using (Utf8JsonWriter json = Begin("total", symbol))
        {
            json.WriteBoolean("synced", symbol.IsSynced);
            json.WriteNumber("waiting", session?.BufferedMessages(symbol.Feed.Symbol) ?? 0);
            WriteSeen(json, symbol);
            json.WriteStartObject("count");
            json.WriteNumber("applied", counters.Applied);
            json.WriteNumber("snapshots", counters.Snapshots);
            json.WriteNumber("snapshots_ignored", counters.IgnoredSnapshots);
            json.WriteNumber("snapshots_too_old", counters.OldSnapshots);
            json.WriteNumber("dropped_before_snapshot", counters.Dropped);
            json.WriteNumber("stale_ignored", counters.Repeats);
            json.WriteNumber("gaps", counters.Gaps);
            json.WriteNumber("checksum_ok", counters.ChecksumsRight);
            json.WriteNumber("checksum_bad", counters.ChecksumsWrong);
            json.WriteEndObject();
            WriteBook(json, symbol, book, _runner.Core.Engine.Scale(symbol.Instrument.Id));
            json.WriteEndObject();
        }

        End();
    }

    private Utf8JsonWriter Begin(string kind, SymbolState symbol)
    {
        _buffer.Clear();
        var json = new Utf8JsonWriter(_buffer);
        json.WriteStartObject();
        json.WriteString("kind", kind);
        json.WriteString("sym", _names.NameOf(symbol.Instrument));
        return json;
    }

    private void End() => _output.WriteLine(Encoding.UTF8.GetString(_buffer.WrittenSpan));

    private static void WriteIdOrNull(Utf8JsonWriter json, string name, long value)
    {
        if (value == 0)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, value);
        }
    }

    private static void WriteBest(Utf8JsonWriter json, string name, BookSide side, in InstrumentScale scale)
    {
        json.WritePropertyName(name);
        if (side.Count == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            WriteLevel(json, new BookLevel(side.BestPrice, side.BestQuantity), in scale);
        }
    }

    private static void WriteTop(Utf8JsonWriter json, string name, BookSide side, in InstrumentScale scale)
    {
        json.WriteStartArray(name);
        Span<BookLevel> levels = stackalloc BookLevel[TopLevels];
        foreach (BookLevel level in levels[..side.CopyTop(levels)])
        {
            WriteLevel(json, level, in scale);
        }

        json.WriteEndArray();
    }

    private static void WriteLevel(Utf8JsonWriter json, BookLevel level, in InstrumentScale scale)
    {
        json.WriteStartArray();
        json.WriteStringValue(CanonicalNumber.Text(level.Price, scale.PriceDecimals));
        json.WriteStringValue(CanonicalNumber.Text(level.Quantity, scale.QuantityDecimals));
        json.WriteEndArray();
    }

    // An invalidated book is written as it last was.
    private static void WriteBook(Utf8JsonWriter json, SymbolState symbol, OrderBook book, in InstrumentScale scale)
    {
        symbol.Remember(book, scale);
        json.WriteStartArray("levels");
        json.WriteNumberValue(symbol.Levels.Bids);
        json.WriteNumberValue(symbol.Levels.Asks);
        json.WriteEndArray();
        json.WriteString("book", symbol.BookHash);
    }

    private static void Append(StringBuilder text, char name, BookSide side, in InstrumentScale scale)
    {
        foreach (BookLevel level in side)
        {
            text.Append(name).Append(' ')
                .Append(CanonicalNumber.Text(level.Price, scale.PriceDecimals)).Append(' ')
                .Append(CanonicalNumber.Text(level.Quantity, scale.QuantityDecimals)).Append('\n');
        }
    }

    private static void WriteSeen(Utf8JsonWriter json, SymbolState symbol)
    {
        json.WriteStartObject("seen");
        foreach ((string kind, long count) in symbol.Seen)
        {
            json.WriteNumber(kind, count);
        }

        json.WriteEndObject();
    }

    private sealed class SymbolState(Instrument instrument)
    {
        public Instrument Instrument { get; } = instrument;

        public (ushort Source, int Symbol) Feed { get; set; } = (ushort.MaxValue, 0);

        public SortedDictionary<string, long> Seen { get; } = new(StringComparer.Ordinal);

        public EngineInput Last { get; private set; }

        public long Applied { get; private set; }

        public long Snapshots { get; private set; }

        public long Gaps { get; set; }

        public bool IsSynced { get; set; }

        public bool IsWritten { get; set; }

        public (int Bids, int Asks) Levels { get; set; }

        public string BookHash { get; set; } = Convert.ToHexStringLower(SHA256.HashData([]));

        public void Remember(OrderBook book, InstrumentScale scale)
        {
            if (IsSynced)
            {
                var text = new StringBuilder();
                Append(text, 'b', book.Bids, in scale);
                Append(text, 'a', book.Asks, in scale);
                Levels = (book.Bids.Count, book.Asks.Count);
                BookHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
            }
        }

        public void See(string kind) => Seen[kind] = Seen.GetValueOrDefault(kind) + 1;

        public void OnSnapshot(in EngineInput commit)
        {
            Last = commit;
            Snapshots++;
            IsSynced = true;
            IsWritten = false;
        }

        public void OnUpdate(in EngineInput commit)
        {
            Last = commit;
            Applied++;
        }
    }
}
