using System;
using System.Buffers.Binary;

namespace LowLatency.Recorder.Journal;

/// <summary>Kinds of journal records. The numbers are part of the format.</summary>
public enum JournalRecordKind : ushort
{
    /// <summary>Never written.</summary>
    None = 0,

    /// <summary>The session's manifest as UTF-8 JSON: the first record of every file.</summary>
    Session = 1,

    /// <summary>One output of the engine, with its layout in memory, little-endian.</summary>
    Output = 2,

    /// <summary>The session ended cleanly. Empty; the last record.</summary>
    End = 3,
}

/// <summary>
/// The layout of a journal. A folder holds numbered files, one per session. Each begins with the state that its session
/// started from, so the newest complete file is enough for a restart. Nothing is changed once it is written. All
/// numbers are little-endian.
/// <code>
/// file     0 "LLJOURNL"   8 u16 format version   10 u16 bytes of this header   12 u32 bytes of an output
///         16 u32 0       20 u32 CRC-32C of bytes 0 to 19, then records
/// record   0 u32 CRC-32C of the payload   4 u16 kind   6 u16 0   8 u32 length of the payload
///         12 u32 CRC-32C of bytes 0 to 11, then the payload
/// </code>
/// The file header's first 24 bytes will be the same in every later version. A file that ends inside a record is torn:
/// everything before that record is complete. The record header has a checksum of its own, so that a damaged length is
/// never mistaken for a torn end.
/// <para>Version 2 has the same bytes. Its session record is a manifest of version 3, with one venue and without a
/// session id; since version 3 it is one of version 4 or later.</para>
/// <para>Version 1 had no header and no checksum for lengths:</para>
/// <code>
/// file     0 "LLJOURN1", then records; an output has 192 bytes
/// record   0 u32 CRC-32C of all that follows   4 u16 kind   6 u16 0   8 u32 length of the payload   12 payload
/// </code>
/// </summary>
internal static class JournalFormat
{
    public const int Version = 3;

    /// <summary>The oldest version with the present layout of bytes.</summary>
    public const int FirstVersionOfLayout = 2;

    public const int MagicBytes = 8;
    public const int FileHeaderBytes = 24;
    public const int VersionAt = 8;
    public const int HeaderBytesAt = 10;
    public const int OutputBytesAt = 12;
    public const int FileChecksumAt = 20;

    public const int RecordHeaderBytes = 16;
    public const int KindAt = 4;
    public const int ReservedAt = 6;
    public const int LengthAt = 8;
    public const int HeaderChecksumAt = 12;

    public const int Version1RecordHeaderBytes = 12;
    public const int Version1OutputBytes = 192;

    public const int MaxPayloadBytes = 64 * 1024 * 1024;
    public const string Extension = ".lljournal";

    public static ReadOnlySpan<byte> Magic => "LLJOURNL"u8;

    public static ReadOnlySpan<byte> Version1Magic => "LLJOURN1"u8;

    /// <summary>Writes a file's header.</summary>
    /// <param name="header">At least <see cref="FileHeaderBytes"/> long.</param>
    /// <param name="version">Format version.</param>
    /// <param name="outputBytes">Bytes of an output.</param>
    public static void WriteFileHeader(Span<byte> header, int version, int outputBytes)
    {
        header[..FileHeaderBytes].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[VersionAt..], (ushort)version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[HeaderBytesAt..], FileHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[OutputBytesAt..], (uint)outputBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[FileChecksumAt..], Crc32C.Of(header[..FileChecksumAt]));
    }

    /// <summary>Writes a record's header; the payload must already follow it.</summary>
    public static void Seal(Span<byte> record, JournalRecordKind kind)
    {
        ReadOnlySpan<byte> payload = record[RecordHeaderBytes..];
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Of(payload));
        BinaryPrimitives.WriteUInt16LittleEndian(record[KindAt..], (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(record[ReservedAt..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthAt..], (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[HeaderChecksumAt..], Crc32C.Of(record[..HeaderChecksumAt]));
    }
}
