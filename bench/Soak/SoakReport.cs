using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Measures;

namespace LowLatency.Bench.Soak;

/// <summary>Results of a soak, and the limits it exceeded.</summary>
internal sealed class SoakReport
{
    // Memory is evaluated by means over this many seconds, because neighbouring samples are correlated.
    private const double MeanSeconds = 10;
    private const int GenerationMax = 2;

    // The thread pool may have a worker more or less at any moment; a leak keeps adding.
    private const int HandleSlack = 2;
    private const int ThreadSlack = 3;

    // A machine may stall for a moment; a broken server keeps failing.
    private const long FailedScrapesMax = 3;

    private readonly SoakOptions _options;
    private readonly SoakFindings _found;
    private readonly SystemSample[] _samples;
    private readonly MetricsPage _first;
    private readonly MetricsPage _last;
    private readonly double _seconds;
    private readonly int? _exitCode;
    private readonly List<string> _broken = [];

    /// <exception cref="InvalidOperationException">There are too few samples.</exception>
    public SoakReport(SoakOptions options, SoakFindings found, int? exitCode)
    {
        _options = options;
        _found = found;
        _exitCode = exitCode;
        double from = options.Skipped.TotalSeconds;
        _samples = found.Samples.Where(sample => sample.Seconds >= from).ToArray();
        if (_samples.Length < 3 * MeanSeconds || found.CheckedPages < 2)
        {
            throw new InvalidOperationException(
                $"too few samples after the warm-up; {found.FailedScrapes} scrapes failed");
        }

        (double firstSeconds, _first) = found.First!.Value;
        (double lastSeconds, _last) = found.Last!.Value;
        _seconds = lastSeconds - firstSeconds;
        Resident = TrendOf(sample => sample.ResidentBytes);
        Anonymous = TrendOf(sample => sample.AnonymousBytes);
        Check();
    }

    /// <summary>Slope of resident memory, in millions of bytes per hour.</summary>
    public Trend Resident { get; }

    /// <summary>Slope of anonymous memory, likewise.</summary>
    public Trend Anonymous { get; }

    /// <summary>Exceeded limits, as text.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>All results in one line.</summary>
    public string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} soak {_options.Length.TotalMinutes:0.#} min at {_options.Speed} times, "
        + $"{(_options.Input.Length == 0 ? "generated market" : Path.GetFileName(_options.Input))}, "
        + $"after {_options.Skipped.TotalSeconds:0} s: resident {Megabytes(_samples[0].ResidentBytes)} to "
        + $"{Megabytes(_samples[^1].ResidentBytes)} MB, slope {Text(Resident)} MB/h; collections "
        + $"{Collections(0)}/{Collections(1)}/{Collections(2)}; handles {Growth(item => item.Handles):+0;-0;0}, "
        + $"threads {Growth(item => item.Threads):+0;-0;0}; {Added("lowlatency_feed_events_total"):#,0} events, "
        + $"{Orders():#,0} orders; {ScrapeText}; exit code {ExitText}; {Verdict}");

    private string Verdict => Broken.Count == 0 ? "all held" : $"BROKEN: {string.Join("; ", Broken)}";

    private string ScrapeText => string.Create(
        CultureInfo.InvariantCulture,
        $"{(_found.CheckedPages - 1) / _seconds:0.00} scrapes per second, {_found.FailedScrapes} failed");

    private string ExitText => _exitCode is { } code
        ? code.ToString(CultureInfo.InvariantCulture)
        : "none, it ended early";

    /// <summary>Writes the results as text.</summary>
    public void Write(TextWriter output)
    {
        SystemSample first = _samples[0];
        SystemSample last = _samples[^1];
        double events = Added("lowlatency_feed_events_total");
        double megabytes = Added("lowlatency_gc_allocated_bytes_total") / 1e6;
        (string Name, FormattableString Text)[] lines =
        [
            ("soak", $"{_options.Length.TotalMinutes:0.#} minutes at {_options.Speed} times real time"),
            ("warm-up", $"{_options.Skipped.TotalSeconds:0} s, not included in the figures"),
            ("resident memory", $"{Megabytes(first.ResidentBytes)} to {Megabytes(last.ResidentBytes)} MB"),
            ("  slope", $"{Text(Resident)} MB per hour, limit {_options.MegabytesAnHourMax}"),
            ("  anonymous", $"{Megabytes(first.AnonymousBytes)} to {Megabytes(last.AnonymousBytes)} MB"),
            ("  slope", $"{Text(Anonymous)} MB per hour"),
            ("collections", $"generation 0: {Collections(0)}, 1: {Collections(1)}, 2: {Collections(2)}"),
            ("allocated", $"{megabytes / _seconds:0.00} MB per second, by the whole process"),
            ("handles", $"{first.Handles} to {last.Handles}, medians {Growth(item => item.Handles):+0;-0;0}"),
            ("threads", $"{first.Threads} to {last.Threads}, medians {Growth(item => item.Threads):+0;-0;0}"),
            ("events", $"{events:#,0}, {events / _seconds:#,0} per second"),
            ("orders", $"{Orders():#,0} placed, {Added("lowlatency_orders_total", "outcome=\"filled\""):#,0} filled"),
            ("recorded", $"{Added("lowlatency_recorder_records_total"):#,0} records"),
            ("  lost", $"{Added("lowlatency_recorder_dropped_records_total"):#,0}"),
            ("ring full", $"{Added("lowlatency_ring_full_waits_total"):#,0} times"),
            ("gaps", $"{Added("lowlatency_feed_gaps_total"):#,0}"),
            ("metrics page", $"{ScrapeText}"),
            ("exit code", $"{ExitText}"),
        ];
        foreach ((string name, FormattableString words) in lines)
        {
            output.WriteLine($"{name,-18}{words.ToString(CultureInfo.InvariantCulture)}");
        }

        foreach (string words in Broken)
        {
            output.WriteLine($"BROKEN: {words}");
        }
    }

    private void Check()
    {
        Demand(Collections(GenerationMax) == 0, $"{Collections(GenerationMax)} collections of generation 2");
        Demand(!Resident.IsAbove(_options.MegabytesAnHourMax), $"memory grows by {Text(Resident)} MB per hour");
        Demand(Growth(item => item.Handles) <= HandleSlack, "handles grow");
        Demand(Growth(item => item.Threads) <= ThreadSlack, "threads grow");
        Demand(Added("lowlatency_feed_events_total") > 0, "no events");
        Demand(Added("lowlatency_recorder_dropped_records_total") == 0, "records were lost");
        Demand(_last.Sum("lowlatency_trading_stopped") == 0, "trading was stopped");
        Demand(_found.FailedScrapes <= FailedScrapesMax, $"{_found.FailedScrapes} scrapes failed");
        Demand(_exitCode == 0, $"the exit code is {ExitText}");
    }

    private void Demand(bool holds, string words)
    {
        if (!holds)
        {
            _broken.Add(words);
        }
    }

    private Trend TrendOf(Func<SystemSample, long> bytes) => Trend.Of(_samples
        .GroupBy(sample => Math.Floor(sample.Seconds / MeanSeconds))
        .Select(group => (group.Average(item => item.Seconds) / 3600, group.Average(item => bytes(item)) / 1e6))
        .ToArray());

    // The median of the last quarter minus that of the first.
    private double Growth(Func<SystemSample, int> count)
    {
        int quarter = _samples.Length / 4;
        return Median(_samples[^quarter..]) - Median(_samples[..quarter]);

        double Median(SystemSample[] part) => part.Select(count).Order().ElementAt(part.Length / 2);
    }

    private double Added(string name, params string[] labels) => _last.Sum(name, labels) - _first.Sum(name, labels);

    private double Collections(int generation) =>
        Added("lowlatency_gc_collections_total", $"generation=\"{generation}\"");

    private double Orders() => Added("lowlatency_orders_total", "outcome=\"placed\"");

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Text(Trend trend) =>
        string.Create(CultureInfo.InvariantCulture, $"{trend.Slope:+0.00;-0.00} ± {trend.StandardError:0.00}");
}
