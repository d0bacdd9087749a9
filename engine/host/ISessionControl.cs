using System;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Host;

/// <summary>What can be done with a running session. Any thread may call any member.</summary>
internal interface ISessionControl
{
    /// <summary>Ends when the input of the embedded venue has ended, or faults when the session has failed.</summary>
    Task Completion { get; }

    /// <summary>Called on the gateway's thread with the wire-to-gateway latency of each order command, in seconds.
    /// </summary>
    Action<double>? OnOrderLatency { get; set; }

    /// <summary>The session at this moment.</summary>
    SessionStatus ReadStatus();

    /// <summary>Orders that may be open. Never waits, not even for an engine that is stuck.</summary>
    OpenOrdersStatus ReadOpenOrders();

    /// <summary>The operator's kill switch: cancels everything, and places nothing until it is lifted.</summary>
    void EngageKillSwitch();

    /// <summary>Lifts the kill switch, whatever engaged it; losses are measured from here on.</summary>
    void LiftKillSwitch();

    /// <summary>Cancels all orders, waits for their end, flushes the recording and ends all threads.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
