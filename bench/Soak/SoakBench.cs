using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace LowLatency.Bench.Soak;

/// <summary>
/// The live process on the embedded venue, for a long time at many times the market's pace: whether anything grows.
/// The system and the metrics page are asked each second.
/// </summary>
internal static class SoakBench
{

    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        SoakOptions options;
        try
        {
            options = SoakOptions.Parse(words);
        }
        catch (ArgumentException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message).ConfigureAwait(false);
            return 2;
        }

        var samples = new List<SystemSample>();
        var pages = new List<(double Seconds, MetricsPage Page)>();
        using var process = new SoakedProcess(options);
        await process.WaitForMarketAsync().ConfigureAwait(false);
        await WatchAsync(process, options, samples, pages).ConfigureAwait(false);
        bool diedEarly = process.HasExited;
        var report = new SoakReport(
            options, samples, pages, diedEarly ? null : await process.EndAsync().ConfigureAwait(false));
        KeepSamples(options, samples);

        report.Write(Console.Out);
        foreach (string line in process.Words.TakeLast(report.Broken.Count == 0 ? 0 : 20))
        {
            await Console.Error.WriteLineAsync($"  it wrote: {line}").ConfigureAwait(false);
        }

        if (options.Results.Length != 0)
        {
            await File.AppendAllTextAsync(options.Results, report.Line + "\n").ConfigureAwait(false);
        }

        return report.Broken.Count == 0 ? 0 : 1;
    }

    private static async Task WatchAsync(
        SoakedProcess process,
        SoakOptions options,
        List<SystemSample> samples,
        List<(double Seconds, MetricsPage Page)> pages)
    {
        for (int second = 0; process.Age < options.Length && !process.HasExited; second++)
        {
            TimeSpan wait = TimeSpan.FromSeconds(second) - process.Age;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait).ConfigureAwait(false);
            }

            try
            {
                samples.Add(process.Sample());
                pages.Add((process.Age.TotalSeconds, await process.ScrapeAsync().ConfigureAwait(false)));
            }
            catch (Exception fault) when (process.HasExited && fault is not OutOfMemoryException)
            {
                return;
            }

            if (second % 60 == 0)
            {
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{second / 60,4} min  {samples[^1].ResidentBytes / 1e6:0.0} MB resident  "
                    + $"{samples[^1].Handles} handles  {samples[^1].Threads} threads  "
                    + $"{pages[^1].Page.Sum("lowlatency_feed_events_total"):#,0} events")).ConfigureAwait(false);
            }
        }
    }

    private static void KeepSamples(SoakOptions options, List<SystemSample> samples)
    {
        if (options.Samples.Length != 0)
        {
            File.WriteAllLines(options.Samples, samples
                .Select(sample => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sample.Seconds:0.000},{sample.ResidentBytes},{sample.AnonymousBytes},"
                    + $"{sample.Handles},{sample.Threads}"))
                .Prepend("seconds,resident_bytes,anonymous_bytes,handles,threads"));
        }
    }
}
