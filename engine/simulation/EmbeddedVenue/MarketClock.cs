using System;
using System.Diagnostics;
using System.Threading;
using LowLatency.Engine.Events;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// The time of the embedded venue's market. It runs faster than the wall clock by the speed, or follows the play
/// position at maximum speed, so that five minutes of an order's life are five minutes of its market. It stands still
/// until the market starts and never runs backwards. Any thread.
/// </summary>
internal sealed class MarketClock : IReceiveClock
{
    private readonly Lock _gate = new();
    private double _nsPerTick;
    private long _originTicks;
    private long _originNs;
    private long _lastNs;

    public MarketClock(long startNs) => (_originNs, _lastNs) = (startNs, startNs);

    public long NowNs
    {
        get
        {
            lock (_gate)
            {
                long running = _originNs + (long)((Stopwatch.GetTimestamp() - _originTicks) * _nsPerTick);
                return _lastNs = Math.Max(_lastNs, _nsPerTick == 0 ? _originNs : running);
            }
        }
    }

    /// <summary>Starts to run from the current market time.</summary>
    /// <param name="speed">Speed relative to the wall clock.</param>
    public void Run(double speed)
    {
        lock (_gate)
        {
            _originTicks = Stopwatch.GetTimestamp();
            _nsPerTick = speed * 1e9 / Stopwatch.Frequency;
        }
    }

    /// <summary>Sets the market time, for maximum speed.</summary>
    public void MoveTo(long timeNs)
    {
        lock (_gate)
        {
            _nsPerTick = 0;
            _originNs = timeNs;
        }
    }

    /// <summary>Wall time until the market reaches a time; zero or negative if it has.</summary>
    public TimeSpan Until(long timeNs)
    {
        long aheadNs = timeNs - NowNs;
        return _nsPerTick == 0
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(aheadNs / _nsPerTick / Stopwatch.Frequency);
    }
}
