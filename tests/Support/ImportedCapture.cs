using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Replay;

namespace LowLatency.Tests.Support;

/// <summary>A capture that was imported and replayed: what came out of it, as text.</summary>
internal sealed class ImportedCapture
{
    private ImportedCapture(ImportResult result) => Result = result;

    /// <summary>What the import says.</summary>
    public ImportResult Result { get; }

    /// <summary>The last book of each symbol, such as <c>99:2 98:1 | 101:1</c>; without one of books that are not
    /// live.</summary>
    public SortedDictionary<string, string> Books { get; } = new(StringComparer.Ordinal);

    /// <summary>Trades, such as <c>BTCUSDT sell 100 x 1.5</c>.</summary>
    public List<string> Trades { get; } = [];

    /// <summary>Venue times of the trades, nanoseconds since the Unix epoch.</summary>
    public List<long> TradeTimes { get; } = [];

    /// <summary>Tops of book, such as <c>BTCUSDT 1:2 / 3:4</c>.</summary>
    public List<string> Tops { get; } = [];

    /// <summary>Book messages applied, without snapshots.</summary>
    public long Applied { get; private set; }

    /// <summary>Checksums that matched, and those that did not.</summary>
    public (long Right, long Wrong) Checksums { get; private set; }

    /// <summary>Each event of a book with the levels after it.</summary>
    public List<string> History { get; } = [];

    /// <summary>Imports files.</summary>
    public static ImportedCapture Of(string venue, string? channel, params string[] paths) =>
        Of(venue, channel, () => Capture.Read(paths, withSymbolLists: true, withOpenings: true));

    /// <summary>Imports messages.</summary>
    public static ImportedCapture Of(string venue, string? channel, Func<IEnumerable<CapturedMessage>> read)
    {
        using var folder = new TemporaryFolder();
        ImportResult result = new CaptureImport(Venues.Find(venue), symbol: null, channel).Run(
            read, "a test", Describe, folder.Path, "tests");
        var capture = new ImportedCapture(result);
        using RecordingReplay replay = RecordingReplay.Open(result.Folder, new ReplayOptions { Catalog = null });
        ReplayRunner runner = replay.Runner;
        runner.Core.OnHandled = item => capture.See(runner, item);
        replay.RunToEnd((in InputRecord _, ReadOnlySpan<byte> _) => { });
        capture.Finish(runner, replay.Manifest);
        return capture;
    }

    /// <summary>Imports lines of the lines format, without their times.</summary>
    public static ImportedCapture OfLines(string venue, params string[] lines) => Of(venue, null, () =>
        lines.Select((line, i) => new CapturedMessage(
            1_764_500_000_000_000_000 + i, Encoding.UTF8.GetBytes(line), false, false, string.Empty)));

    private static InstrumentManifest Describe(Instrument instrument) =>
        new(instrument, Fixture.Limits(), new StrategyManifest("DirectionMask", new Dictionary<string, string>()));

    private void See(ReplayRunner runner, EngineInput item)
    {
        if (item.Kind is not (EventKind.Trade or EventKind.TopOfBook or EventKind.BookCommit))
        {
            return;
        }

        string symbol = runner.Manifest.Instruments[item.InstrumentId].Instrument.Symbol;
        InstrumentScale scale = item.Kind == EventKind.Trade && item.TradeScale == TradeScale.Declared
            ? runner.Manifest.Instruments[item.InstrumentId].Instrument.Scale
            : runner.Core.Engine.Scale(item.InstrumentId);
        string Price(long value) => CanonicalNumber.Text(value, scale.PriceDecimals);
        string Size(long value) => CanonicalNumber.Text(value, scale.QuantityDecimals);
        switch (item.Kind)
        {
            case EventKind.Trade:
                string side = item.Side == Side.Buy ? "buy" : "sell";
                Trades.Add($"{symbol} {side} {Price(item.Price)} x {Size(item.Quantity)}");
                TradeTimes.Add(item.ExchangeTimeNs);
                break;
            case EventKind.TopOfBook:
                Tops.Add($"{symbol} {Price(item.BidPrice)}:{Size(item.BidQuantity)} / "
                    + $"{Price(item.AskPrice)}:{Size(item.AskQuantity)}");
                break;
            default:
                History.Add($"{symbol} {item.CommitFlags} {item.UpdateId} {BookOf(runner, item.InstrumentId)}");
                break;
        }
    }

    private void Finish(ReplayRunner runner, SessionManifest manifest)
    {
        foreach (InstrumentManifest item in manifest.Instruments)
        {
            if (runner.Core.Engine.Book(item.Instrument.Id).IsLive)
            {
                Books[item.Instrument.Symbol] = BookOf(runner, item.Instrument.Id);
            }
        }

        BookFeedCounters[] counters = manifest.Feeds.SelectMany(feed => Enumerable
            .Range(0, feed.InstrumentIds.Count).Select(runner.Session(feed.Source)!.Counters)).ToArray();
        Applied = counters.Sum(item => item.Applied);
        Checksums = (counters.Sum(item => item.ChecksumsRight), counters.Sum(item => item.ChecksumsWrong));
    }

    private static string BookOf(ReplayRunner runner, ushort id)
    {
        OrderBook book = runner.Core.Engine.Book(id);
        InstrumentScale scale = runner.Core.Engine.Scale(id);
        return $"{TextOf(book.Bids, scale)} | {TextOf(book.Asks, scale)}";
    }

    private static string TextOf(BookSide side, InstrumentScale scale)
    {
        var levels = new List<string>();
        foreach (BookLevel level in side)
        {
            levels.Add($"{CanonicalNumber.Text(level.Price, scale.PriceDecimals)}:"
                + CanonicalNumber.Text(level.Quantity, scale.QuantityDecimals));
        }

        return string.Join(' ', levels);
    }
}
