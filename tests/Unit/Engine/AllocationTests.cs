using System;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine;

/// <summary>
/// A warm session allocates nothing from the bytes of a frame to the order command: measured with the runtime's counter
/// over a whole recording, to the byte.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("binance", "hftbacktest/spot/btcusdt_20240808.gz")]
    [InlineData("binance-futures", "hftbacktest/usdm/btcusdt_20240808.gz")]
    public void ShouldAllocateNothingFromFrameToOrderCommand(string venue, string capture)
    {
#if DEBUG
        Assert.Skip("Debug builds allocate for extra checks: run the tests with -c Release");
#endif
        CaptureLine[] lines = LineCapture.Read(SharedData.Require(capture)).ToArray();
        Instrument instrument = venue == "binance" ? Fixture.Spot() : Fixture.Usdm();
        var engine = TradingCore.OnOneThread(
            Fixture.Setups(instrument), new EngineOptions { MaxOrders = 1024 }, 131_072, hasPaperVenue: true);
        var publisher = engine.NewPublisher(1);
        FeedSession session = Venues.Find(venue).CreateSession([instrument], publisher, new BadInputLog(), true);

        // The first pass grows buffers and triggers compilation; the second is the steady state.
        Play(session, engine, lines);
        long decisionsBefore = engine.Engine.Decisions.Count;
        long allocated = Allocations.Of(() => Play(session, engine, lines));

        long decisions = engine.Engine.Decisions.Count - decisionsBefore;
        output.WriteLine($"{lines.Length} messages, {decisions} decisions, {allocated} bytes");
        Assert.Equal(0, allocated);
        Assert.NotEqual(0, decisions);
    }

    private static void Play(FeedSession session, TradingCore engine, CaptureLine[] lines)
    {
        // The venue restarts, as after a reconnect; only the steady messages in between are measured strictly.
        session.OnDisconnected(lines[0].ReceiveTimeNs, string.Empty);
        session.OnConnected(lines[0].ReceiveTimeNs, string.Empty);
        foreach (ref readonly CaptureLine line in lines.AsSpan())
        {
            if (line.IsSnapshot)
            {
                session.OnSnapshot(0, line.Body, line.ReceiveTimeNs);
            }
            else
            {
                session.OnFrame(line.Body, line.ReceiveTimeNs, 1);
            }
        }
    }
}
