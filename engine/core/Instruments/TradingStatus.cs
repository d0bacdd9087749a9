namespace LowLatency.Engine.Instruments;

/// <summary>What the venue allows to do with an instrument. The numbers are part of the recording format.</summary>
public enum TradingStatus : byte
{
    /// <summary>Orders are taken and matched.</summary>
    Trading = 0,

    /// <summary>Only orders that do not match at once are taken.</summary>
    PostOnly = 1,

    /// <summary>Orders can only be cancelled.</summary>
    CancelOnly = 2,

    /// <summary>Nothing is traded: halted, in maintenance, not yet or no longer listed.</summary>
    Halted = 3,
}
