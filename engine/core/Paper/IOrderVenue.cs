using LowLatency.Engine.Events;

namespace LowLatency.Engine.Paper;

/// <summary>
/// What stands behind the gateway: takes commands, and answers in reports. The paper venue is one; the simulator puts
/// one there that loses, delays and doubles. The gateway's thread only.
/// </summary>
public interface IOrderVenue
{
    /// <summary>Reports on their way to the engine, in the order in which they are to be published.</summary>
    ReportQueue Reports { get; }

    /// <summary>Takes a market event; events of other kinds are ignored.</summary>
    void OnMarket(in EngineInput item);

    /// <summary>Takes an order command; outputs of other kinds are ignored.</summary>
    /// <param name="command">The engine's decision.</param>
    /// <param name="nowNs">The time that the reports carry, nanoseconds since the Unix epoch.</param>
    void OnCommand(in EngineOutput command, long nowNs);
}
