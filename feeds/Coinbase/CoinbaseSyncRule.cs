namespace LowLatency.Feeds.Coinbase;

/// <summary>Coinbase: messages have no numbers; a loss shows when a heartbeat names a trade that never came.</summary>
internal sealed class CoinbaseSyncRule : UnnumberedSyncRule;
