using System;
using System.Buffers;
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
    private readonly Lock _writing = new();
    private readonly StringBuilder _page = new();

    // By exposed name, so that the page's order never changes. Under _gate.
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

                listener.EnableMeasurementEvents(instrument, Find(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Take(family, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Take(family, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>The page as it stands now, in UTF-8. Whoever measures something meanwhile waits for the copy of one
    /// family's numbers at most, never for the page.</summary>
    public byte[] Write()
    {
        lock (_writing)
        {
            KeyValuePair<string, Family>[] families;
            lock (_gate)
            {
                families = [.. _families];
            }

            foreach (KeyValuePair<string, Family> family in families)
            {
                family.Value.ForgetObserved();
            }

            _listener.RecordObservableInstruments();
            _page.Clear();
            foreach ((string name, Family family) in families)
            {
                family.Write(_page, name);
            }

            return Bytes(_page);
        }
    }

    private static byte[] Bytes(StringBuilder page)
    {
        var bytes = new ArrayBufferWriter<byte>(page.Length + 1);
        Encoder encoder = Encoding.UTF8.GetEncoder();
        foreach (ReadOnlyMemory<char> chunk in page.GetChunks())
        {
            encoder.Convert(chunk.Span, bytes, flush: false, out _, out _);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private Family Find(Instrument instrument)
    {
        string name = ExposedName(instrument);
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out Family? family))
            {
                family = new Family(instrument);
                _families[name] = family;
            }

            return family;
        }
    }

    private static void Take(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((Family)family!).Take(tags.IsEmpty ? string.Empty : Labels(tags), value);

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
        private readonly Lock _gate = new();
        private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, HistogramCounts> _histograms = new(StringComparer.Ordinal);
        private readonly double[] _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries
            ?.ToArray() ?? [];

        // A series that is no longer observed must not stay on the page.
        public void ForgetObserved()
        {
            if (instrument.IsObservable)
            {
                lock (_gate)
                {
                    _values.Clear();
                }
            }
        }

        public void Take(string labels, double value)
        {
            lock (_gate)
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
        }

        public void Write(StringBuilder page, string name)
        {
            KeyValuePair<string, double>[] values;
            (string Labels, HistogramCounts Counts)[] histograms;
            lock (_gate)
            {
                values = [.. _values];
                histograms = [.. _histograms.Select(pair => (pair.Key, pair.Value.Copy()))];
            }

            // A family that nobody has measured yet is no family.
            if (values.Length + histograms.Length == 0)
            {
                return;
            }

            string type = instrument is Histogram<double> ? "histogram" : IsCounter(instrument) ? "counter" : "gauge";
            string help = (instrument.Description ?? name).Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            page.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
            page.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach ((string labels, double value) in values)
            {
                WriteLine(page, name, labels, value);
            }

            foreach ((string labels, HistogramCounts counts) in histograms)
            {
                counts.Write(page, name, labels);
            }
        }
    }

    private sealed class HistogramCounts(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _sum;

        public HistogramCounts Copy()
        {
            var copy = new HistogramCounts(bounds) { _sum = _sum };
            _counts.CopyTo(copy._counts, 0);
            return copy;
        }

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
