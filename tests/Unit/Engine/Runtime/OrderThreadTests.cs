using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Feeds;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>The order gateway and a venue on one thread.</summary>
public sealed class OrderThreadTests
{
    private readonly RecordingVenue _venue = new();
    private readonly SingleProducerRing<EngineOutput> _outbound;
    private readonly RingConsumer<EngineInput> _reports;
    private readonly OrderThread _thread;

    public OrderThreadTests()
    {
        IWaitStrategy wait = WaitStrategies.Create(WaitStrategyKind.Yield);
        var inbound = new MultiProducerRing<EngineInput>(64, wait);
        _outbound = new SingleProducerRing<EngineOutput>(64, wait);
        _reports = new RingConsumer<EngineInput>(inbound);
        var stop = new GatewayStop();
        var clock = new MonotonicUnixClock();
        var connection = new VenueConnection(
            _venue, Publisher(inbound, SessionSources.Venue), clock, stop, wait: null, maxOrders: 8);
        var gateway = new OrderGateway(
            new RingConsumer<EngineOutput>(_outbound), connection, Publisher(inbound, SessionSources.Gateway), clock,
            stop, maxOrders: 8, journal: null);
        _thread = new OrderThread(market: null, gateway, connection);
    }

    // The engine would otherwise see a mere rejection, and place the order again while the connection is lost.
    [Fact]
    public void ShouldReportTheLostConnectionBeforeTheRefusalsThatFollowFromIt()
    {
        _venue.Reports.Enqueue(new EngineInput { Kind = EventKind.GatewayLost });
        long sequence = _outbound.Claim(1);
        _outbound[sequence] = new EngineOutput { Kind = OutputKind.Place, OrderId = 1 };
        _outbound.Publish(sequence, sequence);
        _thread.DoWork();

        Assert.Empty(_venue.Commands);
        Assert.Equal(
            [(EventKind.GatewayLost, 0L), (EventKind.OrderRejected, 1L)],
            Take().Select(report => (report.Kind, report.OrderId)));
    }

    private static InputPublisher Publisher(RingBuffer<EngineInput> inbound, ushort source) =>
        new(new RingInputStream(inbound), NullInputLog.Instance, source);

    private List<EngineInput> Take()
    {
        var taken = new Taken();
        _reports.Poll(taken);
        return taken.Inputs;
    }

    private sealed class Taken : IEventHandler<EngineInput>
    {
        public List<EngineInput> Inputs { get; } = [];

        public void OnEvent(ref EngineInput item, long sequence, bool endOfBatch) => Inputs.Add(item);
    }
}
