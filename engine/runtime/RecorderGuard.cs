using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Recorder;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Stops trading when inputs are lost because the recording cannot be written: what was decided on them could never be
/// shown again. The kill switch is an input like any other, and the engine's note of it is in the journal. Once lifted,
/// it is thrown again only when more is lost. The timer's thread only.
/// </summary>
/// <param name="recorder">The recorder.</param>
/// <param name="events">The timer's door into the inbound ring.</param>
/// <param name="clock">The session's clock.</param>
/// <param name="isTrading">Whether there is anything to stop.</param>
public sealed class RecorderGuard(
    TickRecorder recorder, InputPublisher events, IReceiveClock clock, Func<bool> isTrading) : ITimedWatch
{
    private long _told;
    private bool _wasTrading = true;

    /// <inheritdoc/>
    public void Look()
    {
        long lost = recorder.DroppedRecords;
        bool isNow = isTrading();

        // What was lost before the switch was lifted is known to whoever has lifted it.
        bool hasLostMore = _wasTrading && lost > _told;
        if (isNow && (hasLostMore || recorder.Health == RecorderHealth.Failed))
        {
            events.Publish(new EngineInput
            {
                Kind = EventKind.EngageKillSwitch,
                KillReason = DecisionReason.KilledRecorder,
                ReceiveTimeNs = clock.NowNs,
            });
        }

        _told = lost;
        _wasTrading = isNow;
    }
}
