using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder;

/// <summary>
/// The layout of a segment: the one place that fixes it. Writer, reader and tests use these constants alone.
/// Everything is little-endian and without padding.
/// <code>
/// file NNNNNN.lls.lz4 = one LZ4 frame (independent blocks, block checksums, content checksum) around
///
///   segment header                            record, repeated until the content ends
///   +----+---------------------------+        +----+---------------------------------------+
///   |  0 | magic "LLSEGMNT"   8 bytes|        |  0 | kind             u8   (InputKind)     |
///   |  8 | format version     u16    |        |  1 | flags            u8   (0)             |
///   | 10 | program length P   u16    |        |  2 | source           u16                  |
///   | 12 | segment index      i32    |        |  4 | tag              i32                  |
///   | 16 | session start, ns  i64    |        |  8 | ring sequence    i64  (-1: none)      |
///   | 24 | program, UTF-8     P bytes|        | 16 | receive time, ns i64                  |
///   |24+P| CRC-32C of 0..24+P u32    |        | 24 | event count      i32                  |
///   +----+---------------------------+        | 28 | payload length L i32                  |
///                                             | 32 | CRC-32C          u32  (0..32, payload)|
///                                             | 36 | payload          L bytes              |
///                                             +----+---------------------------------------+
/// </code>
/// A record may lie across blocks, never across segments. Times are nanoseconds since the Unix epoch.
/// </summary>
public static class SegmentFormat
{
    /// <summary>The format version that this program writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    /// <summary>How the name of a segment file ends.</summary>
    public const string FileSuffix = ".lls.lz4";

    /// <summary>Digits of the segment index in a file's name.</summary>
    public const int FileIndexDigits = 6;

    /// <summary>The highest segment index.</summary>
    public const int SegmentIndexMax = 999_999;

    /// <summary>The longest payload of a record, in bytes: 64 MiB.</summary>
    public const int PayloadLengthMax = 64 << 20;

    /// <summary>Bytes of a record in front of its payload.</summary>
    public const int RecordHeaderLength = 36;

    internal const int MagicLength = 8;
    internal const int VersionOffset = 8;
    internal const int ProgramLengthOffset = 10;
    internal const int SegmentIndexOffset = 12;
    internal const int SessionStartOffset = 16;
    internal const int ProgramOffset = 24;
    internal const int ProgramLengthMax = 1024;
    internal const int CrcLength = sizeof(uint);

    internal const int KindOffset = 0;
    internal const int FlagsOffset = 1;
    internal const int SourceOffset = 2;
    internal const int TagOffset = 4;
    internal const int RingSequenceOffset = 8;
    internal const int ReceiveTimeOffset = 16;
    internal const int EventCountOffset = 24;
    internal const int PayloadLengthOffset = 28;
    internal const int CrcOffset = 32;

    internal static ReadOnlySpan<byte> Magic => "LLSEGMNT"u8;

    /// <summary>The file name of a segment.</summary>
    /// <param name="segmentIndex">0 to <see cref="SegmentIndexMax"/>; the first segment is 0.</param>
    /// <returns>The name without a folder, such as <c>000000.lls.lz4</c>.</returns>
    public static string FileName(int segmentIndex) =>
        segmentIndex.ToString("D" + FileIndexDigits, CultureInfo.InvariantCulture) + FileSuffix;

    /// <summary>The segment index in a file name.</summary>
    /// <param name="fileName">A name without a folder.</param>
    /// <param name="segmentIndex">The index; 0 when the name is none of a segment.</param>
    /// <returns>Whether the name is a segment's.</returns>
    public static bool TryParseFileName(string fileName, out int segmentIndex)
    {
        segmentIndex = 0;
        return fileName is not null
            && fileName.Length == FileIndexDigits + FileSuffix.Length
            && fileName.EndsWith(FileSuffix, StringComparison.Ordinal)
            && int.TryParse(
                fileName.AsSpan(0, FileIndexDigits), NumberStyles.None, CultureInfo.InvariantCulture, out segmentIndex);
    }

    /// <summary>Whether a record can be written: a known kind, an event count of 0 or more, a payload of at most
    /// <see cref="PayloadLengthMax"/> bytes.</summary>
    /// <param name="record">The fixed part.</param>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <returns>true when the writer takes it.</returns>
    public static bool IsValid(in InputRecord record, int payloadLength) =>
        record.Kind is > InputKind.None and <= InputKind.Refresh
        && record.EventCount >= 0
        && (uint)payloadLength <= PayloadLengthMax;

    internal static void WriteRecordHeader(Span<byte> to, in InputRecord record, ReadOnlySpan<byte> payload)
    {
        to[KindOffset] = (byte)record.Kind;
        to[FlagsOffset] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(to[SourceOffset..], record.Source);
        BinaryPrimitives.WriteInt32LittleEndian(to[TagOffset..], record.Tag);
        BinaryPrimitives.WriteInt64LittleEndian(to[RingSequenceOffset..], record.RingSequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[ReceiveTimeOffset..], record.ReceiveTimeNs);
        BinaryPrimitives.WriteInt32LittleEndian(to[EventCountOffset..], record.EventCount);
        BinaryPrimitives.WriteInt32LittleEndian(to[PayloadLengthOffset..], payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[CrcOffset..], Crc(to[..CrcOffset], payload));
    }

    internal static InputRecord ReadRecordHeader(ReadOnlySpan<byte> from) => new(
        (InputKind)from[KindOffset],
        BinaryPrimitives.ReadUInt16LittleEndian(from[SourceOffset..]),
        BinaryPrimitives.ReadInt32LittleEndian(from[TagOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(from[RingSequenceOffset..]),
        BinaryPrimitives.ReadInt32LittleEndian(from[EventCountOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(from[ReceiveTimeOffset..]));

    internal static int WriteSegmentHeader(
        Span<byte> to, int segmentIndex, long sessionStartNs, ReadOnlySpan<byte> program)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[VersionOffset..], FormatVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(to[ProgramLengthOffset..], (ushort)program.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[SegmentIndexOffset..], segmentIndex);
        BinaryPrimitives.WriteInt64LittleEndian(to[SessionStartOffset..], sessionStartNs);
        program.CopyTo(to[ProgramOffset..]);
        int end = ProgramOffset + program.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(to[end..], Crc(to[..end], default));
        return end + CrcLength;
    }

    /// <summary>CRC-32C (Castagnoli) over two stretches, as if they were one.</summary>
    internal static uint Crc(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        ~CrcAppend(CrcAppend(uint.MaxValue, first), second);

    private static uint CrcAppend(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(
                crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
