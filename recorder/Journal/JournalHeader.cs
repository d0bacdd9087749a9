using System;
using System.Buffers.Binary;
using System.Globalization;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>The header of a journal file.</summary>
/// <param name="Version">Format version; 0 if the file ends before it.</param>
/// <param name="Bytes">Offset of the first record.</param>
internal readonly record struct JournalHeader(int Version, int Bytes)
{
    /// <summary>Size of a record's header, in bytes.</summary>
    public int RecordHeaderBytes => Version == 1
        ? JournalFormat.Version1RecordHeaderBytes
        : JournalFormat.RecordHeaderBytes;

    /// <summary>Reads it.</summary>
    /// <param name="start">The file's first <see cref="JournalFormat.FileHeaderBytes"/> bytes, or all of a shorter
    /// file.</param>
    /// <param name="header">The header; version 0 if the file ends inside it.</param>
    /// <returns>Why this program cannot read the file, as text; null if it can.</returns>
    public static string? Read(ReadOnlySpan<byte> start, out JournalHeader header)
    {
        header = default;
        int known = Math.Min(start.Length, JournalFormat.MagicBytes);
        if (start[..known].SequenceEqual(JournalFormat.Version1Magic[..known]) && known == JournalFormat.MagicBytes)
        {
            header = new JournalHeader(1, JournalFormat.MagicBytes);
            return JournalFormat.Version1OutputBytes == EngineOutput.SizeBytes ? null
                : OtherSize(1, JournalFormat.Version1OutputBytes);
        }

        if (!start[..known].SequenceEqual(JournalFormat.Magic[..known])
            && !start[..known].SequenceEqual(JournalFormat.Version1Magic[..known]))
        {
            return "is not a journal that this program knows: its first bytes are neither \"LLJOURNL\" nor "
                + "\"LLJOURN1\"";
        }

        return start.Length < JournalFormat.FileHeaderBytes ? null : ReadWhole(start, ref header);
    }

    private static string? ReadWhole(ReadOnlySpan<byte> start, ref JournalHeader header)
    {
        if (Crc32C.Of(start[..JournalFormat.FileChecksumAt])
            != BinaryPrimitives.ReadUInt32LittleEndian(start[JournalFormat.FileChecksumAt..]))
        {
            return "is damaged: the checksum of its header is wrong";
        }

        int version = BinaryPrimitives.ReadUInt16LittleEndian(start[JournalFormat.VersionAt..]);
        if (version > JournalFormat.Version)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"has format version {version}, and this program reads up to {JournalFormat.Version}: "
                + $"use a newer program");
        }

        long outputBytes = BinaryPrimitives.ReadUInt32LittleEndian(start[JournalFormat.OutputBytesAt..]);
        if (outputBytes != EngineOutput.SizeBytes)
        {
            return OtherSize(version, outputBytes);
        }

        int bytes = BinaryPrimitives.ReadUInt16LittleEndian(start[JournalFormat.HeaderBytesAt..]);
        if (version < JournalFormat.FirstVersionOfLayout || bytes != JournalFormat.FileHeaderBytes)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"has format version {version} with a header of {bytes} bytes, which no program writes");
        }

        header = new JournalHeader(version, bytes);
        return null;
    }

    private static string OtherSize(int version, long outputBytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"(format version {version}) has records of {outputBytes} bytes, and this program's have "
        + $"{EngineOutput.SizeBytes}: use the program that wrote it");
}
