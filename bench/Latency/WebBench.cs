using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Host.Metrics;
using LowLatency.Measures;

namespace LowLatency.Bench.Latency;

/// <summary>
/// What the web server costs the engine: the way from socket bytes to order bytes, as in <see cref="WireBench"/>, with
/// the server in the same process, in rounds that take turns: nobody there, a thousand scrapes a second, a hundred
/// watchers who never read, both. The visitors are another process, and on a small machine take the same cores.
/// </summary>
internal static class WebBench
{
    private const int MessagesPerSecond = 10_000;
    private const int WarmUpSeconds = 5;
    private const int SettleSeconds = 1;
    private const int Seconds = 8;
    private const int Scrapes = 1000;
    private const int Watchers = 100;
    private const double BytesPerMegabyte = 1e6;

    private static readonly (string Name, int Scrapes, int Watchers)[] s_kinds =
    [
        ("quiet", 0, 0),
        ("1,000 scrapes a second", Scrapes, 0),
        ("100 watchers who never read", 0, Watchers),
        ("both", Scrapes, Watchers),
    ];

    /// <param name="rounds">Rounds of each kind.</param>
    public static MeasureReport Run(int rounds) => MeasureAsync(rounds).GetAwaiter().GetResult();

    private static async Task<MeasureReport> MeasureAsync(int rounds)
    {
        using var venue = new WireVenue();
        WireEngine? engine = null;
        Instrument? instrument = null;
        var workload = new Workload(setup =>
        {
            instrument = setup.Instrument;
            return engine = new WireEngine(setup, WaitStrategyKind.Block, venue);
        });
        engine!.Start();
        await using FeedLine line = WireBench.NewLine(venue.Address);
        if (await line.OpenAsync(CancellationToken.None).ConfigureAwait(false) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        Task parsing = WireBench.ParseAsync(line, workload.Session);
        venue.Start();
        var session = new WireSession(instrument!, engine, workload.Session);
        var settings = new MetricsSettings { Port = 0, RequestsPerSecond = 1_000_000 };
        await using MetricsServer? server = await MetricsServer.StartAsync(settings, session).ConfigureAwait(false);
        int port = new Uri(server!.Address).Port;
        await venue.PlayAsync(MessagesPerSecond, WarmUpSeconds).ConfigureAwait(false);
        var found = new List<Round>();
        for (int i = 0; i < rounds * s_kinds.Length; i++)
        {
            found.Add(await PlayRoundAsync(venue, port, i % s_kinds.Length).ConfigureAwait(false));
        }

        engine.End();
        await line.EndAsync().ConfigureAwait(false);
        await parsing.ConfigureAwait(false);
        return new MeasureReport(
            "web",
            $"generated market, {MessagesPerSecond} messages a second, {rounds} rounds of {Seconds} s of each kind in "
                + "turn",
            "from when a message was due at the venue to when the order's bytes reach the venue, threads wait by "
                + "Block; medians of the rounds, least and most beside; ratios to the quiet round of the turn; venue "
                + "and visitors share the cores; no recorder, no journal, no TLS",
            s_kinds.Select((kind, index) => Summary(kind.Name, index, found)).ToArray(),
            venue.Problem);
    }

    private static async Task<Round> PlayRoundAsync(WireVenue venue, int port, int kind)
    {
        using Process? load = kind == 0
            ? null
            : WebLoad.Start(port, s_kinds[kind].Scrapes, s_kinds[kind].Watchers);
        await venue.PlayAsync(MessagesPerSecond, SettleSeconds).ConfigureAwait(false);
        venue.BeginAgain();
        double before = Environment.WorkingSet / BytesPerMegabyte;
        int[] collections = Collections();
        long allocated = GC.GetTotalAllocatedBytes();
        await venue.PlayAsync(MessagesPerSecond, Seconds).ConfigureAwait(false);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        int[] after = Collections();
        double resident = Environment.WorkingSet / BytesPerMegabyte;
        long pages = load is null ? 0 : WebLoad.End(load);
        return new Round(
            kind, venue.Total.Count, venue.Total.At(0.5), venue.Total.At(0.99), venue.Total.At(0.999), before, resident,
            after[0] - collections[0], after[2] - collections[2], allocated, pages);
    }

    private static int[] Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount).ToArray();

    private static Figure Summary(string name, int kind, List<Round> all)
    {
        Round[] rounds = all.Where(round => round.Kind == kind).ToArray();
        Round[] quiet = all.Where(round => round.Kind == 0).ToArray();
        double[] ratios = rounds.Zip(quiet, (round, beside) => round.P999 / beside.P999).ToArray();
        return Figure.Ours(
            name,
            ("orders", rounds.Sum(round => round.Orders)),
            ("p50_ns", Median(rounds.Select(round => round.P50))),
            ("p99_ns", Median(rounds.Select(round => round.P99))),
            ("p99.9_ns", Median(rounds.Select(round => round.P999))),
            ("p99.9_least_ns", rounds.Min(round => round.P999)),
            ("p99.9_most_ns", rounds.Max(round => round.P999)),
            ("p50_ratio", Median(rounds.Zip(quiet, (round, beside) => round.P50 / beside.P50))),
            ("p99_ratio", Median(rounds.Zip(quiet, (round, beside) => round.P99 / beside.P99))),
            ("p99.9_ratio", Median(ratios)),
            ("p99.9_ratio_least", ratios.Min()),
            ("p99.9_ratio_most", ratios.Max()),
            ("resident_megabytes_first", rounds[0].ResidentBefore),
            ("resident_megabytes_last", rounds[^1].ResidentAfter),
            ("resident_growth_median_megabytes",
                Median(rounds.Select(round => round.ResidentAfter - round.ResidentBefore))),
            (FigureNames.GcCollections, rounds.Sum(round => round.Collections)),
            ("gc_collections_gen2", rounds.Sum(round => round.FullCollections)),
            ("allocated_bytes_per_second", rounds.Sum(round => round.Allocated) / ((double)Seconds * rounds.Length)),
            ("pages_served", rounds.Sum(round => round.Pages)));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed record Round(
        int Kind, long Orders, double P50, double P99, double P999, double ResidentBefore, double ResidentAfter,
        int Collections, int FullCollections, long Allocated, long Pages);
}
