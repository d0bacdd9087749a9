using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using LowLatency.Recorder;

namespace LowLatency.Bench.Soak;

/// <summary>
/// Observations of a soak: all samples of the system, which are also written to a file, and the first and last metrics
/// page after the warm-up. Single thread.
/// </summary>
internal sealed class SoakFindings : IDisposable
{
    private readonly double _judgedFromSeconds;
    private readonly List<SystemSample> _samples = [];
    private readonly StreamWriter? _file;
    private MetricsPage? _newest;

    /// <exception cref="IOException">The file of samples cannot be created.</exception>
    public SoakFindings(SoakOptions options)
    {
        _judgedFromSeconds = options.Skipped.TotalSeconds;
        if (options.Samples.Length != 0)
        {
            File.Delete(options.Samples);
            _file = new StreamWriter(PrivateFile.CreateNew(options.Samples)) { AutoFlush = true };
            _file.WriteLine("seconds,resident_bytes,anonymous_bytes,handles,threads");
        }
    }

    /// <summary>Samples of the system in order of time, including the warm-up.</summary>
    public IReadOnlyList<SystemSample> Samples => _samples;

    /// <summary>The first page after the warm-up; null before that.</summary>
    public (double Seconds, MetricsPage Page)? First { get; private set; }

    /// <summary>The last page; null before the first one after the warm-up.</summary>
    public (double Seconds, MetricsPage Page)? Last { get; private set; }

    /// <summary>Number of pages after the warm-up.</summary>
    public long CheckedPages { get; private set; }

    /// <summary>Failed scrapes, including the warm-up.</summary>
    public long FailedScrapes { get; private set; }

    /// <summary>The latest sample, as text.</summary>
    public string Newest => string.Create(
        CultureInfo.InvariantCulture,
        $"{_samples[^1].ResidentBytes / 1e6:0.0} MB resident  {_samples[^1].Handles} handles  "
        + $"{_samples[^1].Threads} threads  {_newest?.Sum("lowlatency_feed_events_total") ?? 0:#,0} events");

    public void Add(SystemSample sample)
    {
        _samples.Add(sample);
        _file?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sample.Seconds:0.000},{sample.ResidentBytes},{sample.AnonymousBytes},")
            + string.Create(CultureInfo.InvariantCulture, $"{sample.Handles},{sample.Threads}"));
    }

    /// <param name="seconds">Time since the process's start.</param>
    /// <param name="page">The page.</param>
    public void Add(double seconds, MetricsPage page)
    {
        _newest = page;
        if (seconds >= _judgedFromSeconds)
        {
            First ??= (seconds, page);
            Last = (seconds, page);
            CheckedPages++;
        }
    }

    public void AddFailedScrape() => FailedScrapes++;

    public void Dispose() => _file?.Dispose();
}
