using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// Publishes queued reports. It never waits for room in the inbound ring, because the publishing thread may be one of
/// those that make room there. Single-threaded; <see cref="DoubtedAt"/> may be read by any thread.
/// </summary>
/// <param name="publisher">The publisher of the reports' source.</param>
internal sealed class ReportSender(InputPublisher publisher)
{
    private readonly Sequence _doubtedAt = new();

    /// <summary>Sequence of the last report that put in doubt which orders are open; -1 if there was none.</summary>
    public long DoubtedAt => _doubtedAt.Value;

    /// <summary>Publishes as many reports as there is room for.</summary>
    /// <returns>The number of reports published.</returns>
    public int Send(ReportQueue queue)
    {
        int sent = 0;
        while (queue.Count != 0 && publisher.TryPublish(in queue.Peek(), out long sequence))
        {
            if (ReportQueue.IsDoubt(in queue.Peek()))
            {
                _doubtedAt.SetRelease(sequence);
            }

            queue.Dequeue();
            sent++;
        }

        return sent;
    }

    /// <summary>The refusal of a Place or Amend that is not sent to the venue.</summary>
    public static EngineInput Refusal(in EngineOutput command, long nowNs) => new()
    {
        Kind = command.Kind == OutputKind.Amend ? EventKind.AmendRejected : EventKind.OrderRejected,
        RejectReason = RejectReason.NotSent,
        InstrumentId = command.InstrumentId,
        OrderId = command.OrderId,
        CommandNumber = command.Kind == OutputKind.Amend ? command.CommandNumber : 0,
        ReceiveTimeNs = nowNs,
    };
}
