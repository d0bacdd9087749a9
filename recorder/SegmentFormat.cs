using System;
using System.Buffers.Binary;
using System.Globalization;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder;

/// <summary>The layout of a segment, defined here only. Writer, reader and tests use these constants. Everything is
/// little-endian and without padding.
/// <code>
/// file NNNNNN.lls.lz4 = one LZ4 frame (independent blocks, checksums of blocks and content): header and records;
///                       then, once sealed, one skippable LZ4 frame with the index (see SegmentIndex)
///
///   segment header                            record, repeated until the content ends
///   +----+---------------------------+        +----+---------------------------------------+
///   |  0 | magic "LLSEGMNT"   8 bytes|        |  0 | kind             u8   (InputKind)     |
///   |  8 | format version     u16    |        |  1 | flags            u8   (0)             |
///   | 10 | program length P   u16    |        |  2 | source           u16                  |
///   | 12 | segment index      i32    |        |  4 | tag              i32                  |
///   | 16 | session start, ns  i64    |        |  8 | ring sequence    i64  (-1: none)      |
///   | 24 | description len. D i32    |        | 16 | receive time, ns i64                  |
///   | 28 | program, UTF-8     P bytes|        | 24 | event count      i32                  |
///   |28+P| description, JSON  D bytes|        | 28 | payload length L i32                  |
///   |    | CRC-32C of all before  u32|        | 32 | exchange time,ns i64  (0: unknown)    |
///   +----+---------------------------+        | 40 | CRC-32C          u32  (0..40, payload)|
///                                             | 44 | payload          L bytes              |
///                                             +----+---------------------------------------+
/// </code>
/// A record may span blocks, but never segments. Times are nanoseconds since the Unix epoch. Older versions are still
/// read. Version 2 has the same bytes, but its description names one venue. Version 1 had no description (the program
/// was at 24), no exchange time (the CRC was at 32), no index, and a checksum of the whole content.
/// </summary>
public static class SegmentFormat
{
    /// <summary>The format version that this program writes, and the newest that it reads.</summary>
    public const int FormatVersion = 3;

    /// <summary>File name suffix of a sealed segment.</summary>
    public const string FileSuffix = ".lls.lz4";

    /// <summary>Appended to the file name while the segment is being written.</summary>
    public const string OpenSuffix = ".open";

    /// <summary>Digits of the segment index in a file's name.</summary>
    public const int FileIndexDigits = 6;

    /// <summary>The highest segment index.</summary>
    public const int SegmentIndexMax = 999_999;

    /// <summary>The longest payload of a record, in bytes: 64 MiB.</summary>
    public const int PayloadLengthMax = 64 << 20;

    /// <summary>Bytes of a record before its payload.</summary>
    public const int RecordHeaderLength = 44;

    internal const int MagicLength = 8;
    internal const int VersionOffset = 8;
    internal const int ProgramLengthOffset = 10;
    internal const int SegmentIndexOffset = 12;
    internal const int SessionStartOffset = 16;
    internal const int DescriptionLengthOffset = 24;
    internal const int ProgramLengthMax = 1024;
    internal const int DescriptionLengthMax = 16 << 20;
    internal const int CrcLength = sizeof(uint);

    internal const int KindOffset = 0;
    internal const int FlagsOffset = 1;
    internal const int SourceOffset = 2;
    internal const int TagOffset = 4;
    internal const int RingSequenceOffset = 8;
    internal const int ReceiveTimeOffset = 16;
    internal const int EventCountOffset = 24;
    internal const int PayloadLengthOffset = 28;
    internal const int ExchangeTimeOffset = 32;

    internal static ReadOnlySpan<byte> Magic => "LLSEGMNT"u8;

    /// <summary>The file name of a sealed segment.</summary>
    /// <param name="segmentIndex">0 to <see cref="SegmentIndexMax"/>; the first segment is 0.</param>
    /// <returns>The name without a folder, such as <c>000000.lls.lz4</c>.</returns>
    public static string FileName(int segmentIndex) =>
        segmentIndex.ToString("D" + FileIndexDigits, CultureInfo.InvariantCulture) + FileSuffix;

    /// <summary>The segment index in a file name.</summary>
    /// <param name="fileName">A name without a folder.</param>
    /// <param name="segmentIndex">The index; 0 if it is not the name of a segment.</param>
    /// <returns>Whether it is the name of a segment, sealed or being written.</returns>
    public static bool TryParseFileName(string fileName, out int segmentIndex)
    {
        segmentIndex = 0;
        ReadOnlySpan<char> name = fileName;
        name = name.EndsWith(OpenSuffix, StringComparison.Ordinal) ? name[..^OpenSuffix.Length] : name;
        return name.Length == FileIndexDigits + FileSuffix.Length
            && name.EndsWith(FileSuffix, StringComparison.Ordinal)
            && int.TryParse(name[..FileIndexDigits], NumberStyles.None, CultureInfo.InvariantCulture, out segmentIndex);
    }

    /// <summary>Whether a record can be written: a known kind, an event count of 0 or more, a payload of at most
    /// <see cref="PayloadLengthMax"/> bytes.</summary>
    /// <param name="record">The fixed part.</param>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <returns>true if the writer accepts it.</returns>
    public static bool IsValid(in InputRecord record, int payloadLength) =>
        record.Kind is > InputKind.None and <= InputKind.Refresh
        && record.EventCount >= 0
        && (uint)payloadLength <= PayloadLengthMax;

    /// <summary>Offset of the program text in a segment header.</summary>
    internal static int ProgramOffset(int version) => version == 1 ? 24 : 28;

    /// <summary>Offset of the checksum in a record.</summary>
    internal static int CrcOffset(int version) => version == 1 ? 32 : 40;

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
        BinaryPrimitives.WriteInt64LittleEndian(to[ExchangeTimeOffset..], record.ExchangeTimeNs);
        int crcOffset = CrcOffset(FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(to[crcOffset..], Crc32C.Of(to[..crcOffset], payload));
    }

    internal static InputRecord ReadRecordHeader(ReadOnlySpan<byte> from, int version) => new(
        (InputKind)from[KindOffset],
        BinaryPrimitives.ReadUInt16LittleEndian(from[SourceOffset..]),
        BinaryPrimitives.ReadInt32LittleEndian(from[TagOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(from[RingSequenceOffset..]),
        BinaryPrimitives.ReadInt32LittleEndian(from[EventCountOffset..]),
        BinaryPrimitives.ReadInt64LittleEndian(from[ReceiveTimeOffset..]),
        version == 1 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(from[ExchangeTimeOffset..]));

    /// <summary>A segment's header.</summary>
    internal static byte[] WriteSegmentHeader(
        int segmentIndex, long sessionStartNs, ReadOnlySpan<byte> program, ReadOnlySpan<byte> description)
    {
        int programOffset = ProgramOffset(FormatVersion);
        byte[] header = new byte[programOffset + program.Length + description.Length + CrcLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(VersionOffset), FormatVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(ProgramLengthOffset), (ushort)program.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(SegmentIndexOffset), segmentIndex);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(SessionStartOffset), sessionStartNs);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(DescriptionLengthOffset), description.Length);
        program.CopyTo(header.AsSpan(programOffset));
        description.CopyTo(header.AsSpan(programOffset + program.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(
            header.AsSpan(header.Length - CrcLength), Crc32C.Of(header.AsSpan(0, header.Length - CrcLength), default));
        return header;
    }
}
