using System;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>Goes through one journal file, output by output, as far as it is whole. One thread at a time.</summary>
public sealed class JournalCursor : IDisposable
{
    private readonly FileStream _stream;
    private byte[] _record = new byte[JournalFormat.HeaderBytes + EngineOutput.SizeBytes];
    private byte[] _session = [];
    private bool _hasSnapshot;
    private bool _hasEnd;
    private bool _isWhole;
    private long _whole;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public JournalCursor(string path)
    {
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 256 * 1024);
        Span<byte> magic = stackalloc byte[JournalFormat.Magic.Length];
        _isWhole = _stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
            && magic.SequenceEqual(JournalFormat.Magic);
        _whole = _isWhole ? magic.Length : 0;
    }

    /// <summary>What was found besides outputs, so far.</summary>
    public JournalSummary Summary => new(_session, _hasSnapshot, _hasEnd, _stream.Length - _whole);

    /// <summary>Reads the next output.</summary>
    /// <returns>false behind the last whole record.</returns>
    public bool TryRead(out EngineOutput output)
    {
        output = default;
        while (TryReadRecord(out JournalRecordKind kind, out int length))
        {
            ReadOnlySpan<byte> payload = _record.AsSpan(JournalFormat.HeaderBytes, length);
            _whole += JournalFormat.HeaderBytes + length;
            if (kind == JournalRecordKind.Session)
            {
                _session = payload.ToArray();
            }
            else if (kind == JournalRecordKind.Output && length == EngineOutput.SizeBytes)
            {
                output = MemoryMarshal.Read<EngineOutput>(payload);
                _hasSnapshot |= output.Kind == OutputKind.SnapshotEnd;
                return true;
            }

            _hasEnd |= kind == JournalRecordKind.End;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private bool TryReadRecord(out JournalRecordKind kind, out int length)
    {
        kind = JournalRecordKind.None;
        length = 0;
        Span<byte> header = _record.AsSpan(0, JournalFormat.HeaderBytes);
        _isWhole = _isWhole && _stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length;
        if (!_isWhole)
        {
            return false;
        }

        uint declared = BinaryPrimitives.ReadUInt32LittleEndian(header[JournalFormat.LengthAt..]);
        _isWhole = declared <= JournalFormat.MaxPayloadBytes;
        if (!_isWhole)
        {
            return false;
        }

        length = (int)declared;
        if (JournalFormat.HeaderBytes + length > _record.Length)
        {
            Array.Resize(ref _record, JournalFormat.HeaderBytes + length);
        }

        Span<byte> payload = _record.AsSpan(JournalFormat.HeaderBytes, length);
        Span<byte> whole = _record.AsSpan(0, JournalFormat.HeaderBytes + length);
        _isWhole = _stream.ReadAtLeast(payload, length, throwOnEndOfStream: false) == length
            && JournalFormat.Crc32C(whole[JournalFormat.KindAt..]) == BinaryPrimitives.ReadUInt32LittleEndian(whole);
        kind = (JournalRecordKind)BinaryPrimitives.ReadUInt16LittleEndian(whole[JournalFormat.KindAt..]);
        return _isWhole;
    }
}
