using System;
using System.Numerics;

namespace LowLatency.Recorder;

/// <summary>Settings of <see cref="TickRecorder"/>.</summary>
public sealed record TickRecorderOptions
{
    /// <summary>Memory for records on their way to the disk: a power of two, 4 KiB to 1 GiB, 64 MiB by
    /// default. A record needs its payload and some 50 bytes; one larger than half of this memory may never
    /// find room.</summary>
    public int MemoryBytes { get; init; } = 64 << 20;

    /// <summary>How often everything appended is made readable, and safe from a kill of the process; 1 ms or more,
    /// 200 ms by default.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>When the disk is made to keep what was written; at the end of each segment by default.</summary>
    public RecorderSync Sync { get; init; } = RecorderSync.AtSeal;

    /// <summary>How often, with <see cref="RecorderSync.Interval"/>: what a loss of power may cost beside a flush. 1 ms
    /// or more, one second by default.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Nothing is written while the disk has fewer free bytes, so that others on it live on; 0 or more, 0 by
    /// default.</summary>
    public long FreeBytesMin { get; init; }

    /// <summary>Which older recordings in the same folder are removed, at the start and every ten minutes.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>The wait before a new segment is tried after an I/O error; doubles up to 64 times itself. 1 ms or
    /// more, one second by default.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Blocks and segments: 256 MiB or one hour by default.</summary>
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

/// <summary>When the disk is made to keep what was written, so that a loss of power does not cost it.</summary>
public enum RecorderSync
{
    /// <summary>Never: the system decides.</summary>
    Never,

    /// <summary>Before a segment gets its own name.</summary>
    AtSeal,

    /// <summary>Then, and every so often.</summary>
    Interval,
}

/// <summary>How the recorder is doing.</summary>
public enum RecorderHealth
{
    /// <summary>Nothing was lost.</summary>
    Healthy,

    /// <summary>Records were lost; recording goes on.</summary>
    Degraded,

    /// <summary>Nothing is being written: records are lost until a later attempt succeeds.</summary>
    Failed,
}

/// <summary>A health and its reason, taken together.</summary>
/// <param name="Health">How the recorder is doing.</param>
/// <param name="Reason">Why, in words; empty when healthy.</param>
public sealed record RecorderStatus(RecorderHealth Health, string Reason);
