using System;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Strategies;

namespace LowLatency.Sessions;

/// <summary>Reads and controls a running session. Thread-safe.</summary>
public interface ISessionControl
{
    /// <summary>Ends when the input of the embedded venue has ended, or faults when the session has failed.</summary>
    Task Completion { get; }

    /// <summary>Called on the gateway's thread with the wire-to-gateway latency of each order command, in seconds; null
    /// for nobody. It must not block or allocate.</summary>
    Action<double>? OnOrderLatency { get; set; }

    /// <summary>Reads the session's current status.</summary>
    SessionStatus ReadStatus();

    /// <summary>Reads the orders that may be open. Never blocks, not even while the engine is stuck.</summary>
    OpenOrdersStatus ReadOpenOrders();

    /// <summary>Passes on the lines that the strategies have logged since the last call, oldest first. One thread at a
    /// time.</summary>
    /// <param name="take">Takes a line.</param>
    void ReadStrategyLog(Action<StrategyLogLine> take);

    /// <summary>Engages the kill switch: all orders are cancelled, and none is placed until it is lifted.</summary>
    void EngageKillSwitch();

    /// <summary>Lifts the kill switch, whatever engaged it. The loss limits start to count from zero.</summary>
    void LiftKillSwitch();

    /// <summary>Cancels all orders, waits until they have ended, flushes the recording and stops all threads.</summary>
    /// <param name="cancellationToken">Cancelled to stop waiting for orders.</param>
    Task StopAsync(CancellationToken cancellationToken);
}
