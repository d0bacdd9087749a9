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
/// The order gateway: every decision of the engine passes through it on the way out. It consumes the outbound ring and
/// nothing else. A command is in the journal before it is sent; when the journal cannot be written, trading stops and
/// only cancels still go out. It keeps the table of open orders, and enforces the kill switch even when the engine's
/// thread is stuck. Single-threaded, except where a member says otherwise.
/// </summary>
public sealed class OrderGateway : IAgent, IEventHandler<EngineOutput>
{
    private const int IdleMs = 1;

    // The engine cancels every order that it knows, which takes milliseconds. If it does not, it is stuck.
    private static readonly TimeSpan s_engineGrace = TimeSpan.FromSeconds(1);

    private readonly RingConsumer<EngineOutput> _commands;
    private readonly VenueConnection _venue;
    private readonly ReportSender _reports;
    private readonly IReceiveClock _clock;
    private readonly GatewayStop _stop;
    private readonly JournalWriter? _journal;
    private readonly ReportQueue _own = new();
    private volatile string? _journalProblem;
    private volatile bool _isEngineLost;

    // When this thread noticed the stop, in timestamps of Time; meaningless while there is no stop.
    private long _stoppedAt;
    private bool _hasSeenStop;
    private bool _hasCancelled;

    /// <summary>Creates the gateway.</summary>
    /// <param name="commands">Its consumer on the outbound ring.</param>
    /// <param name="venue">The venue behind it.</param>
    /// <param name="reports">Publishes its own reports: refusals, and journal write failures.</param>
    /// <param name="clock">The session's clock.</param>
    /// <param name="stop">The stop flag that it shares with the venue's connection.</param>
    /// <param name="maxOrders">Maximum number of orders that are open at the same time.</param>
    /// <param name="journal">The journal; null for none.</param>
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

    /// <summary>
    /// Called with the <see cref="EngineInput.WireStamp"/> of each new order that has one, as soon as the order
    /// arrives.
    /// </summary>
    public Action<uint>? OnOrderTaken { get; set; }

    /// <summary>
    /// Measures how long the engine has had to cancel, in the machine's time regardless of the market's speed.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The open orders. Any thread may read them.</summary>
    public OpenOrderBoard Open { get; }

    /// <summary>The most recent decisions. Any thread may read them.</summary>
    public RecentDecisions Recent { get; } = new();

    /// <summary>Why the journal can no longer be written, or null. Any thread.</summary>
    public string? JournalProblem => _journalProblem;

    /// <inheritdoc/>
    public string RoleName => "gateway";

    /// <summary>
    /// Applies an operator's command at the gateway; the engine gets the same command as an input. <see
    /// cref="EventKind.LiftKillSwitch"/> lets orders pass again. After any other command nothing is placed or amended,
    /// whatever the engine decides; orders that the engine has not asked to cancel within a second are cancelled
    /// without it. <see cref="EventKind.EndSession"/> cannot be lifted. Any thread; never waits.
    /// </summary>
    public void OnOperatorCommand(EventKind command) => _stop.OnOperatorCommand(command);

    /// <summary>The engine has failed and will cancel nothing any more: while the stop is set, all open orders are
    /// cancelled at once. Any thread; waits for nobody.</summary>
    public void OnEngineLost() => _isEngineLost = true;

    /// <inheritdoc/>
    public int DoWork() => HandleCommands() + SendReports();

    /// <summary>Handles every decision that is in the outbound ring, and cancels for an engine that is stuck.</summary>
    /// <returns>The number of decisions handled.</returns>
    public int HandleCommands()
    {
        int done = TakeCommands();
        CancelForTheEngine();
        return done;
    }

    /// <summary>
    /// Publishes the gateway's own reports. A venue on the same thread publishes first: the report that put open orders
    /// in doubt comes before the refusals that follow from it. In the other order the engine would place again what
    /// was refused.
    /// </summary>
    /// <returns>The number of reports published.</returns>
    public int SendReports() => _reports.Send(_own);

    /// <summary>
    /// Handles every decision that is in the outbound ring, and publishes nothing. It also makes room in the ring where
    /// the engine shares the thread, and journals the engine's last outputs after this agent has ended.
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

    // The venue's answers reach the engine like any other report, if it ever runs again.
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

        if (_hasCancelled || (!_isEngineLost && Time.GetElapsedTime(_stoppedAt) < s_engineGrace))
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
                RemainingLots = order.RemainingLots,
                TimeNs = nowNs,
            };
            Open.Take(in cancel);
            _venue.Send(in cancel);
            Recent.Add(in cancel);
        }
    }

    // Notes may wait for the end of the batch; a command must be on disk before it is sent.
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
                KillReason = DecisionReason.KilledJournal,
                ReceiveTimeNs = _clock.NowNs,
            });
            return false;
        }
    }

    // The engine's reason for the decision is why the book went stale.
    private static StaleReason ReasonOf(DecisionReason reason) => reason switch
    {
        DecisionReason.ResyncTopDiffers => StaleReason.TopDiffers,
        DecisionReason.ResyncOutOfRange => StaleReason.OutOfRange,
        _ => StaleReason.Crossed,
    };
}
