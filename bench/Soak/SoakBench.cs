using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LowLatency.Recorder;

namespace LowLatency.Bench.Soak;

/// <summary>
/// Runs the live process on the embedded venue for a long time at many times real time, and checks for growth. System
/// and metrics page are sampled every second.
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

        using var found = new SoakFindings(options);
        using var process = new SoakedProcess(options);
        await process.WaitForMarketAsync().ConfigureAwait(false);
        await WatchAsync(process, options, found).ConfigureAwait(false);
        bool diedEarly = process.HasExited;
        var report = new SoakReport(options, found, diedEarly ? null : await process.EndAsync().ConfigureAwait(false));

        report.Write(Console.Out);
        foreach (string line in process.Text.TakeLast(report.Broken.Count == 0 ? 0 : 20))
        {
            await Console.Error.WriteLineAsync($"  output: {line}").ConfigureAwait(false);
        }

        if (options.Results.Length != 0)
        {
            string earlier = File.Exists(options.Results) ? File.ReadAllText(options.Results) : string.Empty;
            PrivateFile.WriteAllText(options.Results, earlier + report.Line + "\n");
        }

        return report.Broken.Count == 0 ? 0 : 1;
    }

    private static async Task WatchAsync(SoakedProcess process, SoakOptions options, SoakFindings found)
    {
        int minute = 0;
        for (int second = 0; process.Age < options.Length && !process.HasExited;)
        {
            TimeSpan wait = TimeSpan.FromSeconds(second) - process.Age;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait).ConfigureAwait(false);
            }

            try
            {
                found.Add(process.Sample());
                await ScrapeAsync(process, found).ConfigureAwait(false);
            }
            catch (Exception fault) when (process.HasExited && fault is not OutOfMemoryException)
            {
                return;
            }

            if (process.Age.TotalMinutes >= minute)
            {
                await Console.Error.WriteLineAsync($"{minute,4} min  {found.Newest}").ConfigureAwait(false);
                minute = (int)process.Age.TotalMinutes + 1;
            }

            // Scrapes missed during a slow one are skipped.
            second = Math.Max(second + 1, (int)process.Age.TotalSeconds);
        }
    }

    private static async Task ScrapeAsync(SoakedProcess process, SoakFindings found)
    {
        try
        {
            MetricsPage page = await process.ScrapeAsync().ConfigureAwait(false);
            found.Add(process.Age.TotalSeconds, page);
        }
        catch (Exception fault) when (!process.HasExited && fault is HttpRequestException or OperationCanceledException)
        {
            found.AddFailedScrape();
            await Console.Error.WriteLineAsync(
                $"a scrape failed after {process.Age.TotalSeconds:0} s: {fault.Message}").ConfigureAwait(false);
        }
    }
}
