namespace LowLatency.Feeds.Coinbase;

/// <summary>Coinbase: messages have no numbers; a trade that a heartbeat names and that never came shows a loss.
/// </summary>
internal sealed class CoinbaseSyncRule : UnnumberedSyncRule;
