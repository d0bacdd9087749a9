namespace LowLatency.Engine.Risk;

/// <summary>What stands in place of a day (days since the Unix epoch) before the first valuation.</summary>
public static class RiskDays
{
    /// <summary>Nothing was valued yet: what is there began as nothing.</summary>
    public const long NothingYet = 0;

    /// <summary>Losses count from the next valuation: the operator has looked at those before.</summary>
    public const long FromNextValue = -1;
}
