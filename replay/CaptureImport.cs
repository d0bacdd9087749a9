using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Replay.Captures;

namespace LowLatency.Replay;

/// <summary>Result of an import.</summary>
/// <param name="Folder">The recording.</param>
/// <param name="Instruments">Its instruments.</param>
/// <param name="Messages">Websocket messages and REST books in it.</param>
/// <param name="Rejected">Messages that could not be read.</param>
/// <param name="Ignored">Messages of unused types.</param>
public sealed record ImportResult(
    string Folder, IReadOnlyList<Instrument> Instruments, long Messages, long Rejected, long Ignored)
{
    /// <summary>Messages and REST books of the capture, lists of instruments not included: each of them is in the
    /// recording or in <see cref="Skipped"/>.</summary>
    public required long Lines { get; init; }

    /// <summary>What is not in the recording, by reason.</summary>
    public required IReadOnlyList<LeftOut> Skipped { get; init; }

    /// <summary>Messages in the recording that could not be read, by reason.</summary>
    public required IReadOnlyList<LeftOut> Refused { get; init; }

    /// <summary>Messages of kinds that are not used, by kind.</summary>
    public required IReadOnlyList<LeftOut> Unused { get; init; }

    /// <summary>Which channel each symbol's book has, and which others it does not use.</summary>
    public required IReadOnlyList<BookChoice> Books { get; init; }

    /// <summary>Warnings about lists of instruments.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Books applied, trades and tops of book.</summary>
    public required long Used { get; init; }

    /// <summary>Book messages, with those that could not be read.</summary>
    public required long BookMessages { get; init; }

    /// <summary>Book messages that could not be read.</summary>
    public required long RefusedBookMessages { get; init; }

    /// <summary>REST books that are not in the recording, because they belong to no symbol of it.</summary>
    public required long SkippedSnapshots { get; init; }
}

/// <summary>The channels of a symbol's book in a capture.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Channel">The one that is used; null if none is.</param>
/// <param name="Others">The others, with their numbers of messages.</param>
public sealed record BookChoice(
    string Symbol, string? Channel, IReadOnlyList<(string Channel, long Messages)> Others);

/// <summary>
/// Converts a public capture to a recording. The live sessions parse it, so everything they publish is recorded too,
/// with one source per connection of the capture.
/// </summary>
public sealed class CaptureImport
{
    private const ushort FirstFeedSource = 1;

    private readonly IVenue _venue;
    private readonly string? _symbol;
    private readonly string? _channel;
    private readonly List<Part> _parts = [];
    private readonly List<string> _warnings = [];
    private readonly Tally _skipped = new();
    private readonly List<MessageIdentity> _identities = [];
    private readonly BadInputLog _badInputs = new();
    private long _skippedSnapshots;

    /// <summary>Creates an import.</summary>
    /// <param name="venue">The venue whose messages these are.</param>
    /// <param name="symbol">The only symbol to import, or null for all.</param>
    /// <param name="channel">The channel of all books, as the venue names it; null for each symbol's deepest complete
    /// one.</param>
    public CaptureImport(IVenue venue, string? symbol, string? channel = null)
    {
        _venue = venue;
        _symbol = symbol;
        _channel = channel;
    }

    /// <summary>Writes the recording.</summary>
    /// <param name="read">Reads the capture from its start, with the venue's symbol lists; called twice.</param>
    /// <param name="description">Origin of the market data, as text.</param>
    /// <param name="describe">Adds limits and strategy to an instrument.</param>
    /// <param name="directory">Parent folder of the recording.</param>
    /// <param name="program">Name and version of this program.</param>
    /// <param name="stop">Ends it early. If it ends before the capture's end, for any reason, no recording is
    /// left.</param>
    /// <exception cref="InvalidDataException">No message of a symbol can be read.</exception>
    /// <exception cref="IOException">The capture cannot be read, or the recording cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ImportResult Run(
        Func<IEnumerable<CapturedMessage>> read, string description, Func<Instrument, InstrumentManifest> describe,
        string directory, string program, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(describe);
        var survey = new CaptureSurvey(_venue, _channel);
        long lines = 0;
        foreach (CapturedMessage message in read().StoppedBy(stop))
        {
            survey.See(lines++, in message);
        }

        survey.Choose();
        SurveyedSymbol[] symbols = Array.FindAll(survey.Symbols, item => _symbol is null || item.Name == _symbol);
        if (symbols.Length == 0)
        {
            throw new InvalidDataException($"{description} contains no message of a {_venue.Name} symbol"
                + (_symbol is null ? string.Empty : $" named {_symbol}") + " that can be read");
        }

        IReadOnlyList<Instrument> instruments = ReadInstruments(survey, symbols);
        SessionManifest manifest = ImportedRecording.Describe(
            _venue, description, program, instruments.Select(describe).ToArray(), DescribeFeeds(symbols));
        using var recording = new ImportedRecording(directory, manifest, survey.StartNs);
        StartSessions(manifest, recording);
        long played = Play(read().StoppedBy(stop), survey);
        recording.Finish();
        return Summarize(recording, instruments, survey, symbols, played);
    }

    // Increments as declared; finer where no book will refine them, because the numbers are.
    private Instrument[] ReadInstruments(CaptureSurvey survey, SurveyedSymbol[] symbols)
    {
        IReadOnlyList<Instrument> declared = _venue.ReadInstruments(
            survey.Lists,
            Array.ConvertAll(symbols, item => item.Name),
            survey.Decimals,
            _warnings.Add);
        return declared.Select((instrument, i) => symbols[i].BookPart is not null
            ? instrument
            : instrument with { Scale = Refined(instrument.Scale, survey.Scale(symbols[i].Name)) }).ToArray();
    }

    private static InstrumentScale Refined(InstrumentScale declared, InstrumentScale measured) => declared.Finer(
        InstrumentScale.PowerOfTen(Math.Max(0, measured.PriceDecimals - declared.PriceDecimals)),
        InstrumentScale.PowerOfTen(Math.Max(0, measured.QuantityDecimals - declared.QuantityDecimals)));

    private SourceManifest[] DescribeFeeds(SurveyedSymbol[] symbols)
    {
        foreach (string name in symbols.SelectMany(item => item.Parts).Distinct().Order(StringComparer.Ordinal))
        {
            _parts.Add(new Part(name, (ushort)(FirstFeedSource + _parts.Count)));
        }

        return _parts.Select(part =>
        {
            int[] own = Enumerable.Range(0, symbols.Length).Where(i => symbols[i].Parts.Contains(part.Name)).ToArray();
            Array.ForEach(own, i => part.Symbols.Add(symbols[i].Name));
            return new SourceManifest(
                part.Source,
                _venue.Name,
                Array.ConvertAll(own, i => (ushort)i),
                own.Any(i => symbols[i].BookPart == part.Name))
            {
                Channels = Array.ConvertAll(own, i => symbols[i].ChannelsOn(part.Name)),
            };
        }).ToArray();
    }

    private void StartSessions(SessionManifest manifest, ImportedRecording recording)
    {
        foreach (Part part in _parts)
        {
            SourceManifest feed = manifest.Feeds.Single(item => item.Source == part.Source);
            part.Session = _venue.CreateSession(
                feed.InstrumentIds.Select(id => manifest.Instruments[id].Instrument).ToArray(),
                recording.CreatePublisher(part.Source),
                _badInputs,
                feed.CarriesBooks,
                feed.Channels);
            for (int i = 0; i < part.Symbols.Count; i++)
            {
                if (feed.CarriesBooks && feed.Channels![i].Book != string.Empty)
                {
                    part.Books[part.Symbols[i]] = i;
                }
            }
        }
    }

    // Second pass: each message goes to its connection's session, each REST book to the session that carries the book.
    private long Play(IEnumerable<CapturedMessage> messages, CaptureSurvey survey)
    {
        long line = -1;
        long lines = 0;
        foreach (CapturedMessage message in messages)
        {
            line++;
            if (message.IsList)
            {
                continue;
            }

            if (message.IsOpening)
            {
                Reopen(in message);
                continue;
            }

            lines++;
            if (survey.TryFindOwner(line, out string? owner, out string reason))
            {
                PlayRestBook(in message, owner, reason);
            }
            else
            {
                PlayFrame(in message);
            }
        }

        return lines;
    }

    private void PlayRestBook(in CapturedMessage message, string? owner, string reason)
    {
        if (owner is null || _parts.Find(item => item.Books.ContainsKey(owner)) is not { } part)
        {
            _skippedSnapshots++;
            _skipped.Add(owner is null ? reason : "a REST book of another symbol", message.Body);
            return;
        }

        part.Connect(message.TimeNs);
        part.Session!.OnSnapshot(part.Books[owner], message.Body, message.TimeNs);
    }

    private void PlayFrame(in CapturedMessage message)
    {
        string name = message.Part;
        Part? part = _parts.Find(item => item.Name == name);
        if (part is null || IsOfAnother(message.Body))
        {
            _skipped.Add(
                part is null ? "a connection without any symbol of the recording" : "another symbol", message.Body);
            return;
        }

        part.Connect(message.TimeNs);
        part.Session!.OnFrame(message.Body, message.TimeNs, wireStamp: 0);
    }

    // The connection was reopened, so its books are invalid.
    private void Reopen(in CapturedMessage message)
    {
        string name = message.Part;
        if (_parts.Find(item => item.Name == name) is { IsConnected: true } part)
        {
            part.Session!.OnDisconnected(message.TimeNs, "reopened");
            part.Session.OnConnected(message.TimeNs, part.Name);
        }
    }

    // If only one symbol is imported, messages that name others are left out.
    private bool IsOfAnother(byte[] body)
    {
        if (_symbol is null)
        {
            return false;
        }

        _identities.Clear();
        _venue.Identify(body, _identities);
        return _identities.TrueForAll(item => item.Symbol is not null && item.Symbol != _symbol);
    }

    private ImportResult Summarize(
        ImportedRecording recording, IReadOnlyList<Instrument> instruments, CaptureSurvey survey,
        SurveyedSymbol[] symbols, long lines)
    {
        BookFeedCounters[] counters = _parts.SelectMany(part => Enumerable.Range(0, part.Session!.SymbolCount)
            .Select(part.Session.Counters)).ToArray();
        long refused = counters.Sum(item => item.RefusedBooks);
        return new ImportResult(
            recording.Folder,
            instruments,
            recording.Messages,
            _parts.Sum(part => part.Session!.Messages.Rejected),
            _parts.Sum(part => part.Session!.Messages.Ignored))
        {
            Lines = lines,
            Skipped = _skipped.ToList(),
            Refused = Enum.GetValues<BadInputKind>().Where(IsRefusal)
                .Select(kind => new LeftOut($"{kind}", _badInputs.Count(kind), _badInputs.First(kind) ?? string.Empty))
                .Where(item => item.Count != 0).ToArray(),
            Unused = survey.Unused,
            Books = Array.ConvertAll(symbols, item => new BookChoice(
                item.Name,
                item.Book?.Name,
                item.OtherBooks.GroupBy(other => other.Name)
                    .Select(group => (group.Key, group.Sum(other => other.Count))).ToArray())),
            Warnings = _warnings,
            Used = counters.Sum(item => item.Applied + item.Snapshots + item.Trades + item.TopOfBooks),
            BookMessages = counters.Sum(item => item.DepthMessages + item.Snapshots) + refused,
            RefusedBookMessages = refused,
            SkippedSnapshots = _skippedSnapshots,
        };
    }

    // A number finer than the increments refines them; a venue's error is no refusal of this program.
    private static bool IsRefusal(BadInputKind kind) => kind is not (
        BadInputKind.FinerThanIncrement or BadInputKind.VenueError);

    /// <summary>One connection of the capture.</summary>
    private sealed class Part(string name, ushort source)
    {
        public string Name { get; } = name;

        public ushort Source { get; } = source;

        public List<string> Symbols { get; } = [];

        /// <summary>Indices of the symbols whose books come over it.</summary>
        public Dictionary<string, int> Books { get; } = new(StringComparer.Ordinal);

        public bool IsConnected { get; private set; }

        public FeedSession? Session { get; set; }

        public void Connect(long timeNs)
        {
            if (!IsConnected)
            {
                IsConnected = true;
                Session!.OnConnected(timeNs, Name.Length == 0 ? "capture" : Name);
            }
        }
    }
}
