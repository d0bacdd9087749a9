namespace LowLatency.Engine.Threading;

/// <summary>Defines the distance between independently written fields.</summary>
public static class CacheLine
{
    /// <summary>
    /// Padding unit in bytes. Twice the 64-byte line of today's x64 and most Arm64 cores, because their
    /// prefetchers pull lines in pairs.
    /// </summary>
    public const int PaddedBytes = 128;
}
