using System;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;
using LowLatency.Recorder.Journal;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// The gateway's thread: order commands from the outbound ring to the paper venue, which watches the inbound ring as
/// a market of its own, and the venue's reports back into the inbound ring. It never waits for room there, because
/// it is itself one of those that make room: reports wait in a queue instead. A command is in the journal before it is
/// acted upon; where the journal cannot be written, trading stops and only cancels still go out. It is also the last
/// hand on the kill switch, one that does not need the engine's thread.
/// </summary>
public sealed class PaperGateway : IAgent, IEventHandler<EngineInput>, IEventHandler<EngineOutput>
{
    // The gateway wakes with the market; a command that comes alone waits no longer than this.
    private const int IdleMs = 1;

    // The engine cancels with all that it knows, and takes milliseconds for it. One that does not is stuck.
    private static readonly TimeSpan s_engineGrace = TimeSpan.FromSeconds(1);

    private readonly RingConsumer<EngineInput> _market;
    private readonly RingConsumer<EngineOutput> _commands;
    private readonly IOrderVenue _venue;
    private readonly EventPublisher _reports;
    private readonly IReceiveClock _clock;
    private readonly RecentDecisions _recent;
    private readonly OpenOrderBoard _open;
    private readonly JournalWriter? _journal;
    private readonly ReportQueue _own = new();
    private readonly GatewayStop _stop = new();
    private bool _isInsideMessage;

    // Where the ring has the last word that what is open was, or is, in doubt.
    private long _doubtedAt = -1;
    private volatile string? _journalProblem;

    // When this thread saw that it was stopped, in the timestamps of Time; means nothing while it is not.
    private long _stoppedAt;
    private bool _hasSeenStop;
    private bool _hasCancelled;

    /// <summary>Makes the gateway.</summary>
    /// <param name="market">Its place in the inbound ring.</param>
    /// <param name="commands">Its place in the outbound ring.</param>
    /// <param name="venue">What stands behind it.</param>
    /// <param name="reports">Its door into the inbound ring.</param>
    /// <param name="clock">The session's clock.</param>
    /// <param name="recent">Where the last decisions are kept.</param>
    /// <param name="open">Where open orders are kept.</param>
    /// <param name="journal">Where what is decided is kept, or null.</param>
    public PaperGateway(
        RingConsumer<EngineInput> market,
        RingConsumer<EngineOutput> commands,
        IOrderVenue venue,
        EventPublisher reports,
        IReceiveClock clock,
        RecentDecisions recent,
        OpenOrderBoard open,
        JournalWriter? journal)
    {
        _market = market;
        _commands = commands;
        _venue = venue;
        _reports = reports;
        _clock = clock;
        _recent = recent;
        _open = open;
        _journal = journal;
    }

    /// <summary>Called with a request for a fresh snapshot: instrument id.</summary>
    public required Action<int, StaleReason> OnResync { get; init; }

    /// <summary>Tells how long the engine has had to cancel, in the machine's time however fast the market runs.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called with each order's <see cref="EngineInput.WireStamp"/>, where it has one, as soon as the order is
    /// here.</summary>
    public Action<uint>? OnOrderTaken { get; set; }

    /// <summary>Why the journal can no longer be written, or null. Any thread.</summary>
    public string? JournalProblem => _journalProblem;

    /// <inheritdoc/>
    public string RoleName => "gateway";

    /// <summary>
    /// Takes an operator's command, which the engine is to be told as well. <see cref="EventKind.LiftKillSwitch"/> lets
    /// orders pass again. With any other nothing is placed or amended from now on, whatever the engine decides; and
    /// what the engine has not asked to cancel after a second is cancelled without it. Nothing lifts
    /// <see cref="EventKind.EndSession"/>, the process's end. Any thread; waits for nobody.
    /// </summary>
    public void OnOperatorCommand(EventKind command) => _stop.OnOperatorCommand(command);

    /// <inheritdoc/>
    public int DoWork()
    {
        int done = _market.Poll(this);

        // A command that came in the middle of a depth message would meet half a book.
        if (!_isInsideMessage)
        {
            done += _commands.Poll(this);
            CancelForTheEngine();
        }

        return done + PublishAll(_venue.Reports) + PublishAll(_own);
    }

    /// <summary>
    /// Journals what the engine still said after this thread had ended. To be called once both threads have ended.
    /// </summary>
    public void DrainJournal()
    {
        while (_commands.Poll(this) != 0)
        {
            // Commands among it meet a venue that nobody listens to any more; what counts is that they are kept.
        }
    }

    /// <inheritdoc/>
    public void Idle() => _market.Wait(IdleMs);

    void IEventHandler<EngineInput>.OnEvent(ref EngineInput item, long sequence, bool endOfBatch)
    {
        _isInsideMessage = item.Kind is EventKind.LevelUpdate or EventKind.SnapshotBegin;
        _venue.OnMarket(in item);
    }

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        if (item.Kind == OutputKind.Place && item.WireStamp != 0)
        {
            OnOrderTaken?.Invoke(item.WireStamp);
        }

        bool isKept = Keep(in item, endOfBatch);
        bool isRefused = item.Kind is OutputKind.Place or OutputKind.Amend && (!isKept || IsTooLate(in item));
        if (!isRefused || item.Kind != OutputKind.Place)
        {
            _open.Take(in item);
        }

        if (item.Kind == OutputKind.Resync)
        {
            OnResync(item.InstrumentId, ReasonOf(item.Reason));
        }
        else if (isRefused)
        {
            Reject(in item);
        }
        else if (item.IsCommand)
        {
            _venue.OnCommand(in item, _clock.NowNs);
        }

        if (item.IsCommand || item.Kind == OutputKind.Refuse)
        {
            _recent.Add(in item);
        }
    }

    // Trading was stopped since it was decided; or what is open came into doubt, and an answer that does not name the
    // order has ended it, or is about to.
    private bool IsTooLate(in EngineOutput item) =>
        _stop.IsSet || item.Sequence < _doubtedAt || _venue.Reports.Doubts != 0;

    // What the venue answers reaches the engine as any report does, if ever it listens again.
    private void CancelForTheEngine()
    {
        if (!_stop.IsSet)
        {
            (_hasSeenStop, _hasCancelled) = (false, false);
            return;
        }

        if (!_hasSeenStop)
        {
            (_hasSeenStop, _stoppedAt) = (true, Time.GetTimestamp());
        }

        if (_hasCancelled || Time.GetElapsedTime(_stoppedAt) < s_engineGrace)
        {
            return;
        }

        _hasCancelled = true;
        long nowNs = _clock.NowNs;
        foreach (OpenOrder order in _open.Read().Where(order => !order.IsCancelAsked))
        {
            var cancel = new EngineOutput
            {
                Kind = OutputKind.Cancel,
                Reason = DecisionReason.KilledByOperator,
                InstrumentId = order.InstrumentId,
                OrderId = order.Id,
                Side = order.Side,
                PriceTicks = order.PriceTicks,
                QuantityLots = order.RemainingLots,
                TimeNs = nowNs,
            };
            _open.Take(in cancel);
            _venue.OnCommand(in cancel, nowNs);
            _recent.Add(in cancel);
        }
    }

    // Notes may wait for the end of the batch; a command must be kept before anybody acts upon it.
    private bool Keep(in EngineOutput item, bool endOfBatch)
    {
        if (_journal is null)
        {
            return true;
        }

        if (_journalProblem is not null)
        {
            return false;
        }

        try
        {
            _journal.Append(in item);
            if (item.IsCommand || endOfBatch)
            {
                _journal.Flush();
            }

            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _journalProblem = fault.Message;
            _own.Enqueue(new EngineInput
            {
                Kind = EventKind.EngageKillSwitch,
                Detail = (byte)DecisionReason.KilledJournal,
                ReceiveTimeNs = _clock.NowNs,
            });
            return false;
        }
    }

    private void Reject(in EngineOutput item) => _own.Enqueue(new EngineInput
    {
        Kind = item.Kind == OutputKind.Amend ? EventKind.AmendRejected : EventKind.OrderRejected,
        Side = item.Side,
        InstrumentId = item.InstrumentId,
        OrderId = item.OrderId,
        CommandNumber = item.Kind == OutputKind.Amend ? item.CommandNumber : 0,
        ReceiveTimeNs = _clock.NowNs,
    });

    private int PublishAll(ReportQueue queue)
    {
        int done = 0;
        while (queue.Count != 0 && _reports.TryPublish(in queue.Peek(), out long sequence))
        {
            _doubtedAt = ReportQueue.IsDoubt(in queue.Peek()) ? sequence : _doubtedAt;
            queue.Dequeue();
            done++;
        }

        return done;
    }

    // What the engine gave as the reason of its decision is why the book went stale.
    private static StaleReason ReasonOf(DecisionReason reason) => reason switch
    {
        DecisionReason.ResyncTopDiffers => StaleReason.TopDiffers,
        DecisionReason.ResyncOutOfRange => StaleReason.OutOfRange,
        _ => StaleReason.Crossed,
    };
}
