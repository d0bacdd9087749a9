using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder;

/// <summary>Index entry of one LZ4 block. Times and sequences are those of records that begin in it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct IndexedBlock
{
    /// <summary>File offset of the block's length word.</summary>
    public long FileOffset { get; init; }

    /// <summary>Earliest receive time; <see cref="long.MaxValue"/> if no record begins here.</summary>
    public long FirstTimeNs { get; init; }

    /// <summary>Latest receive time; <see cref="long.MinValue"/> if no record begins here.</summary>
    public long LastTimeNs { get; init; }

    /// <summary>Number of records that begin in it.</summary>
    public int Records { get; init; }

    /// <summary>Offset of the first of them in the block's content; -1 for none.</summary>
    public int FirstRecordOffset { get; init; }

    /// <summary>Bytes of content.</summary>
    public int ContentLength { get; init; }

    /// <summary>CRC-32C of the content.</summary>
    public uint ContentCrc { get; init; }
}

/// <summary>A record with its own index entry: any that is neither a frame nor an event.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct IndexedMark
{
    /// <summary>Its receive time.</summary>
    public long TimeNs { get; init; }

    /// <summary>Its ring sequence, or -1.</summary>
    public long RingSequence { get; init; }

    /// <summary>Number of the block that it begins in, from 0.</summary>
    public int Block { get; init; }

    /// <summary>Its offset in the block's content.</summary>
    public int OffsetInBlock { get; init; }

    /// <summary>Its tag.</summary>
    public int Tag { get; init; }

    /// <summary>Its source.</summary>
    public ushort Source { get; init; }

    /// <summary>Its kind.</summary>
    public InputKind Kind { get; init; }

    /// <summary>Unused; 0.</summary>
    public byte Reserved { get; init; }
}

/// <summary>The index behind a sealed segment: a skippable LZ4 frame, which every LZ4 tool skips. Its last bytes
/// contain its length, so that a reader finds it without reading the segment.
/// <code>
///   0 | 0x184D2A50  u32      8 | magic "LLSINDEX"  8 bytes   24 | records  i64     32 | B x IndexedBlock (40 bytes)
///   4 | length - 8  u32     16 | blocks B u32   20 marks M u32                        | M x IndexedMark  (32 bytes)
///                                            at the end: CRC-32C of 8..end-16 u32 | length u32 | magic "LLSINDEX"
/// </code>
/// </summary>
public sealed class SegmentIndex
{
    private const uint SkippableMagic = 0x184D2A50;
    private const int SkippableHeaderLength = 8;
    private const int HeadLength = 32;
    private const int TailLength = 16;

    private SegmentIndex(long records, IndexedBlock[] blocks, IndexedMark[] marks)
    {
        Records = records;
        Blocks = blocks;
        Marks = marks;
    }

    /// <summary>Records in the segment.</summary>
    public long Records { get; }

    /// <summary>The blocks in their order.</summary>
    public IReadOnlyList<IndexedBlock> Blocks { get; }

    /// <summary>The marks in their order.</summary>
    public IReadOnlyList<IndexedMark> Marks { get; }

    private static ReadOnlySpan<byte> Magic => "LLSINDEX"u8;

    /// <summary>Reads the index of a segment file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>null if the file has none: it is not sealed, has format version 1, or is damaged.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SegmentIndex? TryLoad(string path)
    {
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return TryLoad(file, out SegmentIndex? index, out _) ? index : null;
    }

    /// <summary>Reads the index at the end of an open file.</summary>
    /// <param name="file">The file; its position changes.</param>
    /// <param name="index">The index, if the result is true.</param>
    /// <param name="offset">File offset of the index.</param>
    internal static bool TryLoad(FileStream file, out SegmentIndex? index, out long offset)
    {
        index = null;
        offset = file.Length;
        Span<byte> tail = stackalloc byte[TailLength];
        if (file.Length < SkippableHeaderLength + HeadLength + TailLength || !TryReadAt(file, ^TailLength, tail)
            || !tail[8..].SequenceEqual(Magic))
        {
            return false;
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        if (length < SkippableHeaderLength + HeadLength - 8 + TailLength || length > file.Length
            || length > Array.MaxLength)
        {
            return false;
        }

        byte[] bytes = new byte[length];
        if (!TryReadAt(file, ^(int)length, bytes))
        {
            return false;
        }

        offset = file.Length - length;
        index = Parse(bytes);
        return index is not null;
    }

    /// <summary>Size of the index in bytes.</summary>
    internal static int LengthOf(int blocks, int marks) =>
        HeadLength + (blocks * Unsafe.SizeOf<IndexedBlock>()) + (marks * Unsafe.SizeOf<IndexedMark>()) + TailLength;

    /// <summary>Writes the index.</summary>
    /// <param name="bytes">Of the length given by <see cref="LengthOf"/>.</param>
    /// <param name="records">Records in the segment.</param>
    /// <param name="blocks">The blocks in order.</param>
    /// <param name="marks">The marks in order.</param>
    internal static void Write(
        Span<byte> bytes, long records, ReadOnlySpan<IndexedBlock> blocks, ReadOnlySpan<IndexedMark> marks)
    {
        ReadOnlySpan<byte> blockBytes = MemoryMarshal.AsBytes(blocks);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, SkippableMagic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], bytes.Length - SkippableHeaderLength);
        Magic.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], blocks.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], marks.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], records);
        blockBytes.CopyTo(bytes[HeadLength..]);
        MemoryMarshal.AsBytes(marks).CopyTo(bytes[(HeadLength + blockBytes.Length)..]);
        Span<byte> tail = bytes[^TailLength..];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, CrcOf(bytes));
        BinaryPrimitives.WriteInt32LittleEndian(tail[4..], bytes.Length);
        Magic.CopyTo(tail[8..]);
    }

    private static SegmentIndex? Parse(byte[] bytes)
    {
        int blocks = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16));
        int marks = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(20));
        long blockBytes = (long)blocks * Unsafe.SizeOf<IndexedBlock>();
        long markBytes = (long)marks * Unsafe.SizeOf<IndexedMark>();
        bool isWhole = BinaryPrimitives.ReadUInt32LittleEndian(bytes) == SkippableMagic
            && BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)) == bytes.Length - SkippableHeaderLength
            && bytes.AsSpan(8, Magic.Length).SequenceEqual(Magic)
            && blocks >= 0 && marks >= 0 && HeadLength + blockBytes + markBytes + TailLength == bytes.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - TailLength)) == CrcOf(bytes);
        if (!isWhole)
        {
            return null;
        }

        return new SegmentIndex(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)),
            MemoryMarshal.Cast<byte, IndexedBlock>(bytes.AsSpan(HeadLength, (int)blockBytes)).ToArray(),
            MemoryMarshal.Cast<byte, IndexedMark>(bytes.AsSpan(HeadLength + (int)blockBytes, (int)markBytes))
                .ToArray());
    }

    private static uint CrcOf(ReadOnlySpan<byte> bytes) => Crc32C.Of(bytes[8..^TailLength]);

    private static bool TryReadAt(FileStream file, Index from, Span<byte> target)
    {
        file.Position = file.Length - from.Value;
        return file.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
    }
}

/// <summary>
/// Builds a segment's index while it is written. One instance serves all segments and keeps the largest buffer so far:
/// an index is large enough to be garbage that only a full collection frees. Writer thread only.
/// </summary>
internal sealed class SegmentIndexBuilder
{
    private readonly List<IndexedBlock> _blocks = [];
    private readonly List<IndexedMark> _marks = [];
    private byte[] _bytes = [];
    private long _records;
    private IndexedBlock _block = Empty;

    private static IndexedBlock Empty => new()
    {
        FirstTimeNs = long.MaxValue,
        LastTimeNs = long.MinValue,
        FirstRecordOffset = -1,
    };

    /// <summary>Resets it for another segment.</summary>
    public void Clear()
    {
        _blocks.Clear();
        _marks.Clear();
        _records = 0;
        _block = Empty;
    }

    /// <summary>Adds a record that begins in the current block.</summary>
    public void AddRecord(in InputRecord record, int offsetInBlock)
    {
        _records++;

        // Settings have no market time: if a market is played, the time of day is not the market's.
        bool hasTime = record.Kind != InputKind.Settings;
        _block = _block with
        {
            FirstTimeNs = hasTime ? Math.Min(_block.FirstTimeNs, record.ReceiveTimeNs) : _block.FirstTimeNs,
            LastTimeNs = hasTime ? Math.Max(_block.LastTimeNs, record.ReceiveTimeNs) : _block.LastTimeNs,
            FirstRecordOffset = _block.Records == 0 ? offsetInBlock : _block.FirstRecordOffset,
            Records = _block.Records + 1,
        };
        if (record.Kind is not (InputKind.Frame or InputKind.Event))
        {
            _marks.Add(new IndexedMark
            {
                TimeNs = record.ReceiveTimeNs,
                RingSequence = record.RingSequence,
                Block = _blocks.Count,
                OffsetInBlock = offsetInBlock,
                Tag = record.Tag,
                Source = record.Source,
                Kind = record.Kind,
            });
        }
    }

    /// <summary>Ends the current block, given its file offset.</summary>
    public void EndBlock(long fileOffset, ReadOnlySpan<byte> content)
    {
        if (!content.IsEmpty)
        {
            _blocks.Add(_block with
            {
                FileOffset = fileOffset,
                ContentLength = content.Length,
                ContentCrc = Crc32C.Of(content),
            });
            _block = Empty;
        }
    }

    /// <summary>The index's bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> ToBytes()
    {
        int length = SegmentIndex.LengthOf(_blocks.Count, _marks.Count);
        if (_bytes.Length < length)
        {
            // Segments end at a fixed size or age, so indexes have similar lengths.
            _bytes = new byte[length + (length / 4)];
        }

        Span<byte> bytes = _bytes.AsSpan(0, length);
        SegmentIndex.Write(bytes, _records, CollectionsMarshal.AsSpan(_blocks), CollectionsMarshal.AsSpan(_marks));
        return bytes;
    }
}
