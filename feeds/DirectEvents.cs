using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>Events that go past the synchronisation: trades, tops of book, changes of the trading status.</summary>
internal static class DirectEvents
{
    /// <summary>Counts a message's events and takes out the trades that have come before.</summary>
    /// <param name="batch">Where the events are.</param>
    /// <param name="mark">The first of them.</param>
    /// <param name="feeds">The session's symbols.</param>
    /// <param name="carriesBooks">false when the session does not know how finely the book is counted.</param>
    public static void Take(EventBatch batch, int mark, BookFeed[] feeds, bool carriesBooks)
    {
        int kept = mark;
        for (int i = mark; i < batch.Count; i++)
        {
            ref EngineInput item = ref batch.Items[i];
            BookFeed feed = FeedOf(feeds, item.InstrumentId);
            if (item.Kind == EventKind.Trade)
            {
                item.UpdateId = carriesBooks ? 0 : EngineInput.DeclaredScale;
                if (!feed.TryTakeTrade(item.TradeId))
                {
                    continue;
                }
            }
            else if (item.Kind == EventKind.TopOfBook)
            {
                feed.Counters.AddTopOfBook();
            }

            if (kept != i)
            {
                batch.Items[kept] = item;
            }

            kept++;
        }

        batch.Truncate(kept);
    }

    // The symbols of a session nearly always have instruments in a row.
    private static BookFeed FeedOf(BookFeed[] feeds, ushort instrumentId)
    {
        int symbol = instrumentId - feeds[0].Instrument.Id;
        if ((uint)symbol >= (uint)feeds.Length || feeds[symbol].Instrument.Id != instrumentId)
        {
            for (symbol = 0; feeds[symbol].Instrument.Id != instrumentId; symbol++)
            {
            }
        }

        return feeds[symbol];
    }
}
