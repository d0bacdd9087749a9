using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>
/// Starts a strategy at a given time. Before that it only learns the scale of its book; books and signals are kept as
/// usual.
/// </summary>
internal sealed class LateStrategy(IStrategy strategy, long startNs) : IStrategy
{
    private bool _hasStarted;

    public bool DrawsDirections => strategy.DrawsDirections;

    public bool OnlyWatches => strategy.OnlyWatches;

    public void OnBook(StrategyContext context)
    {
        if (HasStarted(context))
        {
            strategy.OnBook(context);
        }
    }

    public void OnTopOfBook(StrategyContext context, in EngineInput quote)
    {
        if (HasStarted(context))
        {
            strategy.OnTopOfBook(context, in quote);
        }
    }

    public void OnTrade(StrategyContext context, in EngineInput trade)
    {
        if (HasStarted(context))
        {
            strategy.OnTrade(context, in trade);
        }
    }

    public void OnOrder(StrategyContext context, in OrderUpdate update) => strategy.OnOrder(context, in update);

    public void OnComposite(StrategyContext context, in CompositeUpdate update) =>
        strategy.OnComposite(context, in update);

    public void OnTimer(StrategyContext context)
    {
        if (HasStarted(context))
        {
            strategy.OnTimer(context);
        }
    }

    public void OnStale(StrategyContext context)
    {
        if (_hasStarted)
        {
            strategy.OnStale(context);
        }
    }

    public void OnRescale(StrategyContext context, long priceFactor, long quantityFactor) =>
        strategy.OnRescale(context, priceFactor, quantityFactor);

    private bool HasStarted(StrategyContext context) => _hasStarted |= context.NowNs >= startNs;
}
