using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Measures;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Measures;
using LowLatency.Sessions;

namespace LowLatency.Bench.Latency;

/// <summary>
/// What the web server costs the engine: latency from socket bytes to order bytes, as in <see cref="WireBench"/>, with
/// the server in the same process. Rounds alternate: no clients, a thousand scrapes a second, a hundred watchers that
/// never read, both. The clients represent other machines: they are another process with the lowest priority, because
/// on a small machine they use the same cores. Each round is compared with the quiet round of its turn, and each quiet
/// round with the previous one, which shows the effect of chance. If the clients did not get what they requested, the
/// figures are invalid.
/// </summary>
internal static class WebBench
{
    private const int MessagesPerSecond = 10_000;
    private const int WarmUpSeconds = 5;
    private const int SettleSeconds = 1;
    private const int Seconds = 4;
    private const int Scrapes = 1000;
    private const int Watchers = 100;
    private const double MinServed = 0.99;
    private const double BytesPerMegabyte = 1e6;

    private static readonly (string Name, int Scrapes, int Watchers)[] s_kinds =
    [
        ("quiet", 0, 0),
        ("1,000 scrapes a second", Scrapes, 0),
        ("100 watchers that never read", 0, Watchers),
        ("both", Scrapes, Watchers),
    ];

    private static readonly (string Name, Func<Part, double> At)[] s_percentiles =
        [("p50", part => part.P50), ("p99", part => part.P99), ("p99.9", part => part.P999)];

    /// <param name="rounds">Rounds of each kind.</param>
    /// <param name="priority">Real-time priority of the engine's and the gateway's threads, 1 to 99; 0 for
    /// none.</param>
    public static MeasureReport Run(int rounds, int priority = 0) =>
        MeasureAsync(rounds, priority).GetAwaiter().GetResult();

    private static async Task<MeasureReport> MeasureAsync(int rounds, int priority)
    {
        using var venue = new WireVenue { IsSleeping = true };
        WireEngine? engine = null;
        Instrument? instrument = null;
        var workload = new Workload(setup =>
        {
            instrument = setup.Instrument;
            engine = new WireEngine(setup, WaitStrategyKind.Block, venue, priority);
            return engine.Core;
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
        await using SessionServer? server = await MetricsSetup.StartAsync(settings, session).ConfigureAwait(false);
        int port = new Uri(server!.Address).Port;
        await venue.PlayAsync(MessagesPerSecond, WarmUpSeconds).ConfigureAwait(false);
        var found = new List<Round>();
        LatencyHistogram[] all = s_kinds.Select(_ => new LatencyHistogram()).ToArray();
        for (int i = 0; i < rounds * s_kinds.Length; i++)
        {
            int kind = i % s_kinds.Length;
            found.Add(await PlayRoundAsync(venue, port, kind).ConfigureAwait(false));
            all[kind].Add(venue.Deciding);
        }

        engine.End();
        await line.EndAsync().ConfigureAwait(false);
        await parsing.ConfigureAwait(false);
        return new MeasureReport(
            "web",
            $"generated market, {MessagesPerSecond} messages per second, {rounds} rounds of {Seconds} s of each kind "
                + $"in turn, engine and gateway with {(priority == 0 ? "normal" : $"real-time {priority}")} priority",
            "engine: from the receive stamp to the gateway's receipt of the order; wire also includes the time before "
                + "the stamp, such as a feed thread waiting for a core: from a message's due time at the venue to "
                + "the arrival of the order's bytes; wait strategy Block; medians of the rounds; "
                + "ratios to the quiet round of the turn, of a quiet round to the previous one, with bounds that "
                + "contain the median in 95 of 100 cases; of all: the orders of all rounds together; venue and clients "
                + "share the cores, the clients with the lowest priority; no recorder, no journal, no TLS",
            s_kinds.Select((kind, index) => Summary(kind.Name, index, found, all)).ToArray(),
            venue.Problem ?? LackOf(found));
    }

    // What the clients requested but did not get, as text; null if they got everything.
    private static string? LackOf(List<Round> found)
    {
        string[] lacks = found
            .GroupBy(round => round.Kind)
            .Select(rounds =>
                (Kind: s_kinds[rounds.Key], Rate: RateOf(rounds), Min: rounds.Min(item => item.Watching)))
            .Where(item => item.Rate < MinServed * item.Kind.Scrapes || item.Min < item.Kind.Watchers)
            .Select(item => string.Create(
                CultureInfo.InvariantCulture,
                $"{item.Kind.Name}: {item.Rate:0} of {item.Kind.Scrapes} scrapes per second were served, "
                    + $"{item.Min} of {item.Kind.Watchers} watchers were accepted"))
            .ToArray();
        return lacks.Length == 0 ? null : string.Join("; ", lacks);
    }

    private static double RateOf(IEnumerable<Round> rounds) =>
        rounds.Sum(round => round.Pages) / rounds.Sum(round => round.Seconds);

    private static async Task<Round> PlayRoundAsync(WireVenue venue, int port, int kind)
    {
        using WebLoad? load = kind == 0
            ? null
            : WebLoad.Start(port, s_kinds[kind].Scrapes, s_kinds[kind].Watchers);
        await venue.PlayAsync(MessagesPerSecond, SettleSeconds).ConfigureAwait(false);
        venue.BeginAgain();
        double before = Environment.WorkingSet / BytesPerMegabyte;
        int[] collections = Collections();
        long allocated = GC.GetTotalAllocatedBytes();
        long pages = -(load?.CountPages() ?? 0);
        long start = Stopwatch.GetTimestamp();
        await venue.PlayAsync(MessagesPerSecond, Seconds).ConfigureAwait(false);
        pages += load?.CountPages() ?? 0;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        int[] after = Collections();
        double resident = Environment.WorkingSet / BytesPerMegabyte;
        return new Round(
            kind, venue.Deciding.Count, Part.Of(venue.Deciding), Part.Of(venue.Total), before, resident,
            after[0] - collections[0], after[2] - collections[2], allocated, pages, seconds,
            load?.Watching ?? 0);
    }

    private static int[] Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount).ToArray();

    private static Figure Summary(string name, int kind, List<Round> found, LatencyHistogram[] all)
    {
        Round[] rounds = found.Where(round => round.Kind == kind).ToArray();
        Round[] quiet = found.Where(round => round.Kind == 0).ToArray();
        (Round Of, Round To)[] pairs = kind == 0
            ? quiet.Skip(1).Zip(quiet).ToArray()
            : rounds.Zip(quiet).ToArray();
        return Figure.Ours(
            name,
            [
                ("orders", rounds.Sum(round => round.Orders)),
                .. s_percentiles.SelectMany(item => (IEnumerable<(string, double)>)
                [
                    .. Latencies($"engine_{item.Name}", rounds, pairs, round => item.At(round.Engine)),
                    .. Latencies($"wire_{item.Name}", rounds, pairs, round => item.At(round.Wire)),
                ]),
                ("engine_p99.9_of_all_ns", all[kind].At(0.999)),
                ("engine_p99.9_of_all_ratio", (double)all[kind].At(0.999) / all[0].At(0.999)),
                ("resident_megabytes_first", rounds[0].ResidentBefore),
                ("resident_megabytes_last", rounds[^1].ResidentAfter),
                ("resident_growth_median_megabytes",
                    Spread.Of(rounds.Select(round => round.ResidentAfter - round.ResidentBefore)).Median),
                (FigureNames.GcCollections, rounds.Sum(round => round.Collections)),
                ("gc_collections_gen2", rounds.Sum(round => round.FullCollections)),
                ("allocated_bytes_per_second",
                    rounds.Sum(round => round.Allocated) / ((double)Seconds * rounds.Length)),
                ("scrapes_per_second", RateOf(rounds)),
                ("watchers_let_in", rounds.Min(round => round.Watching)),
            ]);
    }

    private static IEnumerable<(string Name, double Value)> Latencies(
        string name, Round[] rounds, (Round Of, Round To)[] pairs, Func<Round, double> at)
    {
        yield return ($"{name}_ns", Spread.Of(rounds.Select(at)).Median);
        if (pairs.Length != 0)
        {
            var ratios = Spread.Of(pairs.Select(pair => at(pair.Of) / at(pair.To)));
            yield return ($"{name}_ratio", ratios.Median);
            yield return ($"{name}_ratio_low", ratios.Low);
            yield return ($"{name}_ratio_high", ratios.High);
        }
    }

    /// <summary>A round's latencies for one part of the path.</summary>
    private readonly record struct Part(double P50, double P99, double P999)
    {
        public static Part Of(LatencyHistogram found) => new(found.At(0.5), found.At(0.99), found.At(0.999));
    }

    private sealed record Round(
        int Kind, long Orders, Part Engine, Part Wire, double ResidentBefore, double ResidentAfter,
        int Collections, int FullCollections, long Allocated, long Pages, double Seconds, int Watching);
}
