using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Paper;
using LowLatency.Simulation.Simulator;
using LowLatency.Tests.Orders;

namespace LowLatency.Tests.Simulation;

/// <summary>The simulator's exchange while no fault happens.</summary>
public sealed class SimulatedExchangeConformanceTests : OrderVenueConformanceTests
{
    protected override OrderVenueRig Connect(Instrument[] instruments) => new Rig(instruments);

    private sealed class Rig : MarketVenueRig
    {
        private readonly SimulatedExchange _exchange;
        private long _step;

        public Rig(Instrument[] instruments)
        {
            _exchange = new SimulatedExchange(instruments, FaultPlan.Of(seed: 1, []));
            Settle();
        }

        protected override IMarketVenue Market => _exchange;

        public override void Settle() => _exchange.Step(++_step, NowNs);

        public override void Reconnect(IReadOnlyList<EngineOutput> open)
        {
            _exchange.OnProcessEnded();
            _exchange.OnProcessStarted();
        }
    }
}
