using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LowLatency.Recorder.Journal;

/// <summary>What a journal record holds. The numbers are part of the format.</summary>
public enum JournalRecordKind : ushort
{
    /// <summary>Never written.</summary>
    None = 0,

    /// <summary>The session's settings as UTF-8 JSON: the first record of every file.</summary>
    Session = 1,

    /// <summary>One output of the engine, <see cref="Engine.Events.EngineOutput.SizeBytes"/> bytes as they are in
    /// memory,
    /// little-endian.</summary>
    Output = 2,

    /// <summary>The session ended in good order. Empty.</summary>
    End = 3,
}

/// <summary>
/// The journal's bytes. A folder holds numbered files, one a session, and each begins with the state that its session
/// started from, so that the newest whole one is enough. Nothing is ever changed once written.
/// <code>
/// file     "LLJOURN1", then records
/// record   0 u32 CRC32C of all that follows   4 u16 kind   6 u16 0   8 u32 length of the payload   12 payload
/// </code>
/// A torn tail is where the first record does not verify: everything before it is whole.
/// </summary>
internal static class JournalFormat
{
    public const int HeaderBytes = 12;
    public const int KindAt = 4;
    public const int LengthAt = 8;
    public const int MaxPayloadBytes = 16 * 1024 * 1024;
    public const string Extension = ".lljournal";

    public static ReadOnlySpan<byte> Magic => "LLJOURN1"u8;

    /// <summary>Writes a record's header; the payload must stand behind it already.</summary>
    public static void Seal(Span<byte> record, JournalRecordKind kind)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(record[KindAt..], (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(record[(KindAt + 2)..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthAt..], (uint)(record.Length - HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C(record[KindAt..]));
    }

    /// <summary>CRC32C, with the processor's own instruction where it has one.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte one in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
