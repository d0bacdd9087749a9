using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.Json;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>
/// Reads one journal file of any version, output by output. It stops at the end of the file, at a record of which only
/// a part is there (a torn end), or at damage; <see cref="Summary"/> tells which. One thread at a time.
/// </summary>
public sealed class JournalCursor : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const string BytesAfterEnd = "has bytes after the record that ends it";

    private readonly string _path;
    private readonly Stream _stream;
    private readonly JournalHeader _header;
    private byte[] _record = new byte[JournalFormat.RecordHeaderBytes + EngineOutput.SizeBytes];
    private byte[] _session = [];
    private string? _damage;
    private bool _hasSession;
    private bool _hasSnapshot;
    private bool _hasEnd;
    private bool _isAtEnd;
    private long _whole;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be read, or does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public JournalCursor(string path)
        : this(path, RegularFile.OpenRead(path, BufferBytes, out string? problem), problem)
    {
    }

    /// <summary>Reads a journal from a stream.</summary>
    internal JournalCursor(string path, Stream stream)
        : this(path, stream, problem: null)
    {
    }

    private JournalCursor(string path, Stream? stream, string? problem)
    {
        _path = path;
        _stream = stream ?? Stream.Null;
        if (problem is not null)
        {
            Fail(problem);
            return;
        }

        Span<byte> start = stackalloc byte[JournalFormat.FileHeaderBytes];
        int count = _stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (JournalHeader.Read(start[..count], out _header) is { } fault)
        {
            Fail(fault);
            return;
        }

        _isAtEnd = _header.Version == 0;
        _whole = _header.Bytes;
        _stream.Position = _header.Bytes;
    }

    /// <summary>Everything found so far besides outputs.</summary>
    public JournalSummary Summary => new(
        _header.Version, _session, _hasSnapshot, _hasEnd, Math.Max(0, _stream.Length - _whole), _damage);

    /// <summary>Reads the next output.</summary>
    /// <returns>false after the last one that can be read.</returns>
    public bool TryRead(out EngineOutput output)
    {
        output = default;
        while (TryReadRecord(out JournalRecordKind kind, out ReadOnlySpan<byte> payload))
        {
            switch (kind)
            {
                case JournalRecordKind.Session:
                    _hasSession = true;
                    _session = payload.ToArray();
                    break;
                case JournalRecordKind.End:
                    _hasEnd = true;
                    break;
                default:
                    output = MemoryMarshal.Read<EngineOutput>(payload);
                    _hasSnapshot |= output.Kind == OutputKind.SnapshotEnd;
                    return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private bool TryReadRecord(out JournalRecordKind kind, out ReadOnlySpan<byte> payload)
    {
        kind = JournalRecordKind.None;
        payload = default;
        if (_isAtEnd)
        {
            return false;
        }

        int headerBytes = _header.RecordHeaderBytes;
        int count = _stream.ReadAtLeast(_record.AsSpan(0, headerBytes), headerBytes, throwOnEndOfStream: false);
        if (count < headerBytes)
        {
            _isAtEnd = true;
            return count == 0 ? false
                : _hasEnd ? Fail(BytesAfterEnd)
                : count > JournalFormat.KindAt && HasOnlyZeros(count) ? EndInZeros()
                : false;
        }

        if (CheckRecordHeader(_record.AsSpan(0, headerBytes), out kind, out int length) is { } fault)
        {
            return HasOnlyZeros(headerBytes) ? EndInZeros() : Fail(fault);
        }

        if (headerBytes + length > _record.Length)
        {
            Array.Resize(ref _record, headerBytes + length);
        }

        count = _stream.ReadAtLeast(_record.AsSpan(headerBytes, length), length, throwOnEndOfStream: false);
        payload = _record.AsSpan(headerBytes, length);
        if (count < length)
        {
            return IsSettingsBeyondTheFile(kind, payload[..count])
                ? Fail("is damaged: the length of its first record is wrong")
                : EndTorn();
        }

        if (ChecksumOf(headerBytes, length) != BinaryPrimitives.ReadUInt32LittleEndian(_record))
        {
            return Fail("is damaged: the checksum of a record is wrong");
        }

        _whole += headerBytes + length;
        return true;
    }

    private uint ChecksumOf(int headerBytes, int length) => _header.Version == 1
        ? Crc32C.Of(_record.AsSpan(JournalFormat.KindAt, headerBytes + length - JournalFormat.KindAt))
        : Crc32C.Of(_record.AsSpan(headerBytes, length));

    private string? CheckRecordHeader(ReadOnlySpan<byte> header, out JournalRecordKind kind, out int length)
    {
        kind = (JournalRecordKind)BinaryPrimitives.ReadUInt16LittleEndian(header[JournalFormat.KindAt..]);
        long declared = BinaryPrimitives.ReadUInt32LittleEndian(header[JournalFormat.LengthAt..]);
        length = (int)Math.Min(declared, JournalFormat.MaxPayloadBytes);
        if (_hasEnd)
        {
            return BytesAfterEnd;
        }

        if (_header.Version > 1 && Crc32C.Of(header[..JournalFormat.HeaderChecksumAt])
            != BinaryPrimitives.ReadUInt32LittleEndian(header[JournalFormat.HeaderChecksumAt..]))
        {
            return "is damaged: the checksum of a record's header is wrong";
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(header[JournalFormat.ReservedAt..]) != 0)
        {
            return "is damaged: the reserved field of a record is not 0";
        }

        if (_hasSession == (kind == JournalRecordKind.Session))
        {
            return _hasSession ? "has a second record of settings" : "does not begin with the session's settings";
        }

        bool isRightLength = kind switch
        {
            JournalRecordKind.Session => declared is > 0 and <= JournalFormat.MaxPayloadBytes,
            JournalRecordKind.Output => declared == EngineOutput.SizeBytes,
            JournalRecordKind.End => declared == 0,
            _ => false,
        };
        return isRightLength ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"has a record of kind {(int)kind} with {declared} bytes, which is not valid");
    }

    // Version 1 has no checksum for the length alone. If the settings are complete, no bytes are missing: the length is
    // wrong.
    private bool IsSettingsBeyondTheFile(JournalRecordKind kind, ReadOnlySpan<byte> bytes)
    {
        if (_header.Version != 1 || kind != JournalRecordKind.Session)
        {
            return false;
        }

        var json = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            while (json.Read())
            {
                if (json.CurrentDepth == 0 && json.TokenType == JsonTokenType.EndObject)
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    // After a power loss, a file system may have kept a file's new length but not its content.
    private bool HasOnlyZeros(int readBytes)
    {
        if (_record.AsSpan(0, readBytes).ContainsAnyExcept((byte)0))
        {
            return false;
        }

        byte[] rest = new byte[BufferBytes];
        int count;
        while ((count = _stream.Read(rest)) != 0)
        {
            if (rest.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    // The file was longer than what is left of it. Once the snapshot is whole, the records before the zeros are a state
    // to continue from. Before that, the zeros may stand for the snapshot and for orders that were sent.
    private bool EndInZeros() => _hasSnapshot ? EndTorn() : Fail(string.Create(
        CultureInfo.InvariantCulture,
        $"holds only zeros after byte {_whole}, where the state that its session started from should be; orders may "
        + $"have been sent"));

    private bool EndTorn()
    {
        _isAtEnd = true;
        return false;
    }

    private bool Fail(string what)
    {
        _isAtEnd = true;
        string version = _header.Version == 0 ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $" (format version {_header.Version}, byte {_whole})");
        _damage = $"the journal '{_path}'{version} {what}";
        return false;
    }
}
