using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using LowLatency.Recorder;

namespace LowLatency.Bench.Soak;

/// <summary>
/// What a soak has seen: all samples of the system, which also go to a file as they come, and of the pages no more than
/// the first and the last that are judged. One thread.
/// </summary>
internal sealed class SoakFindings : IDisposable
{
    private readonly double _judgedFromSeconds;
    private readonly List<SystemSample> _samples = [];
    private readonly StreamWriter? _file;
    private MetricsPage? _newest;

    /// <exception cref="IOException">The file of samples cannot be made.</exception>
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

    /// <summary>What the system said, the warm-up included, in the order of time.</summary>
    public IReadOnlyList<SystemSample> Samples => _samples;

    /// <summary>The first page after the warm-up; null before there is one.</summary>
    public (double Seconds, MetricsPage Page)? First { get; private set; }

    /// <summary>The last page; null before there is one after the warm-up.</summary>
    public (double Seconds, MetricsPage Page)? Last { get; private set; }

    /// <summary>Pages that came after the warm-up.</summary>
    public long CheckedPages { get; private set; }

    /// <summary>Scrapes without a page, the warm-up included.</summary>
    public long FailedScrapes { get; private set; }

    /// <summary>The newest of all, in words.</summary>
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

    /// <param name="seconds">Since the process's start.</param>
    /// <param name="page">The page that came.</param>
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
