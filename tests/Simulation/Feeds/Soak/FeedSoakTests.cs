using System;
using System.Globalization;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Soak;

/// <summary>
/// Each venue's real feed code against a simulated venue, with more than 300 faults drawn from a seed in the quick run,
/// and with both of OKX's ways to start a book. No decision is made while a book is not live, and in the end
/// every book equals the venue's.
/// </summary>
public sealed class FeedSoakTests(ITestOutputHelper output)
{
    private const int CalmSteps = 4000;

    private static readonly int s_faultsAVenue = Cases.Times(300);
    private static readonly int s_maxSteps = Cases.Times(100_000);

    public static TheoryData<string> Names => new(
        Venues.All.Select(venue => venue.Name).Append("okx by REST"));

    [Theory]
    [MemberData(nameof(Names))]
    public void ShouldEndWithTheVenuesOwnBooksAfterManyFaults(string venue)
    {
        Random random = Seeds.Start(output, 20261121);
        using var feed = new SimulatedFeed(venue, (ulong)random.NextInt64(), random, "BTCUSDT", "ETHUSDT");
        feed.FaultRate = 0;
        Run(feed, 2000);
        feed.FaultRate = 0.02;
        int steps = 0;
        for (; feed.Faults.Values.Sum() < s_faultsAVenue && steps < s_maxSteps; steps++)
        {
            feed.Step();
        }

        feed.Calm(CalmSteps);

        string faults = string.Join(", ", feed.Faults.Select(pair => $"{pair.Value} {pair.Key}"));
        output.WriteLine($"{feed.Frames} frames, {steps} steps, {feed.Placed} orders; {faults}");
        output.WriteLine(string.Join(", ", Enum.GetValues<StaleReason>().Select(reason => string.Create(
            CultureInfo.InvariantCulture, $"{feed.Counters.Sum(item => item.Stales(reason))} {reason}"))));
        Assert.True(feed.Faults.Values.Sum() >= s_faultsAVenue, "too few faults");
        Assert.Null(feed.Difference(onlyLive: false));
        Assert.NotEqual(0, feed.Placed);
        Assert.NotEqual(0, feed.Counters.Sum(item => item.Resyncs));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ShouldMissNoUpdateWhenAYoungerConnectionTakesOver(string venue)
    {
        Random random = Seeds.Start(output, 7);
        using var feed = new SimulatedFeed(venue, 3, random, "BTCUSDT", "ETHUSDT");
        Run(feed, 3000);
        long trades = feed.Engine.View(0).Trades;
        for (int i = 0; i < 10; i++)
        {
            feed.StartHandover(steps: 200 + random.Next(400));
            Run(feed, 1000);
            Assert.Null(feed.Difference(onlyLive: false));
        }

        Assert.True(feed.Engine.View(0).Trades > trades, "no trade arrived");
        Assert.Equal(0, feed.Counters.Sum(item => item.Gaps));
        Assert.Equal(0, feed.Engine.View(0).StaleBooks + feed.Engine.View(1).StaleBooks);
        Assert.NotEqual(0, feed.Counters.Sum(item => item.Repeats + item.RepeatedTrades));
    }

    private static void Run(SimulatedFeed feed, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            feed.Step();
        }
    }
}
