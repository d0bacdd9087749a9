using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Paper;

/// <summary>A venue that makes its fills from the market events that the engine sees, too. It exists on paper, in the
/// simulator and in backtests only.</summary>
public interface IMarketVenue : IOrderVenue
{
    /// <summary>Takes a market event; events of other kinds are ignored.</summary>
    void OnMarket(in EngineInput item);
}
