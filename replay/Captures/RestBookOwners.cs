using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;

namespace LowLatency.Replay.Captures;

/// <summary>
/// Finds out whose REST books are that name no symbol: those of the symbol whose stream continues them by its update
/// ids. Where several do, because the venue numbers all symbols together or by time, the prices decide. Single thread.
/// </summary>
internal sealed class RestBookOwners(SurveyReader reader)
{
    // Messages of a symbol that a book may come after: while a recorder waits for an answer, they go on.
    private const int KeptMessages = 128;
    private const int KeptPrices = 8;

    // Books that still look for their stream, and for how many messages.
    private const int MaxOpen = 256;
    private const int MaxMessages = 20_000;

    // One symbol's prices have to fit that much better than another's.
    private const int Margin = 3;

    private readonly Dictionary<string, Queue<Update>> _recent = new(StringComparer.Ordinal);
    private readonly Queue<OpenBook> _open = new();
    private readonly Dictionary<long, OpenBook> _all = [];
    private long _messages;

    /// <summary>A REST book without a symbol.</summary>
    /// <param name="line">Its number in the capture.</param>
    /// <param name="id">Its update id.</param>
    /// <param name="levels">Its levels.</param>
    /// <param name="scale">Their increments.</param>
    public void AddBook(long line, long id, ReadOnlySpan<EngineInput> levels, in InstrumentScale scale)
    {
        var prices = new HashSet<decimal>();
        foreach (ref readonly EngineInput level in levels)
        {
            if (level.Kind == EventKind.LevelUpdate)
            {
                prices.Add(PriceOf(in level, in scale));
            }
        }

        var book = new OpenBook(id, prices, _messages);
        _all[line] = book;
        foreach ((string symbol, Queue<Update> updates) in _recent)
        {
            foreach (Update update in updates)
            {
                Compare(book, symbol, update);
            }
        }

        _open.Enqueue(book);
        if (_open.Count > MaxOpen)
        {
            _open.Dequeue().Close();
        }
    }

    /// <summary>Level updates of a symbol's stream.</summary>
    public void AddUpdate(
        string symbol, in DepthIds ids, ReadOnlySpan<EngineInput> levels, in InstrumentScale scale)
    {
        _messages++;
        var update = new Update(ids, FirstPrices(levels, in scale));
        if (!_recent.TryGetValue(symbol, out Queue<Update>? updates))
        {
            _recent[symbol] = updates = new Queue<Update>();
        }

        updates.Enqueue(update);
        if (updates.Count > KeptMessages)
        {
            updates.Dequeue();
        }

        while (_open.TryPeek(out OpenBook? oldest) && _messages - oldest.SinceMessage > MaxMessages)
        {
            _open.Dequeue().Close();
        }

        foreach (OpenBook book in _open)
        {
            Compare(book, symbol, update);
        }
    }

    /// <summary>The symbol of a book, or null with the reason.</summary>
    /// <param name="line">Its number in the capture.</param>
    /// <param name="symbols">The symbols that exist.</param>
    /// <param name="reason">Why it belongs to none.</param>
    public string? OwnerOf(long line, IReadOnlyCollection<string> symbols, out string reason)
    {
        reason = string.Empty;
        KeyValuePair<string, int>[] joined = _all[line].Joined.Where(pair => symbols.Contains(pair.Key))
            .OrderByDescending(pair => pair.Value).ToArray();
        if (joined.Length == 1)
        {
            return joined[0].Key;
        }

        // Without any stream of books there is nothing to join: then it can only be that of the only symbol.
        if (joined.Length == 0 && _recent.Count == 0 && symbols.Count == 1)
        {
            return symbols.First();
        }

        if (joined.Length > 1 && joined[0].Value > Margin * joined[1].Value)
        {
            return joined[0].Key;
        }

        reason = joined.Length == 0
            ? "a REST book names no symbol and joins no stream"
            : $"a REST book names no symbol and joins the streams of {joined[0].Key} and {joined[1].Key}";
        return null;
    }

    private void Compare(OpenBook book, string symbol, Update update)
    {
        DepthIds ids = update.Ids;
        if (reader.Joins(symbol, in ids, book.Id))
        {
            book.Joined[symbol] = book.Joined.GetValueOrDefault(symbol) + update.Prices.Count(book.Prices.Contains);
        }
    }

    private static decimal[] FirstPrices(ReadOnlySpan<EngineInput> levels, in InstrumentScale scale)
    {
        decimal[] prices = new decimal[Math.Min(levels.Length, KeptPrices)];
        for (int i = 0; i < prices.Length; i++)
        {
            prices[i] = PriceOf(in levels[i], in scale);
        }

        return prices;
    }

    private static decimal PriceOf(in EngineInput level, in InstrumentScale scale) =>
        (decimal)level.Price / InstrumentScale.PowerOfTen(scale.PriceDecimals);

    private readonly record struct Update(DepthIds Ids, decimal[] Prices);

    private sealed class OpenBook(long id, HashSet<decimal> prices, long sinceMessage)
    {
        public long Id { get; } = id;

        public HashSet<decimal> Prices { get; private set; } = prices;

        public long SinceMessage { get; } = sinceMessage;

        /// <summary>Equal prices by symbol, of the symbols whose streams it joins.</summary>
        public Dictionary<string, int> Joined { get; } = new(StringComparer.Ordinal);

        // Frees what is only needed for comparing.
        public void Close() => Prices = [];
    }
}
