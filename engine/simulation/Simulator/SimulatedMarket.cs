using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Simulation.EmbeddedVenue.Market;
using BookLevel = LowLatency.Simulation.EmbeddedVenue.Dialects.BookLevel;

namespace LowLatency.Simulation.Simulator;

/// <summary>The embedded venue's dialect and market without sockets. Each call gives one message; a seed repeats.
/// </summary>
internal sealed class SimulatedMarket : IDisposable
{
    private readonly GeneratedMarket _market;
    private readonly VenueBook[] _books;
    private readonly MarketClock _clock;
    private readonly BookHistory[] _histories;

    public SimulatedMarket(IVenue venue, ulong seed, string[] symbols, bool streamsSnapshots, double pace = 1)
    {
        _market = new GeneratedMarket(new GeneratedMarketOptions
        {
            Seed = seed,
            Symbols = symbols,
            StartNs = 1_785_000_000_000_000_000,
            IsFutures = venue.Name == "binance-futures",
            Pace = pace,
        });
        _books = symbols.Select(_ => new VenueBook()).ToArray();
        _histories = symbols.Select(_ => new BookHistory()).ToArray();
        _clock = new MarketClock(0);
        Dialect = streamsSnapshots
            ? DialectTable.Create(venue.Name, _market.Instruments, _books, _clock)
            : new OkxDialect(_market.Instruments, _books, _clock, streamsSnapshots: false);
    }

    public Dialect Dialect { get; }

    /// <summary>true if the wire carries the market's own update ids, so that past books are kept by id.</summary>
    public bool KeepsHistory => Dialect is BinanceDialect;

    public IReadOnlyList<VenueInstrument> Instruments => _market.Instruments;

    public long NowNs => _clock.NowNs;

    /// <summary>The venue's names of its symbols.</summary>
    public string[] Names => Dialect is TranslatedDialect translated
        ? translated.Symbols.Select(symbol => symbol.Name).ToArray()
        : _market.Instruments.Select(item => item.Symbol).ToArray();

    public void Dispose() => _market.Dispose();

    /// <summary>Advances the market by one message.</summary>
    public VenueMessage Step()
    {
        _market.TryNext(out VenueMessage message);
        _clock.MoveTo(message.TimeNs);
        if (message.Kind == VenueMessageKind.Snapshot)
        {
            _books[message.Instrument].Seed(message.Data);
        }
        else if (message.Kind == VenueMessageKind.Depth)
        {
            _books[message.Instrument].OnDepth(message.Data);
            if (KeepsHistory)
            {
                _histories[message.Instrument].Add(_books[message.Instrument]);
            }
        }

        Dialect.OnMessage(in message);
        return message;
    }

    /// <summary>The difference from the venue's book at the same update id as text; null if there is none, or if that
    /// book is not known.</summary>
    public string? DiffersFromHistory(int instrument, OrderBook book, InstrumentScale scale) =>
        _histories[instrument].Differs(book, scale);

    /// <summary>The difference of a book's best levels from the venue's current ones as text, or null.</summary>
    public string? DiffersFromShown(int instrument, OrderBook book, InstrumentScale scale) =>
        Dialect is TranslatedDialect translated
            ? BookHistory.Differs(
                book, scale, translated.Symbols[instrument].Bids, translated.Symbols[instrument].Asks)
            : null;

    public RestAnswer? Get(Uri address)
    {
        Dictionary<string, string> query = address.Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        Task<RestAnswer?> answer = Dialect.AnswerAsync(address.AbsolutePath, query, CancellationToken.None);
        return answer.IsCompleted ? answer.Result : throw new InvalidOperationException("the venue keeps waiting");
    }

    /// <summary>The difference of the engine's book from the venue's as text, or null.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="book">The engine's book.</param>
    /// <param name="scale">Its units of price and quantity.</param>
    /// <param name="levels">Levels per side, for venues with snapshots of limited depth.</param>
    /// <param name="provenLevels">Levels per side that the venue's checksum covers.</param>
    public string? Differs(
        int instrument, OrderBook book, InstrumentScale scale, int levels, int provenLevels = int.MaxValue)
    {
        int depth = Dialect is TranslatedDialect translated ? DepthOf(translated, instrument) : levels;
        foreach (bool isBid in new[] { true, false })
        {
            List<BookLevel> own = _books[instrument].Top(isBid, depth);
            BookSide side = isBid ? book.Bids : book.Asks;
            var shown = new LowLatency.Engine.Books.BookLevel[side.Count];
            side.CopyTop(shown);

            // Binance's snapshots have a limited depth; levels beyond it are known only once they change.
            int compared = Dialect is TranslatedDialect
                ? Math.Min(provenLevels, Math.Max(own.Count, side.Count))
                : levels;
            for (int i = 0; i < compared; i++)
            {
                string? wanted = i < own.Count ? $"{own[i].PriceText} x {own[i].QuantityText}" : null;
                string? found = i < side.Count
                    ? Text(shown[i].Price, scale.PriceDecimals) + " x "
                        + Text(shown[i].Quantity, scale.QuantityDecimals)
                    : null;
                if (wanted != found)
                {
                    return $"{(isBid ? "bid" : "ask")} {i} of instrument {instrument}: the venue has {wanted}, "
                        + $"the engine {found}";
                }
            }
        }

        return null;
    }

    private static int DepthOf(TranslatedDialect dialect, int instrument) =>
        Math.Max(dialect.Symbols[instrument].Bids.Count, dialect.Symbols[instrument].Asks.Count);

    private static string Text(long value, int decimals) =>
        BookLevel.Text((decimal)value / InstrumentScale.PowerOfTen(decimals));
}
