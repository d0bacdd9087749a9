namespace LowLatency.Engine.Risk;

/// <summary>Special values for a day (days since the Unix epoch) before the first valuation.</summary>
public static class RiskDays
{
    /// <summary>No valuation yet: the session started with nothing.</summary>
    public const long NothingYet = 0;

    /// <summary>Losses count from the next valuation: the operator has seen the earlier ones.</summary>
    public const long FromNextValue = -1;
}
