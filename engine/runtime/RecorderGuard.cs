using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Recorder;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Engages the kill switch when the recorder drops inputs, because decisions on them could not be replayed. The kill
/// switch is an input like all others, and the journal has the engine's note of it. After it was lifted, it is engaged
/// again only if more inputs are dropped. The timer's thread only.
/// </summary>
/// <param name="recorder">The recorder.</param>
/// <param name="events">The timer's publisher.</param>
/// <param name="clock">The session's clock.</param>
/// <param name="isTrading">Whether trading is on.</param>
public sealed class RecorderGuard(
    TickRecorder recorder, InputPublisher events, IReceiveClock clock, Func<bool> isTrading) : ITimedWatch
{
    private long _reportedDrops;
    private bool _wasTrading = true;

    /// <inheritdoc/>
    public void Look()
    {
        long dropped = recorder.DroppedRecords;
        bool isTradingNow = isTrading();

        // Losses from before the kill switch was lifted were known to the operator who lifted it.
        bool hasLostMore = _wasTrading && dropped > _reportedDrops;
        if (isTradingNow && (hasLostMore || recorder.Health == RecorderHealth.Failed))
        {
            events.Publish(new EngineInput
            {
                Kind = EventKind.EngageKillSwitch,
                KillReason = DecisionReason.KilledRecorder,
                ReceiveTimeNs = clock.NowNs,
            });
        }

        _reportedDrops = dropped;
        _wasTrading = isTradingNow;
    }
}
