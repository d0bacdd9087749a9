using System;

namespace LowLatency.Measures;

/// <summary>A way of handing numbers from thread to thread that is measured.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="IsRoundTrip">Whether one number goes there and back, or many go there.</param>
/// <param name="PerSecond">Measures one round: numbers, or round trips, a second.</param>
internal sealed record QueueWay(string Name, bool IsRoundTrip, Func<double> PerSecond);
