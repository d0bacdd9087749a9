using System;
using System.IO;
using System.Runtime.InteropServices;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Recorder;

namespace LowLatency.Replay.Decoded;

/// <summary>
/// The file that holds a recording's events as the sessions published them, so that trying many settings on one
/// recording reads its messages once: a head, blocks, a summary. Little-endian, as in memory. It is a cache: one
/// of another recording or another program is made anew; one that is damaged is told.
/// </summary>
internal static class DecodedFormat
{
    /// <summary>Changes with the layout of this file.</summary>
    public const int Version = 1;

    /// <summary>Most events of a block, unless one input alone has more.</summary>
    public const int EventsABlock = 8192;

    /// <summary>Most bytes of a block: a greater number is damage.</summary>
    public const int MaxBlockBytes = 1 << 28;

    /// <summary>The first bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "LLEVENTS"u8;

    /// <summary>
    /// What the events depend on: the recording's files, its settings, and the code that reads messages.
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

/// <summary>What stands before a block: how many events each input has, as 32-bit numbers, then the events.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct DecodedBlockHead
{
    /// <summary>Inputs; 0 in front of the summary, whose length is then <see cref="Events"/>.</summary>
    public int Inputs;

    /// <summary>Events of all of them.</summary>
    public int Events;

    /// <summary>CRC-32C of what follows.</summary>
    public uint Crc;

    private readonly int _reserved;
}

/// <summary>What a replay has found besides events.</summary>
internal sealed record DecodedSummary(
    long Records, long FirstTimeNs, long LastTimeNs, long LostRecords, string? Gap, string? Divergence);
