using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>Creates a symbol's events, including those that a session inserts between the parsed ones.</summary>
internal static class FeedEvents
{
    /// <summary>Appends an event for the caller to fill in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref EngineInput Add(this EventBatch batch, BookFeed feed, EventKind kind, long receiveTimeNs)
    {
        ref EngineInput item = ref batch.Add();
        Fill(ref item, feed, kind, receiveTimeNs);
        return ref item;
    }

    /// <summary>
    /// The common fields of events that are written to <see cref="EventBatch.FreeSlots"/>. Nothing is appended; the
    /// side is Buy.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EngineInput Template(
        this EventBatch batch, BookFeed feed, EventKind kind, long receiveTimeNs, long exchangeTimeNs = 0)
    {
        var item = new EngineInput { WireStamp = batch.WireStamp, ExchangeTimeNs = exchangeTimeNs };
        Fill(ref item, feed, kind, receiveTimeNs);
        return item;
    }

    /// <summary>The flags of a commit that ends a snapshot.</summary>
    public static CommitFlags SnapshotFlags(bool isCatchingUp) =>
        CommitFlags.EndsSnapshot | (isCatchingUp ? CommitFlags.CatchingUp : CommitFlags.None);

    /// <summary>The book is correct as of the message.</summary>
    public static void AddCommit(
        this EventBatch batch, BookFeed feed, in ParsedMessage message, long receiveTimeNs, CommitFlags flags)
    {
        ref EngineInput commit = ref batch.Add(feed, EventKind.BookCommit, receiveTimeNs);
        commit.ExchangeTimeNs = message.ExchangeTimeNs;
        commit.UpdateId = message.UpdateId;
        commit.CommitFlags = flags;
        commit.DroppedMessages = feed.Counters.Dropped;
        commit.RepeatedMessages = feed.Counters.Repeats;
        feed.LastUpdateId = message.UpdateId;
    }

    /// <summary>The book can no longer be trusted.</summary>
    public static void AddStale(this EventBatch batch, BookFeed feed, long timeNs, StaleReason reason)
    {
        ref EngineInput stale = ref batch.Add(feed, EventKind.BookStale, timeNs);
        stale.StaleReason = reason;
    }

    /// <summary>From here on, the symbol uses finer increments.</summary>
    public static void AddRescale(
        this EventBatch batch, BookFeed feed, long receiveTimeNs, long priceFactor, long quantityFactor)
    {
        ref EngineInput rescale = ref batch.Add(feed, EventKind.BookRescale, receiveTimeNs);
        rescale.PriceFactor = priceFactor;
        rescale.QuantityFactor = quantityFactor;
    }

    /// <summary>Inserts an event without numbers at an index.</summary>
    public static void InsertHeader(
        this EventBatch batch, int index, BookFeed feed, EventKind kind, long receiveTimeNs) =>
        Fill(ref batch.Insert(index), feed, kind, receiveTimeNs);

    private static void Fill(ref EngineInput item, BookFeed feed, EventKind kind, long receiveTimeNs)
    {
        item.Kind = kind;
        item.InstrumentId = feed.Instrument.Id;
        item.ReceiveTimeNs = receiveTimeNs;
    }
}
