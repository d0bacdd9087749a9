using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Paper;

/// <summary>
/// Fills orders honestly from the feed: a marketable order against displayed depth, a resting one when trades go
/// through its price, reach its place in the queue, or the book displays the other side at its price. A pure
/// function of market events and commands, so that a replay can run it again. One thread.
/// </summary>
public sealed class PaperVenue
{
    private readonly PaperBook[] _books;

    /// <summary>Creates the venue with books that are not live.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    public PaperVenue(IReadOnlyList<Instrument> instruments)
    {
        _books = new PaperBook[instruments.Count];
        int levels = OrderBook.FairLevels(instruments.Count);
        for (int i = 0; i < _books.Length; i++)
        {
            _books[i] = new PaperBook(instruments[i], Reports, levels);
        }
    }

    /// <summary>Acknowledgements and fills on their way to the engine.</summary>
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

    /// <summary>Takes a market event; events of other kinds are ignored.</summary>
    public void OnMarket(in MarketEvent item)
    {
        if (item.InstrumentId < _books.Length)
        {
            _books[item.InstrumentId].OnMarket(in item);
        }
    }

    /// <summary>Takes an order command; outputs of other kinds are ignored.</summary>
    /// <param name="command">The engine's decision.</param>
    /// <param name="nowNs">The time that the reports carry, nanoseconds since the Unix epoch.</param>
    public void OnCommand(in EngineOutput command, long nowNs)
    {
        if (command.Kind == OutputKind.Place)
        {
            _books[command.InstrumentId].Place(in command, nowNs);
        }
        else if (command.Kind == OutputKind.Cancel)
        {
            _books[command.InstrumentId].Cancel(in command, nowNs);
        }
    }
}
