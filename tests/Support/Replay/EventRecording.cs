using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Replay;
using LowLatency.Tests.Support;

namespace LowLatency.Tests.Replay;

/// <summary>Writes recordings of given events, so that a test controls what the engine sees.</summary>
internal sealed class EventRecording : IDisposable
{
    private readonly ImportedRecording _recording;
    private readonly InputPublisher _publisher;

    public EventRecording(string folder, params Instrument[] instruments)
    {
        SessionManifest manifest = ImportedRecording.Describe(
            Venues.Find(instruments[0].Venue),
            "generated",
            "tests",
            Array.ConvertAll(instruments, item => new InstrumentManifest(
                item, Fixture.Limits(), new StrategyManifest("Watch", new Dictionary<string, string>()))),
            feeds: []) with
        {
            Venues = instruments.Select(item => item.Venue).Distinct()
                .Select(venue => new VenueManifest(venue, "generated", new Dictionary<string, decimal>())).ToArray(),
        };
        _recording = new ImportedRecording(folder, manifest, startNs: 1);
        _publisher = _recording.CreatePublisher(source: 1);
    }

    public string Folder => _recording.Folder;

    public void Add(params EngineInput[] events)
    {
        ReadOnlySpan<byte> payload = MemoryMarshal.AsBytes<EngineInput>(events);
        _publisher.Publish(InputKind.Event, 0, events[0].ReceiveTimeNs, payload, events);
    }

    public string Finish()
    {
        _recording.Finish();
        return Folder;
    }

    public void Dispose() => _recording.Dispose();

    public static EngineInput Mark(
        EventKind kind, long timeNs, CommitFlags flags = CommitFlags.None, long venueNs = 0, long id = 0) => new()
        {
            Kind = kind,
            ReceiveTimeNs = timeNs,
            ExchangeTimeNs = venueNs,
            CommitFlags = flags,
            UpdateId = id,
        };

    public static EngineInput Stale(long timeNs, StaleReason reason) => new()
    {
        Kind = EventKind.BookStale,
        ReceiveTimeNs = timeNs,
        StaleReason = reason,
    };

    public static EngineInput Level(Side side, long price, long quantity, long timeNs, long venueNs = 0) => new()
    {
        Kind = EventKind.LevelUpdate,
        Side = side,
        Price = price,
        Quantity = quantity,
        ReceiveTimeNs = timeNs,
        ExchangeTimeNs = venueNs,
    };

    public static EngineInput Trade(
        Side side, long price, long quantity, long timeNs, long tradeId, long venueNs = 0,
        TradeScale scale = TradeScale.Book) => new()
        {
            Kind = EventKind.Trade,
            Side = side,
            Price = price,
            Quantity = quantity,
            ReceiveTimeNs = timeNs,
            ExchangeTimeNs = venueNs,
            TradeId = tradeId,
            TradeScale = scale,
        };

    public static EngineInput Top(
        (long Price, long Quantity) bid, (long Price, long Quantity) ask, long timeNs, long venueNs, long id) => new()
        {
            Kind = EventKind.TopOfBook,
            BidPrice = bid.Price,
            BidQuantity = bid.Quantity,
            AskPrice = ask.Price,
            AskQuantity = ask.Quantity,
            ReceiveTimeNs = timeNs,
            ExchangeTimeNs = venueNs,
            UpdateId = id,
        };
}
