using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;

namespace LowLatency.Host.Gateways;

/// <summary>
/// The gateway's thread: order commands from the outbound ring to the paper venue, which watches the inbound ring as
/// a market of its own, and the venue's reports back into the inbound ring. It never waits for room there, because
/// it is itself one of those that make room: reports wait in a queue instead.
/// </summary>
internal sealed class PaperGateway : IAgent, IEventHandler<MarketEvent>, IEventHandler<EngineOutput>
{
    // The gateway wakes with the market; a command that comes alone waits no longer than this.
    private const int IdleMs = 1;

    private readonly RingConsumer<MarketEvent> _market;
    private readonly RingConsumer<EngineOutput> _commands;
    private readonly PaperVenue _venue;
    private readonly EventPublisher _reports;
    private readonly IReceiveClock _clock;
    private readonly DecisionJournal _journal;
    private bool _isInsideMessage;

    public PaperGateway(
        RingConsumer<MarketEvent> market,
        RingConsumer<EngineOutput> commands,
        PaperVenue venue,
        EventPublisher reports,
        IReceiveClock clock,
        DecisionJournal journal)
    {
        _market = market;
        _commands = commands;
        _venue = venue;
        _reports = reports;
        _clock = clock;
        _journal = journal;
    }

    /// <summary>Called with a request for a fresh snapshot: instrument id.</summary>
    public required Action<int, StaleReason> OnResync { get; init; }

    /// <summary>Called with the wire-to-gateway latency of each order, in seconds.</summary>
    public Action<double>? OnOrderLatency { get; set; }

    public string RoleName => "gateway";

    public int DoWork()
    {
        int done = _market.Poll(this);

        // A command that came in the middle of a depth message would meet half a book.
        if (!_isInsideMessage)
        {
            done += _commands.Poll(this);
        }

        while (_venue.Reports.Count != 0 && _reports.TryPublish(in _venue.Reports.Peek()))
        {
            _venue.Reports.Dequeue();
            done++;
        }

        return done;
    }

    public void Idle() => _market.Wait(IdleMs);

    void IEventHandler<MarketEvent>.OnEvent(ref MarketEvent item, long sequence, bool endOfBatch)
    {
        _isInsideMessage = item.Kind is EventKind.LevelUpdate or EventKind.SnapshotBegin;
        _venue.OnMarket(in item);
    }

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        if (item.Kind == OutputKind.Place && item.WireStamp != 0)
        {
            OnOrderLatency?.Invoke(WireStamps.ElapsedNs(item.WireStamp) * 1e-9);
        }

        if (item.Kind == OutputKind.Resync)
        {
            OnResync(item.InstrumentId, ReasonOf(item.Reason));
        }
        else
        {
            _venue.OnCommand(in item, _clock.NowNs);
        }

        _journal.Add(in item);
    }

    // What the engine gave as the reason of its decision is why the book went stale.
    private static StaleReason ReasonOf(DecisionReason reason) => reason switch
    {
        DecisionReason.ResyncTopDiffers => StaleReason.TopDiffers,
        DecisionReason.ResyncOutOfRange => StaleReason.OutOfRange,
        _ => StaleReason.Crossed,
    };
}
