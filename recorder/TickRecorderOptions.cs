using System;
using System.Numerics;

namespace LowLatency.Recorder;

/// <summary>Settings of <see cref="TickRecorder"/>.</summary>
public sealed record TickRecorderOptions
{
    /// <summary>
    /// Memory for records that wait to be written: a power of two, 4 KiB to 1 GiB, 64 MiB by default. A record needs
    /// its payload and some 50 bytes; a record larger than half of this memory may never fit.
    /// </summary>
    public int MemoryBytes { get; init; } = 64 << 20;

    /// <summary>
    /// How often everything appended is flushed, so that it is readable and survives a kill of the process; 1 ms or
    /// more, 200 ms by default.
    /// </summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>When files are synced to disk; by default at the end of each segment.</summary>
    public RecorderSync Sync { get; init; } = RecorderSync.AtSeal;

    /// <summary>
    /// Sync interval for <see cref="RecorderSync.Interval"/>: what a power loss may cost, in addition to a flush
    /// interval. 1 ms or more, one second by default.
    /// </summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Nothing is written while the disk has fewer free bytes, to leave space for other programs; 0 or more, 0 by
    /// default.
    /// </summary>
    public long FreeBytesMin { get; init; }

    /// <summary>Which older recordings in the same folder are removed, at the start and every ten minutes.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>
    /// Pause before a new segment is tried after an I/O error; doubles up to 64 times this value. 1 ms or more, one
    /// second by default.
    /// </summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Block and segment sizes: segments of 256 MiB or one hour by default.</summary>
    public SegmentWriterOptions Segments { get; init; } = new();

    internal void Validate()
    {
        if (!BitOperations.IsPow2(MemoryBytes) || MemoryBytes is < 1 << 12 or > 1 << 30)
        {
            throw new ArgumentException($"MemoryBytes is {MemoryBytes}: choose a power of two, 4 KiB to 1 GiB.");
        }

        TimeSpan min = TimeSpan.FromMilliseconds(1);
        TimeSpan max = TimeSpan.FromHours(1);
        if (FlushInterval < min || FlushInterval > max || RetryInterval < min || RetryInterval > max
            || SyncInterval < min || SyncInterval > max)
        {
            throw new ArgumentException($"FlushInterval is {FlushInterval}, RetryInterval {RetryInterval} and "
                + $"SyncInterval {SyncInterval}: choose 1 ms to one hour.");
        }

        if (FreeBytesMin < 0)
        {
            throw new ArgumentException($"FreeBytesMin is {FreeBytesMin}: choose 0 or more.");
        }

        ArgumentNullException.ThrowIfNull(Retention);

        ArgumentNullException.ThrowIfNull(Segments);
        Segments.Validate();
    }
}

/// <summary>When files are synced to disk, to survive a power loss.</summary>
public enum RecorderSync
{
    /// <summary>Never: the system decides.</summary>
    Never,

    /// <summary>Before a segment gets its final name.</summary>
    AtSeal,

    /// <summary>Also at a fixed interval.</summary>
    Interval,
}

/// <summary>Health of the recorder.</summary>
public enum RecorderHealth
{
    /// <summary>Nothing was lost.</summary>
    Healthy,

    /// <summary>Records were lost; recording continues.</summary>
    Degraded,

    /// <summary>Nothing is being written: records are lost until a later attempt succeeds.</summary>
    Failed,
}

/// <summary>Health and reason.</summary>
/// <param name="Health">The recorder's health.</param>
/// <param name="Reason">Why, as text; empty if healthy.</param>
public sealed record RecorderStatus(RecorderHealth Health, string Reason);
