using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LowLatency.Bench.Soak;

/// <summary>A page of metrics.</summary>
internal sealed class MetricsPage(string text)
{
    private readonly (string Series, double Value)[] _values = text
        .Split('\n')
        .Where(line => line.Length != 0 && !line.StartsWith('#'))
        .Select(line => line.LastIndexOf(' ') is var end
            ? (line[..end], double.Parse(line[(end + 1)..].Replace("+Inf", "Infinity", StringComparison.Ordinal),
                CultureInfo.InvariantCulture))
            : default)
        .ToArray();

    /// <summary>The sum of all series with this name and all these labels.</summary>
    /// <exception cref="KeyNotFoundException">The page has no such series.</exception>
    public double Sum(string name, params string[] labels)
    {
        double[] values = _values
            .Where(item => item.Series.Split('{')[0] == name
                && labels.All(label => item.Series.Contains(label, StringComparison.Ordinal)))
            .Select(item => item.Value)
            .ToArray();
        return values.Length == 0
            ? throw new KeyNotFoundException($"the metrics page has no {name} {string.Join(' ', labels)}")
            : values.Sum();
    }
}
