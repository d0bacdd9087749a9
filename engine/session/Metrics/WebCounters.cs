namespace LowLatency.Sessions.Metrics;

/// <summary>The web server's counters at one moment.</summary>
/// <param name="Connections">Open connections, without websockets.</param>
/// <param name="Evicted">Connections closed to make room for a newer one.</param>
/// <param name="LiveClients">Open websockets on <c>/live</c>.</param>
/// <param name="LiveCut">Websockets on <c>/live</c> closed because they read nothing.</param>
public readonly record struct WebCounters(int Connections, long Evicted, int LiveClients, long LiveCut);
