using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>One journal file, read to the end of what is whole.</summary>
/// <param name="Path">The file.</param>
/// <param name="Session">The session's settings as UTF-8 JSON.</param>
/// <param name="Outputs">The engine's outputs, in order.</param>
/// <param name="HasSnapshot">true when the state that the session started from is in it, whole.</param>
/// <param name="HasEnd">true when the session ended in good order.</param>
/// <param name="TornBytes">Bytes behind the last whole record.</param>
public sealed record JournalFile(
    string Path, byte[] Session, IReadOnlyList<EngineOutput> Outputs, bool HasSnapshot, bool HasEnd, long TornBytes);

/// <summary>Reads journals. Any thread.</summary>
public static class JournalReader
{
    /// <summary>The files of a folder, oldest first; none where there is no folder.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*" + JournalFormat.Extension).Where(file => NumberOf(file) > 0).Order()
        : [];

    /// <summary>A file's number, 0 when its name has none.</summary>
    public static int NumberOf(string path) => int.TryParse(
        Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : 0;

    /// <summary>
    /// The newest file that holds the state its session started from, or null. One that was cut before that is passed
    /// over: no order had left yet.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static JournalFile? ReadNewest(string folder) =>
        Files(folder).Reverse().Select(Read).FirstOrDefault(file => file.HasSnapshot);

    /// <summary>Reads one file as far as it is whole.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static JournalFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] session = [];
        var outputs = new List<EngineOutput>();
        bool hasSnapshot = false;
        bool hasEnd = false;
        long whole = 0;
        Span<byte> magic = stackalloc byte[JournalFormat.Magic.Length];
        bool isJournal = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
            && magic.SequenceEqual(JournalFormat.Magic);
        whole = isJournal ? magic.Length : 0;
        byte[] record = new byte[JournalFormat.HeaderBytes + EngineOutput.SizeBytes];
        while (isJournal && TryRead(stream, ref record, out JournalRecordKind kind, out int length))
        {
            ReadOnlySpan<byte> payload = record.AsSpan(JournalFormat.HeaderBytes, length);
            whole += JournalFormat.HeaderBytes + length;
            if (kind == JournalRecordKind.Session)
            {
                session = payload.ToArray();
            }
            else if (kind == JournalRecordKind.Output && length == EngineOutput.SizeBytes)
            {
                EngineOutput output = MemoryMarshal.Read<EngineOutput>(payload);
                outputs.Add(output);
                hasSnapshot |= output.Kind == OutputKind.SnapshotEnd;
            }

            hasEnd |= kind == JournalRecordKind.End;
        }

        return new JournalFile(path, session, outputs, hasSnapshot, hasEnd, stream.Length - whole);
    }

    private static bool TryRead(Stream stream, ref byte[] record, out JournalRecordKind kind, out int length)
    {
        kind = JournalRecordKind.None;
        length = 0;
        Span<byte> header = record.AsSpan(0, JournalFormat.HeaderBytes);
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) != header.Length)
        {
            return false;
        }

        uint declared = BinaryPrimitives.ReadUInt32LittleEndian(header[JournalFormat.LengthAt..]);
        if (declared > JournalFormat.MostPayloadBytes)
        {
            return false;
        }

        length = (int)declared;
        if (JournalFormat.HeaderBytes + length > record.Length)
        {
            Array.Resize(ref record, JournalFormat.HeaderBytes + length);
        }

        Span<byte> payload = record.AsSpan(JournalFormat.HeaderBytes, length);
        if (stream.ReadAtLeast(payload, length, throwOnEndOfStream: false) != length)
        {
            return false;
        }

        Span<byte> whole = record.AsSpan(0, JournalFormat.HeaderBytes + length);
        kind = (JournalRecordKind)BinaryPrimitives.ReadUInt16LittleEndian(whole[JournalFormat.KindAt..]);
        return JournalFormat.Crc32C(whole[JournalFormat.KindAt..]) == BinaryPrimitives.ReadUInt32LittleEndian(whole);
    }
}
