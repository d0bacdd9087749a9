namespace LowLatency.Feeds.Kraken;

/// <summary>Kraken: messages have no numbers; the checksum of the ten best levels shows losses there.</summary>
internal sealed class KrakenSyncRule : UnnumberedSyncRule;
