namespace LowLatency.Simulation.Simulator;

/// <summary>Faults and operator actions of a simulation. Scripts use these names.</summary>
internal enum FaultKind
{
    /// <summary>A message is lost.</summary>
    Drop,

    /// <summary>A message is duplicated.</summary>
    Duplicate,

    /// <summary>Two messages are swapped.</summary>
    Reorder,

    /// <summary>A message is truncated, followed by garbage, or not a message of the venue.</summary>
    Garble,

    /// <summary>The checksum of the venue's book is wrong.</summary>
    Alter,

    /// <summary>Messages are delayed.</summary>
    Delay,

    /// <summary>The connection is cut.</summary>
    Disconnect,

    /// <summary>The connection is open but silent.</summary>
    HalfOpen,

    /// <summary>A new connection replaces the old one.</summary>
    Handover,

    /// <summary>Snapshots are delayed.</summary>
    SlowSnapshot,

    /// <summary>A snapshot is refused.</summary>
    FailedSnapshot,

    /// <summary>The venue answers "too many requests".</summary>
    RateLimit,

    /// <summary>The venue is down: no connections, snapshots or orders.</summary>
    Maintenance,

    /// <summary>The engine is stalled.</summary>
    SlowEngine,

    /// <summary>The gateway is stalled.</summary>
    SlowGateway,

    /// <summary>The disk is stalled.</summary>
    SlowDisk,

    /// <summary>The disk is full for a while.</summary>
    FullDisk,

    /// <summary>The process is killed in its next write, a part of which is kept.</summary>
    TornWrite,

    /// <summary>The process is killed.</summary>
    Kill,

    /// <summary>The process is stopped cleanly and started again.</summary>
    Restart,

    /// <summary>The process's clock jumps ahead, or is set to another time while it is down.</summary>
    ClockJump,

    /// <summary>An acknowledgement is lost.</summary>
    LostReport,

    /// <summary>A report is overtaken by later ones.</summary>
    LateReport,

    /// <summary>A report is duplicated.</summary>
    RepeatedReport,

    /// <summary>An order command never arrives.</summary>
    LostCommand,

    /// <summary>Order commands arrive late, so that fills overtake cancels.</summary>
    LateCommand,

    /// <summary>The gateway connection is lost for a while.</summary>
    LostGateway,

    /// <summary>The venue rejects orders by its rate limit.</summary>
    OrderLimit,

    /// <summary>A fill of an order that the engine did not place.</summary>
    ForeignFill,

    /// <summary>The operator engages the kill switch.</summary>
    KillSwitch,

    /// <summary>The operator lifts the kill switch.</summary>
    ResumeTrading,
}
