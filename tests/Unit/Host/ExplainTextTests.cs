using System;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Cli;
using LowLatency.Replay;
using LowLatency.Sessions.Journal;
using LowLatency.Tests.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class ExplainTextTests
{
    [Theory]
    [InlineData(OrderFlags.ImmediateOrCancel, "what does not trade at once is cancelled", "does not expire")]
    [InlineData(OrderFlags.PostOnly, "does not expire", "at once")]
    public void ShouldSayWhenAnOrderEnds(OrderFlags flags, string words, string never)
    {
        Instrument spot = Fixture.Spot();
        var story = new OrderStory(
            OrderIds.IdOf(1), _ => spot.Scale, StrategyReasonText.Of(Manifests.Of(spot), StrategyCatalog.BuiltIn));
        story.Add(new EngineOutput
        {
            Kind = OutputKind.Place,
            OrderId = OrderIds.IdOf(1),
            Side = Side.Buy,
            PriceTicks = 100,
            QuantityLots = 10,
            Flags = flags,
            ExpireTimeNs = long.MaxValue,
        });
        story.Add(new EngineOutput
        {
            Kind = OutputKind.OrderEvent,
            OrderId = OrderIds.IdOf(1),
            State = OrderState.Expired,
            Reason = DecisionReason.Expired,
        });
        var output = new StringWriter();

        story.Write([spot], output);

        bool isImmediate = flags == OrderFlags.ImmediateOrCancel;
        Assert.Contains($"    {words}{output.NewLine}", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(never, output.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            $"is expired, because {(isImmediate ? words : "it outlived its time")}", output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldPointAtTheJournalWhereTheRecordingEndsEarly()
    {
        Assert.Equal("the recording has no order 7", ExplainCommand.Missing(7, endsEarly: false));
        Assert.Equal(
            "the recording has no order 7: it ends early; its journal may have it",
            ExplainCommand.Missing(7, endsEarly: true));
    }
}
