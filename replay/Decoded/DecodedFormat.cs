using System;
using System.IO;
using System.Runtime.InteropServices;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Recorder;

namespace LowLatency.Replay.Decoded;

/// <summary>
/// The file with a recording's events as the sessions published them, so that trying many settings on one recording
/// parses its messages only once: a header, blocks, a summary. Little-endian, as in memory. It is a cache: a file of
/// another recording or program is rebuilt; a damaged one is an error.
/// </summary>
internal static class DecodedFormat
{
    /// <summary>Changes with the layout of this file.</summary>
    public const int Version = 1;

    /// <summary>Maximum number of events per block, unless a single input has more.</summary>
    public const int EventsABlock = 8192;

    /// <summary>Maximum block size in bytes; a larger number means damage.</summary>
    public const int MaxBlockBytes = 1 << 28;

    /// <summary>The first bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "LLEVENTS"u8;

    /// <summary>
    /// A hash of everything that the events depend on: the recording's files, its settings, and the parsing code.
    /// </summary>
    public static ulong Identity(string recording, ReadOnlySpan<byte> settingsJson)
    {
        var hash = default(StateHash);
        hash.Add(Version);
        Add(ref hash, typeof(FeedSession).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        Add(ref hash, typeof(EngineInput).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        Add(ref hash, typeof(SegmentReader).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        Add(ref hash, typeof(DecodedFormat).Assembly.ManifestModule.ModuleVersionId.ToByteArray());
        Add(ref hash, settingsJson);
        SegmentReader.TryList(recording, out var files, out _);
        foreach ((int index, string path) in files)
        {
            var file = new FileInfo(path);
            hash.Add(index);
            hash.Add(file.Length);
            hash.Add(file.LastWriteTimeUtc.Ticks);
        }

        return hash.Value;
    }

    private static void Add(ref StateHash hash, ReadOnlySpan<byte> bytes)
    {
        hash.Add(bytes.Length);
        foreach (byte value in bytes)
        {
            hash.Add(value);
        }
    }
}

/// <summary>The first bytes of the file.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct DecodedHead
{
    public ulong Magic;
    public ulong Identity;
}

/// <summary>
/// Header of a block. It is followed by the number of events per input, as 32-bit numbers, and the events.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct DecodedBlockHead
{
    /// <summary>Number of inputs; 0 before the summary, whose length is then in <see cref="Events"/>.</summary>
    public int Inputs;

    /// <summary>Total number of events.</summary>
    public int Events;

    /// <summary>CRC-32C of what follows.</summary>
    public uint Crc;

    private readonly int _reserved;
}

/// <summary>Results of a replay besides events.</summary>
internal sealed record DecodedSummary(
    long Records, long FirstTimeNs, long LastTimeNs, long LostRecords, string? Gap, string? Divergence);
