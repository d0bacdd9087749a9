using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using Prometheus;
using Instrument = LowLatency.Engine.Instruments.Instrument;

namespace LowLatency.Sessions.Metrics;

/// <summary>Reads one number of an instrument.</summary>
public delegate double InstrumentReader(Instrument instrument, in InstrumentView view, SymbolCounters symbol);

/// <summary>
/// Metric families whose series are set from a session's status, all in one go before a page is written. One thread at
/// a time.
/// </summary>
/// <param name="factory">Makes the families.</param>
/// <param name="venue">The session's venue, the first label of most series.</param>
public sealed class StatusFamilies(MetricFactory factory, string venue)
{
    private const string Venue = "venue";
    private const string Symbol = "symbol";

    private readonly List<Collector> _families = [];
    private readonly List<Action<SessionStatus>> _updates = [];
    private readonly List<(Func<string[], Action<double>> Open, string[] Labels, InstrumentReader Read)> _each = [];

    // By instrument and in the order of _each.
    private readonly List<Action<double>[]> _eachSeries = [];

    /// <summary>The families made so far.</summary>
    public IReadOnlyList<Collector> All => _families;

    /// <summary>Sets all series.</summary>
    public void Fill(SessionStatus status)
    {
        foreach (Action<SessionStatus> update in _updates)
        {
            update(status);
        }

        foreach (Instrument instrument in status.Instruments)
        {
            if (instrument.Id == _eachSeries.Count)
            {
                _eachSeries.Add([.. _each.Select(item => item.Open([venue, instrument.Symbol, .. item.Labels]))]);
            }

            Action<double>[] series = _eachSeries[instrument.Id];
            InstrumentView view = status.View(instrument.Id);
            SymbolCounters symbol = status.Symbol(instrument.Id);
            for (int i = 0; i < series.Length; i++)
            {
                series[i](_each[i].Read(instrument, in view, symbol));
            }
        }
    }

    /// <summary>A gauge without labels.</summary>
    public void Gauge(string name, string help, Func<SessionStatus, double> read) =>
        Gauge(name, help, [], ([], read));

    /// <summary>A gauge of several series, each with its labels' values.</summary>
    public void Gauge(
        string name, string help, string[] labels,
        params (string[] Values, Func<SessionStatus, double> Read)[] series) =>
        Add(NewGauge(name, help, labels), series);

    /// <summary>A counter with the venue as its label.</summary>
    public void Count(string name, string help, Func<SessionStatus, double> read) =>
        Count(name, help, [Venue], ([venue], read));

    /// <summary>A counter of several series, each with its labels' values.</summary>
    public void Count(
        string name, string help, string[] labels,
        params (string[] Values, Func<SessionStatus, double> Read)[] series) =>
        Add(NewCounter(name, help, labels), series);

    /// <summary>A gauge of each instrument.</summary>
    public void GaugeEach(string name, string help, InstrumentReader read) =>
        _each.Add((NewGauge(name, help, [Venue, Symbol]), [], read));

    /// <summary>A counter of each instrument.</summary>
    public void CountEach(string name, string help, InstrumentReader read) =>
        CountEach(name, help, [], ([], read));

    /// <summary>A counter of each instrument with more labels, of each of which all values are known.</summary>
    public void CountEach(
        string name, string help, string[] labels, params (string[] Values, InstrumentReader Read)[] series)
    {
        Func<string[], Action<double>> open = NewCounter(name, help, [Venue, Symbol, .. labels]);
        _each.AddRange(series.Select(item => (open, item.Values, item.Read)));
    }

    /// <summary>A counter whose series come and go: one for each item, told apart by a label.</summary>
    public void CountItems<T>(
        string name, string help, string label, Func<SessionStatus, IEnumerable<T>> list, Func<T, string> key,
        Func<T, double> read)
    {
        Counter family = factory.CreateCounter(name, help, [Venue, label]);
        _families.Add(family);
        AddItems(
            list, item => [key(item)], read, values => Open(family, [venue, .. values]),
            values => family.RemoveLabelled([venue, .. values]));
    }

    /// <summary>A gauge whose series come and go: one for each item, told apart by labels.</summary>
    public void GaugeItems<T>(
        string name, string help, string[] labels, Func<SessionStatus, IEnumerable<T>> list, Func<T, string[]> key,
        Func<T, double> read)
    {
        Gauge family = factory.CreateGauge(name, help, [Venue, .. labels]);
        _families.Add(family);
        AddItems(
            list, key, read, values => family.WithLabels([venue, .. values]).Set,
            values => family.RemoveLabelled([venue, .. values]));
    }

    private void AddItems<T>(
        Func<SessionStatus, IEnumerable<T>> list, Func<T, string[]> key, Func<T, double> read,
        Func<string[], Action<double>> open, Action<string[]> remove)
    {
        // By the labels' values, which are joined by a character that is in none of them.
        var series = new Dictionary<string, (Action<double> Set, string[] Values)>(StringComparer.Ordinal);
        var present = new HashSet<string>(StringComparer.Ordinal);
        _updates.Add(status =>
        {
            present.Clear();
            foreach (T item in list(status))
            {
                string[] values = key(item);
                string joined = string.Join('\0', values);
                present.Add(joined);
                if (!series.TryGetValue(joined, out (Action<double> Set, string[] Values) found))
                {
                    series[joined] = found = (open(values), values);
                }

                found.Set(read(item));
            }

            foreach (string gone in series.Keys.Where(value => !present.Contains(value)).ToArray())
            {
                remove(series[gone].Values);
                series.Remove(gone);
            }
        });
    }

    private void Add(
        Func<string[], Action<double>> open, (string[] Values, Func<SessionStatus, double> Read)[] series)
    {
        foreach ((string[] values, Func<SessionStatus, double> read) in series)
        {
            Action<double> set = open(values);
            _updates.Add(status => set(read(status)));
        }
    }

    private Func<string[], Action<double>> NewGauge(string name, string help, string[] labels)
    {
        Gauge family = factory.CreateGauge(name, help, labels);
        _families.Add(family);
        return values => family.WithLabels(values).Set;
    }

    private Func<string[], Action<double>> NewCounter(string name, string help, string[] labels)
    {
        Counter family = factory.CreateCounter(name, help, labels);
        _families.Add(family);
        return values => Open(family, values);
    }

    // A count that begins anew is shown as it is: the package's counters never fall, so the series begins anew, too.
    private static Action<double> Open(Counter family, string[] values)
    {
        Counter.Child series = family.WithLabels(values);
        return value =>
        {
            if (value < series.Value)
            {
                series.Remove();
                series = family.WithLabels(values);
            }

            series.IncTo(value);
        };
    }
}
