using System;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;
using LowLatency.Recorder.Journal;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// The order gateway: every decision of the engine passes here on its way out. It consumes the outbound ring and
/// nothing else. A command is in the journal before it is acted upon; when the journal cannot be written, trading stops
/// and only cancels still go out. It keeps the table of open orders, and is the last hand on the kill switch, one that
/// does not need the engine's thread. One thread, except where a member says otherwise.
/// </summary>
public sealed class OrderGateway : IAgent, IEventHandler<EngineOutput>
{
    private const int IdleMs = 1;

    // The engine cancels with all that it knows, and takes milliseconds for it. One that does not is stuck.
    private static readonly TimeSpan s_engineGrace = TimeSpan.FromSeconds(1);

    private readonly RingConsumer<EngineOutput> _commands;
    private readonly VenueConnection _venue;
    private readonly ReportSender _reports;
    private readonly IReceiveClock _clock;
    private readonly GatewayStop _stop;
    private readonly JournalWriter? _journal;
    private readonly ReportQueue _own = new();
    private volatile string? _journalProblem;

    // When this thread saw that it was stopped, in the timestamps of Time; means nothing while it is not.
    private long _stoppedAt;
    private bool _hasSeenStop;
    private bool _hasCancelled;

    /// <summary>Creates the gateway.</summary>
    /// <param name="commands">Its place in the outbound ring.</param>
    /// <param name="venue">The venue behind it.</param>
    /// <param name="reports">The publisher of its own reports: refusals, and a journal that cannot be written.</param>
    /// <param name="clock">The session's clock.</param>
    /// <param name="stop">The stop that it shares with the venue's connection.</param>
    /// <param name="maxOrders">Maximum number of orders that live at a time.</param>
    /// <param name="journal">The journal, or null to keep none.</param>
    public OrderGateway(
        RingConsumer<EngineOutput> commands,
        VenueConnection venue,
        InputPublisher reports,
        IReceiveClock clock,
        GatewayStop stop,
        int maxOrders,
        JournalWriter? journal)
    {
        _commands = commands;
        _venue = venue;
        _reports = new ReportSender(reports);
        _clock = clock;
        _stop = stop;
        _journal = journal;
        Open = new OpenOrderBoard(maxOrders);
    }

    /// <summary>Called with each request for a fresh book: instrument id and reason. Set before the start.</summary>
    public Action<int, StaleReason>? OnResync { get; set; }

    /// <summary>Called with each new order's <see cref="EngineInput.WireStamp"/>, where it has one, as soon as the
    /// order arrives.</summary>
    public Action<uint>? OnOrderTaken { get; set; }

    /// <summary>Measures how long the engine has had to cancel, in the machine's time however fast the market runs.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The open orders. Any thread may read them.</summary>
    public OpenOrderBoard Open { get; }

    /// <summary>The last decisions. Any thread may read them.</summary>
    public RecentDecisions Recent { get; } = new();

    /// <summary>Why the journal can no longer be written, or null. Any thread.</summary>
    public string? JournalProblem => _journalProblem;

    /// <inheritdoc/>
    public string RoleName => "gateway";

    /// <summary>
    /// Takes an operator's command, which the engine is to be told as well. <see cref="EventKind.LiftKillSwitch"/> lets
    /// orders pass again. After any other nothing is placed or amended, whatever the engine decides; and what the
    /// engine has not asked to cancel after a second is cancelled without it. Nothing lifts
    /// <see cref="EventKind.EndSession"/>. Any thread; waits for nobody.
    /// </summary>
    public void OnOperatorCommand(EventKind command) => _stop.OnOperatorCommand(command);

    /// <inheritdoc/>
    public int DoWork()
    {
        int done = TakeCommands();
        CancelForTheEngine();
        return done + _reports.Send(_own);
    }

    /// <summary>Takes every decision that is in the outbound ring, and publishes nothing. Also what makes room there
    /// where the engine shares the thread, and what journals what the engine still said after this agent has ended.
    /// </summary>
    /// <returns>How many there were.</returns>
    public int TakeCommands() => _commands.Poll(this);

    /// <inheritdoc/>
    public void Idle() => _commands.Wait(IdleMs);

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        bool isOrder = item.Kind is OutputKind.Place or OutputKind.Amend;
        if (item.Kind == OutputKind.Place && item.WireStamp != 0)
        {
            OnOrderTaken?.Invoke(item.WireStamp);
        }

        bool isKept = Keep(in item, endOfBatch);
        bool isRefused = isOrder && (!isKept || !_venue.Accepts(in item));
        if (!isRefused || item.Kind != OutputKind.Place)
        {
            Open.Take(in item);
        }

        if (item.Kind == OutputKind.Resync)
        {
            OnResync?.Invoke(item.InstrumentId, ReasonOf(item.Reason));
        }
        else if (isRefused)
        {
            _own.Enqueue(ReportSender.Refusal(in item, _clock.NowNs));
        }
        else if (item.IsCommand)
        {
            _venue.Send(in item);
        }

        if (item.IsCommand || item.Kind == OutputKind.Refuse)
        {
            Recent.Add(in item);
        }
    }

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
        foreach (OpenOrder order in Open.Read().Where(order => !order.IsCancelAsked))
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
            Open.Take(in cancel);
            _venue.Send(in cancel);
            Recent.Add(in cancel);
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

    // What the engine gave as the reason of its decision is why the book went stale.
    private static StaleReason ReasonOf(DecisionReason reason) => reason switch
    {
        DecisionReason.ResyncTopDiffers => StaleReason.TopDiffers,
        DecisionReason.ResyncOutOfRange => StaleReason.OutOfRange,
        _ => StaleReason.Crossed,
    };
}
