using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Paper;

/// <summary>A venue that derives fills from the same market events that the engine sees: paper trading, the simulator
/// and backtests.</summary>
public interface IMarketVenue : IOrderVenue
{
    /// <summary>Takes a market event; events of other kinds are ignored.</summary>
    void OnMarket(in EngineInput item);
}
