using System.Numerics;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// The connection from the order gateway to a venue, and the agent that runs it: sends the commands that the gateway
/// has passed, and publishes the venue's reports under a source number of its own. With a queue in between it has a
/// thread of its own, so that a slow send blocks nothing else: when the queue is half full, orders are refused, and the
/// other half is reserved for cancels and queries. Without a queue it shares the gateway's thread.
/// </summary>
public sealed class VenueConnection : IAgent, IEventHandler<EngineOutput>
{
    private const int IdleMs = 1;

    private readonly IOrderVenue _venue;
    private readonly IReceiveClock _clock;
    private readonly GatewayStop _stop;
    private readonly ReportSender _reports;
    private readonly ReportQueue _refusals = new();
    private readonly SingleProducerRing<EngineOutput>? _queue;
    private readonly RingConsumer<EngineOutput>? _queued;

    /// <summary>Creates the connection.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="reports">Publishes the venue's reports.</param>
    /// <param name="clock">The session's clock.</param>
    /// <param name="stop">The gateway's stop flag: nothing is placed while it is set.</param>
    /// <param name="wait">How its thread waits for commands; null when it shares the gateway's thread.</param>
    /// <param name="maxOrders">Maximum number of orders that are open at the same time: there is always room for a
    /// cancel and a query of each.</param>
    public VenueConnection(
        IOrderVenue venue, InputPublisher reports, IReceiveClock clock, GatewayStop stop, IWaitStrategy? wait,
        int maxOrders)
    {
        _venue = venue;
        _clock = clock;
        _stop = stop;
        _reports = new ReportSender(reports);
        if (wait is not null)
        {
            int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)maxOrders * 4);
            _queue = new SingleProducerRing<EngineOutput>(capacity, wait);
            _queued = new RingConsumer<EngineOutput>(_queue);
        }
    }

    /// <inheritdoc/>
    public string RoleName => "venue";

    /// <summary>No command and no report is waiting. Any thread; true only for a moment while commands come.</summary>
    public bool IsDrained => (_queue is null || _queue.Fill == 0) && _venue.Reports.Count == 0 && _refusals.Count == 0;

    /// <summary>Whether a Place or Amend may be sent. The gateway's thread only.</summary>
    public bool Accepts(in EngineOutput command) => _queue is null
        ? !IsTooLate(in command)
        : !_stop.IsSet && command.Sequence >= _reports.DoubtedAt && _queue.Fill < _queue.Capacity / 2;

    /// <summary>Sends a command that the gateway has passed. Never waits. The gateway's thread only.</summary>
    public void Send(in EngineOutput command)
    {
        if (_queue is null)
        {
            _venue.OnCommand(in command, _clock.NowNs);
        }
        else if (_queue.TryClaim(1, out long sequence))
        {
            _queue[sequence] = command;
            _queue.Publish(sequence, sequence);
        }

        // Otherwise it is a repeated cancel or query of the same order: the engine asks again if it gets no answer.
    }

    /// <inheritdoc/>
    public int DoWork()
    {
        int done = _queued?.Poll(this) ?? 0;
        return done + _reports.Send(_venue.Reports) + _reports.Send(_refusals);
    }

    /// <inheritdoc/>
    public void Idle() => _queued?.Wait(IdleMs);

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        // The command has waited in the queue, so it may be too late by now.
        long nowNs = _clock.NowNs;
        if (item.Kind is OutputKind.Place or OutputKind.Amend && IsTooLate(in item))
        {
            _refusals.Enqueue(ReportSender.Refusal(in item, nowNs));
        }
        else
        {
            _venue.OnCommand(in item, nowNs);
        }
    }

    // Trading was stopped since it was decided; or what is open came into doubt, and an answer that does not name the
    // order has ended it, or is about to.
    private bool IsTooLate(in EngineOutput command) =>
        _stop.IsSet || command.Sequence < _reports.DoubtedAt || _venue.Reports.Doubts != 0;
}
