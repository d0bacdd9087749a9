using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Paper;

/// <summary>
/// Fills orders from the feed, conservatively: a marketable order against displayed depth; a resting order when the
/// market trades through its price, when trades reach its queue position, or when the other side is displayed at its
/// price. A pure function of market events and commands, so that a replay repeats it. One thread.
/// </summary>
public sealed class PaperVenue : IMarketVenue
{
    private readonly PaperBook[] _books;

    // Of each venue that it stands in for, the first instrument.
    private readonly List<ushort> _firstOfVenue = [];

    /// <summary>Creates the venue with books that are not live.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    /// <param name="lastTradeId">Its trade ids begin above this; at least the last id of all earlier sessions.</param>
    public PaperVenue(IReadOnlyList<Instrument> instruments, long lastTradeId = 0)
    {
        _books = new PaperBook[instruments.Count];
        int levels = OrderBook.DefaultLevelsPerSide(instruments.Count);
        var venues = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < _books.Length; i++)
        {
            _books[i] = new PaperBook(instruments[i], Reports, levels, lastTradeId);
            if (venues.Add(instruments[i].Venue))
            {
                _firstOfVenue.Add(instruments[i].Id);
            }
        }
    }

    /// <inheritdoc/>
    public ReportQueue Reports { get; } = new();

    /// <summary>Resting orders of all instruments.</summary>
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

    /// <summary>Restores the orders of an earlier session and reports the open ones: its reports begin and end the
    /// engine's reconciliation. Before the first event.</summary>
    /// <param name="snapshot">The state at the end of the earlier session.</param>
    /// <param name="nowNs">Time of the reports, nanoseconds since the Unix epoch.</param>
    public void Restore(EngineSnapshot snapshot, long nowNs)
    {
        foreach (EngineOutput record in snapshot.Records)
        {
            if (record.Kind == OutputKind.OpenOrder)
            {
                _books[record.InstrumentId].Restore(in record);
            }
        }

        ReportToAll(EventKind.ReconcileBegin, nowNs);
        foreach (PaperBook book in _books)
        {
            book.ReportAll(nowNs);
        }

        ReportToAll(EventKind.ReconcileEnd, nowNs);
    }

    private void ReportToAll(EventKind kind, long nowNs)
    {
        foreach (ushort instrument in _firstOfVenue)
        {
            Reports.Enqueue(new EngineInput { Kind = kind, InstrumentId = instrument, ReceiveTimeNs = nowNs });
        }
    }
}
