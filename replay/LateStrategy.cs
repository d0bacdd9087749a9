using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>
/// Starts a strategy at a given time. Before that it is called for its own orders only; books and signals are kept
/// as usual.
/// </summary>
internal sealed class LateStrategy(IStrategy strategy, long startNs) : IStrategy
{
    private bool _hasStarted;

    public bool DrawsDirections => strategy.DrawsDirections;

    public bool OnlyWatches => strategy.OnlyWatches;

    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        if (HasStarted(context))
        {
            strategy.OnBook(context, instrument);
        }
    }

    public void OnTop(StrategyContext context, TradedInstrument instrument, in TopView top)
    {
        if (HasStarted(context))
        {
            strategy.OnTop(context, instrument, in top);
        }
    }

    public void OnTrade(StrategyContext context, TradedInstrument instrument, in TradeView trade)
    {
        if (HasStarted(context))
        {
            strategy.OnTrade(context, instrument, in trade);
        }
    }

    public void OnFill(StrategyContext context, TradedInstrument instrument, in FillUpdate fill) =>
        strategy.OnFill(context, instrument, in fill);

    public void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update) =>
        strategy.OnOrder(context, instrument, in update);

    public void OnComposite(StrategyContext context, TradedInstrument instrument, in CompositeUpdate update) =>
        strategy.OnComposite(context, instrument, in update);

    public void OnTimer(StrategyContext context)
    {
        if (HasStarted(context))
        {
            strategy.OnTimer(context);
        }
    }

    public void OnStale(StrategyContext context, TradedInstrument instrument)
    {
        if (_hasStarted)
        {
            strategy.OnStale(context, instrument);
        }
    }

    private bool HasStarted(StrategyContext context) => _hasStarted |= context.NowNs >= startNs;
}
