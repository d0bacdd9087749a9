using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>The events that a session itself makes, between those that a parser read.</summary>
internal static class FeedEvents
{
    /// <summary>The flags of a commit that ends a snapshot.</summary>
    public static byte SnapshotFlags(bool isCatchingUp) =>
        (byte)(MarketEvent.EndsSnapshot | (isCatchingUp ? MarketEvent.CatchingUp : 0));

    /// <summary>The book is right as of the message.</summary>
    public static void AddCommit(
        this EventBatch batch, BookFeed feed, in ParsedMessage message, long receiveTimeNs, byte flags)
    {
        ref MarketEvent commit = ref batch.Add();
        Fill(ref commit, feed, EventKind.BookCommit, receiveTimeNs);
        commit.ExchangeTimeNs = message.ExchangeTimeNs;
        commit.UpdateId = message.UpdateId;
        commit.Detail = flags;
        commit.DroppedMessages = feed.Counters.Dropped;
        commit.RepeatedMessages = feed.Counters.Repeats;
        feed.LastUpdateId = message.UpdateId;
    }

    /// <summary>The book can no longer be trusted.</summary>
    public static void AddStale(this EventBatch batch, BookFeed feed, long timeNs, StaleReason reason)
    {
        ref MarketEvent stale = ref batch.Add();
        Fill(ref stale, feed, EventKind.BookStale, timeNs);
        stale.Detail = (byte)reason;
    }

    /// <summary>The symbol is counted in finer increments from here on.</summary>
    public static void AddRescale(
        this EventBatch batch, BookFeed feed, long receiveTimeNs, long priceFactor, long quantityFactor)
    {
        ref MarketEvent rescale = ref batch.Add();
        Fill(ref rescale, feed, EventKind.BookRescale, receiveTimeNs);
        rescale.Price = priceFactor;
        rescale.Quantity = quantityFactor;
    }

    /// <summary>Puts an event without numbers in front of those from an index on.</summary>
    public static void InsertHeader(
        this EventBatch batch, int index, BookFeed feed, EventKind kind, long receiveTimeNs) =>
        Fill(ref batch.Insert(index), feed, kind, receiveTimeNs);

    private static void Fill(ref MarketEvent item, BookFeed feed, EventKind kind, long receiveTimeNs)
    {
        item.Kind = kind;
        item.InstrumentId = feed.Instrument.Id;
        item.ReceiveTimeNs = receiveTimeNs;
    }
}
