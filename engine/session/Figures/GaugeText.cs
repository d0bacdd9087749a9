using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Replay;

namespace LowLatency.Sessions.Figures;

/// <summary>The strategies' gauges as text.</summary>
public static class GaugeText
{
    /// <summary>Names and values: "spread_bp 1.25, quotes 2".</summary>
    public static string Of(IEnumerable<GaugeValue> gauges) => string.Join(", ", gauges.Select(gauge =>
        string.Create(CultureInfo.InvariantCulture, $"{gauge.Name} {gauge.Value:0.######}")));
}
