namespace LowLatency.Engine.Strategies;

/// <summary>The version of the contract between engine and strategies: <see cref="IStrategy"/> and what it hands out.
/// </summary>
public static class StrategyContract
{
    /// <summary>
    /// The version of this engine. It rises when a strategy that was built before would behave differently or fail. The
    /// compiler writes it into each <see cref="StrategyAttribute"/>; <c>--strategy-assembly</c> refuses any other.
    /// Version 2: ticks and lots, several instruments, reasons of the strategy's own. Version 3: <c>Cancel</c> and
    /// <c>Amend</c> return a <see cref="Orders.ChangeResult"/>; log and gauges; the built-in strategies are in another
    /// assembly.
    /// </summary>
    public const int Version = 3;
}
