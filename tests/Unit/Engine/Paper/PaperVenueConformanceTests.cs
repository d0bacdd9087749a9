using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Paper;
using LowLatency.Tests.Orders;

namespace LowLatency.Tests.Engine.Paper;

public sealed class PaperVenueConformanceTests : OrderVenueConformanceTests
{
    protected override OrderVenueRig Connect(Instrument[] instruments) => new Rig(instruments);

    private sealed class Rig(Instrument[] instruments) : MarketVenueRig
    {
        private PaperVenue _venue = new(instruments);

        protected override IMarketVenue Market => _venue;

        public override void Reconnect(IReadOnlyList<EngineOutput> open)
        {
            _venue = new PaperVenue(instruments);
            EngineOutput[] records = open.Select(order => order with { Kind = OutputKind.OpenOrder }).ToArray();
            _venue.Restore(new EngineSnapshot(1, records), NowNs);
        }
    }
}
