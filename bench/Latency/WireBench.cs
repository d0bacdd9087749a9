using System;
using System.IO.Pipelines;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Measures;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Measures;

namespace LowLatency.Bench.Latency;

/// <summary>
/// Latency from a message's bytes on the venue's socket to the order's bytes on the wire, over loopback: websocket,
/// pipe, parser, ring, engine, ring, gateway, socket. Open-loop: messages are due at a fixed rate, and time counts from
/// the due time. Venue, feed, engine and gateway have their own threads, which sleep while they wait, so that two cores
/// suffice.
/// </summary>
internal static class WireBench
{
    private const int PerSecond = 10_000;
    private const int WarmUpSeconds = 5;
    private const int Seconds = 30;

    /// <param name="wait">Wait strategy of the engine's and the gateway's threads.</param>
    public static MeasureReport Run(WaitStrategyKind wait) => MeasureAsync(wait).GetAwaiter().GetResult();

    private static async Task<MeasureReport> MeasureAsync(WaitStrategyKind wait)
    {
        using var venue = new WireVenue();
        WireEngine? engine = null;
        var workload = new Workload(setup => (engine = new WireEngine(setup, wait, venue)).Core);
        engine!.Start();
        await using FeedLine line = NewLine(venue.Address);
        if (await line.OpenAsync(CancellationToken.None).ConfigureAwait(false) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        Task parsing = ParseAsync(line, workload.Session);
        venue.Start();
        await venue.PlayAsync(PerSecond, WarmUpSeconds).ConfigureAwait(false);
        venue.BeginAgain();
        int collections = -GC.CollectionCount(0);
        long bytes = -GC.GetTotalAllocatedBytes();
        await venue.PlayAsync(PerSecond, Seconds).ConfigureAwait(false);
        bytes += GC.GetTotalAllocatedBytes();
        collections += GC.CollectionCount(0);
        engine.End();
        await line.EndAsync().ConfigureAwait(false);
        await parsing.ConfigureAwait(false);
        return Report(venue, wait, bytes, collections);
    }

    private static MeasureReport Report(WireVenue venue, WaitStrategyKind wait, long bytes, int collections)
    {
        double median = venue.Total.At(0.5);
        return new MeasureReport(
            "wire",
            $"generated market, {PerSecond} messages per second for {Seconds} s, loopback, wait strategy {wait}",
            "from a message's due time at the venue to the arrival of the order's bytes there; kernel and websocket "
                + "included; no network, no TLS, no recorder, no journal; the venue shares the cores",
            [
                Figure.OfLatencies(
                    "socket bytes to order bytes on the wire", isYardstick: false, venue.Total,
                    (FigureNames.AllocatedBytes, bytes), (FigureNames.GcCollections, collections)),
                Part("  due to received: venue's send, kernel, websocket", venue.Receiving, median),
                Part("  received to taken: parser, ring, engine, ring", venue.Deciding, median),
                Part("  taken to arrived: order text, send, kernel", venue.Arriving, median),
                Part("    of that the gateway's part", venue.Sending, median),
            ],
            venue.Problem ?? (venue.Total.Count == 0 ? "no order arrived" : null));
    }

    private static Figure Part(string name, LatencyHistogram found, double median) => Figure.OfLatencies(
        name, isYardstick: false, found, ("share_of_p50", found.At(0.5) / median));

    internal static FeedLine NewLine(Uri address)
    {
        VenueProfile profile = Venues.Find("binance").Profile;
        var options = new FeedConnectionOptions
        {
            Plan = new ConnectionPlan(address, [0], CarriesBooks: true, []),
            Profile = profile,
            Limits = new VenueLimits(profile),
            SnapshotAddress = _ => null,
            Resubscription = _ => [],
            Http = new HttpClient(),
            SilenceTimeout = TimeSpan.FromMinutes(10),
        };
        return new FeedLine(options, new MonotonicUnixClock());
    }

    // What FeedConnection does with a line in the normal case.
    internal static async Task ParseAsync(FeedLine line, FeedSession session)
    {
        while (true)
        {
            ReadResult result = await line.Reader.ReadAsync().ConfigureAwait(false);
            var buffer = result.Buffer;
            while (PipeFrames.TryReadChunk(
                ref buffer, out ReadOnlySpan<byte> bytes, out bool isLast, out long timeNs, out uint stamp))
            {
                if (isLast)
                {
                    session.OnFrame(bytes, timeNs, stamp);
                }
            }

            line.Reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                await line.Reader.CompleteAsync().ConfigureAwait(false);
                return;
            }
        }
    }
}
