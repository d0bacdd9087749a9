using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

namespace LowLatency.Host.Metrics;

/// <summary>
/// Writes the platform's own instruments in Prometheus' text format 0.0.4. A dotted instrument name becomes one with
/// underscores, its unit a suffix, a counter ends in <c>_total</c>.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();

    // By exposed name, so that the page's order never changes.
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>Listens to the meters of one name.</summary>
    public PrometheusExporter(string meterName)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meterName)
            {
                // Another type would be missing from the page, in silence.
                Type type = instrument.GetType().GetGenericArguments()[0];
                if (type != typeof(long) && type != typeof(double))
                {
                    throw new NotSupportedException($"{instrument.Name} counts in {type.Name}: take long or double");
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>The page as it stands now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (Family family in _families.Values)
            {
                family.ForgetObserved();
            }
        }

        _listener.RecordObservableInstruments();
        var page = new StringBuilder();
        lock (_gate)
        {
            foreach ((string name, Family family) in _families)
            {
                family.Write(page, name);
            }
        }

        return page.ToString();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = ExposedName(instrument);
        string labels = Labels(tags);
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out Family? family))
            {
                family = new Family(instrument);
                _families[name] = family;
            }

            family.Take(labels, value);
        }
    }

    private static bool IsCounter(Instrument instrument) =>
        instrument is Counter<long> or ObservableCounter<long> or ObservableCounter<double>;

    private static string ExposedName(Instrument instrument)
    {
        string name = instrument.Name.Replace('.', '_');
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => string.Empty,
        };
        return name + unit + (IsCounter(instrument) ? "_total" : string.Empty);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            string value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? string.Empty;
            text.Append(text.Length == 0 ? string.Empty : ",").Append(tag.Key).Append("=\"")
                .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.ToString();
    }

    private static string Number(double value) => double.IsPositiveInfinity(value)
        ? "+Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>All series of one name.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, HistogramCounts> _histograms = new(StringComparer.Ordinal);
        private readonly double[] _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries
            ?.ToArray() ?? [];

        // A series that is no longer observed must not stay on the page.
        public void ForgetObserved()
        {
            if (instrument.IsObservable)
            {
                _values.Clear();
            }
        }

        public void Take(string labels, double value)
        {
            if (instrument is Histogram<double>)
            {
                if (!_histograms.TryGetValue(labels, out HistogramCounts? counts))
                {
                    counts = new HistogramCounts(_bounds);
                    _histograms[labels] = counts;
                }

                counts.Add(value);
            }
            else
            {
                _values[labels] = instrument is Counter<long> ? _values.GetValueOrDefault(labels) + value : value;
            }
        }

        public void Write(StringBuilder page, string name)
        {
            string type = instrument is Histogram<double> ? "histogram" : IsCounter(instrument) ? "counter" : "gauge";
            string help = (instrument.Description ?? name).Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            page.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
            page.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach ((string labels, double value) in _values)
            {
                WriteLine(page, name, labels, value);
            }

            foreach ((string labels, HistogramCounts counts) in _histograms)
            {
                counts.Write(page, name, labels);
            }
        }
    }

    private sealed class HistogramCounts(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _sum;

        public void Add(double value)
        {
            int bucket = Array.BinarySearch(bounds, value);
            _counts[bucket < 0 ? ~bucket : bucket]++;
            _sum += value;
        }

        public void Write(StringBuilder page, string name, string labels)
        {
            string comma = labels.Length == 0 ? string.Empty : ",";
            long total = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                total += _counts[i];
                string bound = Number(i < bounds.Length ? bounds[i] : double.PositiveInfinity);
                WriteLine(page, name + "_bucket", $"{labels}{comma}le=\"{bound}\"", total);
            }

            WriteLine(page, name + "_sum", labels, _sum);
            WriteLine(page, name + "_count", labels, total);
        }
    }

    private static void WriteLine(StringBuilder page, string name, string labels, double value)
    {
        page.Append(name);
        if (labels.Length != 0)
        {
            page.Append('{').Append(labels).Append('}');
        }

        page.Append(' ').Append(Number(value)).Append('\n');
    }
}
