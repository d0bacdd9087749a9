using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Paper;

/// <summary>
/// Fills orders honestly from the feed: a marketable order against displayed depth, a resting one when trades go
/// through its price, reach its place in the queue, or the book displays the other side at its price. A pure
/// function of market events and commands, so that a replay can run it again. One thread.
/// </summary>
public sealed class PaperVenue : IMarketVenue
{
    private readonly PaperBook[] _books;

    /// <summary>Creates the venue with books that are not live.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    /// <param name="lastTradeId">Its trade numbers begin above this; greater than in every session before.</param>
    public PaperVenue(IReadOnlyList<Instrument> instruments, long lastTradeId = 0)
    {
        _books = new PaperBook[instruments.Count];
        int levels = OrderBook.DefaultLevelsPerSide(instruments.Count);
        for (int i = 0; i < _books.Length; i++)
        {
            _books[i] = new PaperBook(instruments[i], Reports, levels, lastTradeId);
        }
    }

    /// <inheritdoc/>
    public ReportQueue Reports { get; } = new();

    /// <summary>Orders that rest, over all instruments.</summary>
    public int RestingOrders
    {
        get
        {
            int count = 0;
            foreach (PaperBook book in _books)
            {
                count += book.RestingOrders;
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public void OnMarket(in EngineInput item)
    {
        if (item.InstrumentId < _books.Length)
        {
            _books[item.InstrumentId].OnMarket(in item);
        }
    }

    /// <inheritdoc/>
    public void OnCommand(in EngineOutput command, long nowNs)
    {
        PaperBook book = _books[command.InstrumentId];
        switch (command.Kind)
        {
            case OutputKind.Place:
                book.Place(in command, nowNs);
                break;
            case OutputKind.Amend:
                book.Amend(in command, nowNs);
                break;
            case OutputKind.Cancel:
                book.Cancel(in command, nowNs);
                break;
            case OutputKind.Query:
                book.Query(in command, nowNs);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes over the orders that an earlier session left, and says what is open: its reports begin and end
    /// the
    /// engine's reconciliation. Before the first event.</summary>
    /// <param name="snapshot">What the earlier session left.</param>
    /// <param name="nowNs">The time that the reports carry, nanoseconds since the Unix epoch.</param>
    public void Restore(EngineSnapshot snapshot, long nowNs)
    {
        foreach (EngineOutput record in snapshot.Records)
        {
            if (record.Kind == OutputKind.OpenOrder)
            {
                _books[record.InstrumentId].Restore(in record);
            }
        }

        Reports.Enqueue(new EngineInput { Kind = EventKind.ReconcileBegin, ReceiveTimeNs = nowNs });
        foreach (PaperBook book in _books)
        {
            book.ReportAll(nowNs);
        }

        Reports.Enqueue(new EngineInput { Kind = EventKind.ReconcileEnd, ReceiveTimeNs = nowNs });
    }
}
