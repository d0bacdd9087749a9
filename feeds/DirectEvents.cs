using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>Events that bypass book synchronisation: trades, tops of book, trading status.</summary>
internal static class DirectEvents
{
    /// <summary>Counts a message's events and removes duplicate trades.</summary>
    /// <param name="batch">The batch with the events.</param>
    /// <param name="mark">Index of the first one.</param>
    /// <param name="channel">The channel that they came over.</param>
    /// <param name="feeds">The session's symbols.</param>
    /// <param name="carriesBooks">false if the session does not know the current scale of the book.</param>
    public static void Take(EventBatch batch, int mark, StreamChannel channel, BookFeed[] feeds, bool carriesBooks)
    {
        int kept = mark;
        for (int i = mark; i < batch.Count; i++)
        {
            ref EngineInput item = ref batch.Items[i];
            BookFeed feed = FeedOf(feeds, item.InstrumentId);
            if (item.Kind == EventKind.Trade)
            {
                item.TradeScale = carriesBooks ? TradeScale.Book : TradeScale.Declared;
                if (!feed.TakesTrades(channel))
                {
                    feed.Counters.AddOtherTrade();
                    continue;
                }

                if (!feed.TryTakeTrade(item.TradeId, item.LastTradeId))
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

    // The symbols of a session nearly always have consecutive instrument ids.
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
