namespace LowLatency.Simulation.Simulator;

/// <summary>What can go wrong in a simulation, and what the operator can do. The names are those of scripts.</summary>
internal enum FaultKind
{
    /// <summary>A message is lost.</summary>
    Drop,

    /// <summary>A message comes twice.</summary>
    Duplicate,

    /// <summary>Two messages change places.</summary>
    Reorder,

    /// <summary>A message is cut short, followed by rubbish, or no message of the venue at all.</summary>
    Garble,

    /// <summary>The number with which the venue proves its books is another one.</summary>
    Alter,

    /// <summary>Messages are held back for a while.</summary>
    Delay,

    /// <summary>The connection is cut.</summary>
    Disconnect,

    /// <summary>The connection is open and brings nothing any more.</summary>
    HalfOpen,

    /// <summary>A younger connection takes over.</summary>
    Handover,

    /// <summary>Snapshots come late.</summary>
    SlowSnapshot,

    /// <summary>A snapshot is refused.</summary>
    FailedSnapshot,

    /// <summary>The venue says "too many requests".</summary>
    RateLimit,

    /// <summary>The venue is away: no connection, no snapshot, no order.</summary>
    Maintenance,

    /// <summary>The engine gets no time.</summary>
    SlowEngine,

    /// <summary>The gateway gets no time.</summary>
    SlowGateway,

    /// <summary>The disk takes nothing for a while.</summary>
    SlowDisk,

    /// <summary>The disk is full for a while.</summary>
    FullDisk,

    /// <summary>The process is killed in the middle of its next write, of which a part is kept.</summary>
    TornWrite,

    /// <summary>The process is killed.</summary>
    Kill,

    /// <summary>The process ends in good order and is started again.</summary>
    Restart,

    /// <summary>The process's clock jumps ahead, or is set to another time while it is down.</summary>
    ClockJump,

    /// <summary>An acknowledgement is lost.</summary>
    LostReport,

    /// <summary>A report is overtaken by later ones.</summary>
    LateReport,

    /// <summary>A report comes twice.</summary>
    RepeatedReport,

    /// <summary>An order command never arrives.</summary>
    LostCommand,

    /// <summary>Order commands arrive late, so that fills overtake cancels.</summary>
    LateCommand,

    /// <summary>The way to the order side is lost for a while.</summary>
    LostGateway,

    /// <summary>The venue refuses orders because they come too fast.</summary>
    OrderLimit,

    /// <summary>A fill of an order that nobody here has placed.</summary>
    ForeignFill,

    /// <summary>The operator throws the kill switch.</summary>
    KillSwitch,

    /// <summary>The operator lifts it.</summary>
    ResumeTrading,
}
