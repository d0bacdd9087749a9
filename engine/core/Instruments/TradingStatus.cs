namespace LowLatency.Engine.Instruments;

/// <summary>What the venue allows for an instrument. The numbers are part of the recording format.</summary>
public enum TradingStatus : byte
{
    /// <summary>Orders are accepted and matched.</summary>
    Trading = 0,

    /// <summary>Only orders that do not match at once are accepted.</summary>
    PostOnly = 1,

    /// <summary>Orders can only be cancelled.</summary>
    CancelOnly = 2,

    /// <summary>Nothing is traded: halted, in maintenance, not yet or no longer listed.</summary>
    Halted = 3,
}
