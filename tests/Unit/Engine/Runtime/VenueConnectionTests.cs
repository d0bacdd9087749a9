using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Feeds;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>A venue with a queue in front of it: what was let pass by the gateway may be too late when its turn comes.
/// </summary>
public sealed class VenueConnectionTests
{
    private const int MaxOrders = 8;

    private readonly RecordingVenue _venue = new();
    private readonly GatewayStop _stop = new();
    private readonly MultiProducerRing<EngineInput> _inbound;
    private readonly RingConsumer<EngineInput> _reports;
    private readonly VenueConnection _connection;

    public VenueConnectionTests()
    {
        IWaitStrategy wait = WaitStrategies.Create(WaitStrategyKind.Yield);
        _inbound = new MultiProducerRing<EngineInput>(64, wait);
        _reports = new RingConsumer<EngineInput>(_inbound);
        var publisher = new InputPublisher(
            new RingInputStream(_inbound), NullInputLog.Instance, SessionSources.Venue);
        _connection = new VenueConnection(_venue, publisher, new MonotonicUnixClock(), _stop, wait, MaxOrders);
    }

    [Fact]
    public void ShouldSendWhatItWasGiven()
    {
        Send(OutputKind.Place, id: 1);
        Send(OutputKind.Cancel, id: 1);
        Assert.Empty(_venue.Commands);
        _connection.DoWork();

        Assert.Equal([OutputKind.Place, OutputKind.Cancel], _venue.Commands.Select(command => command.Kind));
        Assert.Equal(EventKind.OrderAccepted, Take()[0].Kind);
    }

    [Fact]
    public void ShouldNotPlaceWhatWasDecidedBeforeTheConnectionWasLost()
    {
        Send(OutputKind.Place, id: 1, sequence: 0);
        Send(OutputKind.Amend, id: 2, sequence: 0);
        Send(OutputKind.Cancel, id: 3, sequence: 0);
        _venue.Reports.Enqueue(new EngineInput { Kind = EventKind.GatewayLost });
        _connection.DoWork();

        // A cancel does no harm.
        Assert.Equal([3L], _venue.Commands.Select(command => command.OrderId));
        Assert.Equal(
            [(EventKind.GatewayLost, 0L), (EventKind.OrderRejected, 1L), (EventKind.AmendRejected, 2L)],
            Take().Select(report => (report.Kind, report.OrderId)));

        // What the engine decides once it has heard of the loss may go.
        Assert.False(_connection.Accepts(Command(OutputKind.Place, id: 4, sequence: -1)));
        Assert.True(_connection.Accepts(Command(OutputKind.Place, id: 4, sequence: 0)));
        Send(OutputKind.Place, id: 4, sequence: 0);
        _connection.DoWork();
        Assert.Equal([3L, 4L], _venue.Commands.Select(command => command.OrderId));
    }

    [Fact]
    public void ShouldNotPlaceWhatWaitedWhenTheKillSwitchWasEngaged()
    {
        Send(OutputKind.Place, id: 1);
        _stop.OnOperatorCommand(EventKind.EngageKillSwitch);
        Send(OutputKind.Cancel, id: 2);
        _connection.DoWork();

        Assert.Equal([2L], _venue.Commands.Select(command => command.OrderId));
        EngineInput refused = Assert.Single(Take());
        Assert.Equal(
            (EventKind.OrderRejected, 1L, RejectReason.NotSent), (refused.Kind, refused.OrderId, refused.RejectReason));
    }

    [Fact]
    public void ShouldKeepRoomForCancelsWhenTheVenueIsSlow()
    {
        int placed = 0;
        while (_connection.Accepts(Command(OutputKind.Place, placed + 1)))
        {
            Send(OutputKind.Place, ++placed);
        }

        for (int id = 1; id <= MaxOrders; id++)
        {
            Send(OutputKind.Cancel, id);
            Send(OutputKind.Query, id);
        }

        _connection.DoWork();

        Assert.Equal(2 * MaxOrders, placed);
        Assert.Equal(placed + (2 * MaxOrders), _venue.Commands.Count);
    }

    [Fact]
    public void ShouldNeverWaitForRoomInTheInboundRing()
    {
        for (int i = 0; i < 100; i++)
        {
            _venue.Reports.Enqueue(new EngineInput { Kind = EventKind.OrderAccepted, OrderId = i + 1 });
        }

        Assert.Equal(64, _connection.DoWork());
        Assert.Equal(64, Take().Length);
        Assert.Equal(36, _connection.DoWork());
        Assert.Equal(100, Take()[^1].OrderId);
    }

    private static EngineOutput Command(OutputKind kind, long id, long sequence = 0) =>
        new() { Kind = kind, OrderId = id, Sequence = sequence };

    private void Send(OutputKind kind, long id, long sequence = 0) => _connection.Send(Command(kind, id, sequence));

    private EngineInput[] Take()
    {
        var taken = new Taken();
        _reports.Poll(taken);
        return taken.ToArray();
    }

    private sealed class Taken : System.Collections.Generic.List<EngineInput>, IEventHandler<EngineInput>
    {
        public void OnEvent(ref EngineInput item, long sequence, bool endOfBatch) => Add(item);
    }
}
