using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;
using LowLatency.Simulation.EmbeddedVenue;
using BookLevel = LowLatency.Simulation.EmbeddedVenue.Dialects.BookLevel;

namespace LowLatency.Simulation.Simulator;

/// <summary>The best levels of a venue's book at its latest update ids. The engine's book at one of these ids must be
/// equal.</summary>
internal sealed class BookHistory
{
    private const int Kept = 4096;
    private const int Levels = 5;

    private readonly Dictionary<long, (List<BookLevel> Bids, List<BookLevel> Asks)> _books = [];
    private readonly Queue<long> _ids = new();

    /// <summary>Stores the current book.</summary>
    public void Add(VenueBook book)
    {
        long id = book.LastUpdateId;
        if (_books.TryAdd(id, (book.Top(isBid: true, Levels), book.Top(isBid: false, Levels))))
        {
            _ids.Enqueue(id);
            if (_ids.Count > Kept)
            {
                _books.Remove(_ids.Dequeue());
            }
        }
    }

    /// <summary>The difference from the venue's book at the same update id as text, or null.</summary>
    public string? Differs(OrderBook book, InstrumentScale scale)
    {
        if (!_books.TryGetValue(book.UpdateId, out (List<BookLevel> Bids, List<BookLevel> Asks) kept))
        {
            return null;
        }

        return Differs(book, scale, kept.Bids, kept.Asks);
    }

    /// <summary>The difference of the best levels from the venue's as text, or null.</summary>
    public static string? Differs(
        OrderBook book, InstrumentScale scale, IReadOnlyList<BookLevel> bids, IReadOnlyList<BookLevel> asks) =>
        Differs(book.Bids, bids, scale, "bid", book.UpdateId) ?? Differs(book.Asks, asks, scale, "ask", book.UpdateId);

    private static string? Differs(
        BookSide side, IReadOnlyList<BookLevel> wanted, InstrumentScale scale, string name, long updateId)
    {
        int compared = Math.Min(Levels, wanted.Count);
        decimal priceUnits = InstrumentScale.PowerOfTen(scale.PriceDecimals);
        decimal quantityUnits = InstrumentScale.PowerOfTen(scale.QuantityDecimals);
        int i = 0;
        foreach ((long price, long quantity) in side)
        {
            if (i == compared)
            {
                break;
            }

            BookLevel level = wanted[i];
            if (level.Price * priceUnits != price || level.Quantity * quantityUnits != quantity)
            {
                return $"{name} {i} at update {updateId}: the venue had {level.QuantityText} at {level.PriceText}, "
                    + $"the engine has {quantity / quantityUnits} at {price / priceUnits}";
            }

            i++;
        }

        return i < compared ? $"{name} {i} at update {updateId} is missing" : null;
    }
}
