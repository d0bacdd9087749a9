using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LowLatency.Replay;
using LowLatency.Sessions;
using LowLatency.Sessions.Metrics;
using LowLatency.Tests.Support;
using Prometheus;
using Xunit;

namespace LowLatency.Tests.Session;

public sealed class SessionMetricsTests
{
    private const string Latency = "lowlatency_order_latency_seconds";

    // Dashboards and alerts hang on these: users must be told of a change. The file is what the exporter before
    // prometheus-net wrote: name, type, labels and help of each family.
    [Fact]
    public void ShouldKeepEveryFamilysNameTypeLabelsAndHelp()
    {
        using var metrics = new SessionMetrics(new StillSession("BTCUSDT"), NoWeb);
        string page = Encoding.UTF8.GetString(metrics.Write());
        IEnumerable<string> families = metrics.Families
            .OrderBy(family => family.Name, StringComparer.Ordinal)
            .Select(family => $"{family.Name} {TypeOf(family)} [{string.Join(',', family.LabelNames)}] {family.Help}");

        Assert.Equal(
            File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "metrics.txt")), families);
        foreach (Collector family in metrics.Families)
        {
            Assert.Contains(
                $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {TypeOf(family)}\n", page,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ShouldGiveEverySeriesItsFamilysLabels()
    {
        var session = new StillSession("BTCUSDT", "ETHUSDT");
        session.Status = session.Status with
        {
            Gauges = [new GaugeValue("Glft", session.Status.Instruments[1], "spread_bp", "Spread.", 1.5)],
        };
        using var metrics = new SessionMetrics(session, NoWeb);
        Dictionary<string, string[]> labels = metrics.Families.ToDictionary(
            family => family.Name, family => family.LabelNames);
        foreach (string series in Series(metrics))
        {
            string name = series.Split('{', ' ')[0];
            string[] list = series.Contains('{', StringComparison.Ordinal) ? series.Split('{', '}')[1].Split(',') : [];
            IEnumerable<string> names = list.Select(label => label.Split('=')[0]);
            Assert.Equal(labels[name], names);
        }

        // All but the latency, which has had no order yet.
        IEnumerable<string> seen = Series(metrics).Select(series => series.Split('{', ' ')[0]).Distinct();
        Assert.Equal(
            labels.Keys.Where(name => name != Latency).Order(StringComparer.Ordinal),
            seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ShouldRemoveSeriesThatAreGone()
    {
        const string bad = "lowlatency_feed_bad_inputs_total{venue=\"binance\",reason=";
        var session = new StillSession("BTCUSDT");
        using var metrics = new SessionMetrics(session, NoWeb);
        session.Status = session.Status with
        {
            BadInputs = new Dictionary<string, long> { ["Malformed"] = 3, ["TooLong"] = 4 },
            Connections = [session.Status.Connections[0], session.Status.Connections[0] with { Name = "1" }],
        };
        string[] before = Series(metrics);
        Assert.Contains(bad + "\"Malformed\"} 3", before);
        Assert.Contains(bad + "\"TooLong\"} 4", before);
        Assert.Equal(9, before.Count(series => series.Contains("connection=\"1\"", StringComparison.Ordinal)));

        session.Status = session.Status with
        {
            BadInputs = new Dictionary<string, long> { ["TooLong"] = 5 },
            Connections = [session.Status.Connections[0]],
        };
        string[] after = Series(metrics);
        Assert.DoesNotContain(after, series => series.Contains("Malformed", StringComparison.Ordinal));
        Assert.Contains(bad + "\"TooLong\"} 5", after);
        Assert.DoesNotContain(after, series => series.Contains("connection=\"1\"", StringComparison.Ordinal));
        Assert.Equal(9, after.Count(series => series.Contains("connection=\"0\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void ShouldShowACounterThatBeginsAnewAsItIs()
    {
        var session = new StillSession("BTCUSDT");
        using var metrics = new SessionMetrics(session, NoWeb);
        foreach (long frames in (long[])[0, 100, 100, 7, 8])
        {
            session.Status = session.Status with { Feed = new FeedCounters { Frames = frames } };
            Assert.Contains($"lowlatency_feed_frames_total{{venue=\"binance\"}} {frames}", Series(metrics));
        }
    }

    [Fact]
    public void ShouldShowTheWebServersCounters()
    {
        using var metrics = new SessionMetrics(
            new StillSession("BTCUSDT"), () => new WebCounters(Connections: 3, Evicted: 4, LiveClients: 5, LiveCut: 6));

        Assert.Equal(
            [
                "lowlatency_web_connections 3", "lowlatency_web_evicted_connections_total 4",
                "lowlatency_web_live_clients 5", "lowlatency_web_live_cut_total 6",
            ],
            Series(metrics).Where(series => series.StartsWith("lowlatency_web_", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ShouldObserveLatenciesWithoutAllocating()
    {
        var session = new StillSession("BTCUSDT");
        using var metrics = new SessionMetrics(session, NoWeb);
        Assert.DoesNotContain(Series(metrics), series => series.StartsWith(Latency, StringComparison.Ordinal));
        Action<double> observe = session.OnOrderLatency!;
        observe(2);
        Assert.Equal(0, Allocations.Of(() => observe(3e-6)));
        string[] series = [.. Series(metrics).Where(item => item.StartsWith(Latency, StringComparison.Ordinal))];

        // A disturbed round is repeated, so there may be more than one small value.
        Assert.Contains(Latency + "_bucket{le=\"2.5e-06\"} 0", series);
        int small = int.Parse(series.Single(item => item.Contains("\"5e-06\"", StringComparison.Ordinal))[^2..],
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(small > 0);
        Assert.Contains($"{Latency}_bucket{{le=\"1\"}} {small}", series);
        Assert.Contains($"{Latency}_bucket{{le=\"+Inf\"}} {small + 1}", series);
        Assert.Contains($"{Latency}_count {small + 1}", series);
        Assert.Equal(24, series.Length);
        metrics.Dispose();
        Assert.Null(session.OnOrderLatency);
    }

    // The package's own callback would hide the fault and serve old numbers.
    [Fact]
    public void ShouldFailWhereTheStatusCannotBeRead()
    {
        var session = new StillSession("BTCUSDT");
        using var metrics = new SessionMetrics(session, NoWeb);
        Assert.NotEmpty(metrics.Write());
        session.Failure = new InvalidOperationException("no status");
        Assert.Same(session.Failure, Assert.Throws<InvalidOperationException>(metrics.Write));
    }

    private static string[] Series(SessionMetrics metrics) =>
    [
        .. Encoding.UTF8.GetString(metrics.Write()).Split('\n').Where(line => line.Length != 0 && line[0] != '#'),
    ];

    private static WebCounters NoWeb() => default;

    private static string TypeOf(Collector family) => family switch
    {
        Counter => "counter",
        Gauge => "gauge",
        Histogram => "histogram",
        _ => throw new NotSupportedException(family.GetType().Name),
    };
}
