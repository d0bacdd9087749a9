using System;
using System.Buffers.Binary;
using System.Globalization;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>What the beginning of a journal file says about the rest.</summary>
/// <param name="Version">Format version, or 0 where the file ends before it is known.</param>
/// <param name="Bytes">Where the records begin.</param>
internal readonly record struct JournalHeader(int Version, int Bytes)
{
    /// <summary>Bytes of a record's header.</summary>
    public int RecordHeaderBytes => Version == 1
        ? JournalFormat.Version1RecordHeaderBytes
        : JournalFormat.RecordHeaderBytes;

    /// <summary>Reads it.</summary>
    /// <param name="start">The file's first <see cref="JournalFormat.FileHeaderBytes"/> bytes, or all that it has.
    /// </param>
    /// <param name="header">What it says; without a version where the file ends inside it.</param>
    /// <returns>Why this program cannot read the file, or null.</returns>
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
            return "is no journal of a known format: its first bytes are neither \"LLJOURNL\" nor \"LLJOURN1\"";
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
