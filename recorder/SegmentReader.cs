using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Recorder;

/// <summary>A place from which on a segment could not be read.</summary>
/// <param name="File">The segment file, with its path.</param>
/// <param name="Offset">Where in the file the first block begins that could not be used; bytes.</param>
/// <param name="Problem">What is wrong, in words.</param>
public sealed record Truncation(string File, long Offset, string Problem)
{
    /// <summary>One line for a person.</summary>
    /// <returns>The file, the offset and the words.</returns>
    public override string ToString() => $"{File}, byte {Offset}: {Problem}";
}

/// <summary>
/// Reads the records of a recording folder, or of one segment file, in the order in which they were written.
/// Whatever the files hold, nothing throws and no wrong record comes out: at the first damage reading stops, and
/// <see cref="Truncation"/> says where and why. One thread at a time.
/// </summary>
public sealed class SegmentReader : IDisposable
{
    private readonly List<(int Index, string Path)> _segments;
    private readonly bool _wholeRecording;
    private readonly bool _continueAfterDamage;
    private readonly List<Truncation> _truncations = [];
    private int _next;
    private FileStream? _file;
    private Lz4FrameReader? _frame;
    private string _path = "";

    // Content that was read and not yet given out: _buffer[_start.._end).
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    private bool _sessionKnown;

    // The last report was of a file that simply ends too early, as a killed process leaves it.
    private bool _torn;

    private SegmentReader(List<(int Index, string Path)> segments, bool wholeRecording, bool continueAfterDamage)
    {
        _segments = segments;
        _wholeRecording = wholeRecording;
        _continueAfterDamage = continueAfterDamage;
    }

    /// <summary>Where reading stopped because of damage or a missing end; null while everything is whole. With
    /// continueAfterDamage, the first such place.</summary>
    public Truncation? Truncation => _truncations.Count == 0 ? null : _truncations[0];

    /// <summary>Every such place so far: more than one only with continueAfterDamage.</summary>
    public IReadOnlyList<Truncation> Truncations => _truncations;

    /// <summary>When the session began, in nanoseconds since the Unix epoch; 0 until a segment was opened.</summary>
    public long SessionStartNs { get; private set; }

    /// <summary>The program that wrote the recording; empty until a segment was opened.</summary>
    public string Program { get; private set; } = "";

    /// <summary>Records given out so far.</summary>
    public long Records { get; private set; }

    /// <summary>Opens a recording.</summary>
    /// <param name="path">A recording folder, or one segment file (of any name).</param>
    /// <param name="reader">The reader, when the answer is true.</param>
    /// <param name="problem">What is wrong, in words, when the answer is false: nothing is there, it is no
    /// recording, or a newer program wrote it.</param>
    /// <param name="continueAfterDamage">Goes on with the next segment after damage; what is missing between is in
    /// <see cref="Truncations"/>.</param>
    /// <returns>Whether there is something to read. A torn first segment counts: it may hold no record.</returns>
    public static bool TryOpen(
        string path, out SegmentReader? reader, out string problem, bool continueAfterDamage = false)
    {
        reader = null;
        if (!TryList(path, out List<(int, string)> segments, out bool folder, out problem))
        {
            return false;
        }

        var opened = new SegmentReader(segments, folder, continueAfterDamage);
        if (!opened.OpenNext() && !opened._torn)
        {
            problem = opened.Truncation!.ToString();
            opened.Dispose();
            return false;
        }

        reader = opened;
        return true;
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="record">The fixed part; default when there is none.</param>
    /// <param name="payload">The payload, until the next call.</param>
    /// <returns>false at the end: see <see cref="Truncation"/> whether it is the true end.</returns>
    public bool TryRead(out InputRecord record, out ReadOnlySpan<byte> payload)
    {
        record = default;
        payload = default;
        while (_frame is not null || MayGoOn)
        {
            if (_frame is null && !OpenNext())
            {
                continue;
            }

            if (TryReadRecord(out record, out payload))
            {
                Records++;
                return true;
            }

            CloseSegment();
        }

        return false;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        CloseSegment();
        _next = _segments.Count;
    }

    private bool MayGoOn => _next < _segments.Count && (_truncations.Count == 0 || _continueAfterDamage);

    private static bool TryList(
        string path, out List<(int Index, string Path)> segments, out bool folder, out string problem)
    {
        segments = [];
        folder = false;
        problem = "";
        try
        {
            folder = Directory.Exists(path);
            if (!folder)
            {
                problem = File.Exists(path) ? "" : $"{path}: there is no such folder or file";
                segments.Add((-1, path));
                return problem.Length == 0;
            }

            foreach (string file in Directory.EnumerateFiles(path, "*" + SegmentFormat.FileSuffix))
            {
                if (SegmentFormat.TryParseFileName(Path.GetFileName(file), out int index))
                {
                    segments.Add((index, file));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: cannot be listed: {error.Message}";
            return false;
        }

        segments.Sort();
        problem = segments.Count > 0 ? "" : $"{path}: holds no segment (NNNNNN{SegmentFormat.FileSuffix})";
        return segments.Count > 0;
    }

    private bool OpenNext()
    {
        (int index, _path) = _segments[_next];
        int expected = _next == 0 ? 0 : _segments[_next - 1].Index + 1;
        _next++;
        if (_wholeRecording && index != expected)
        {
            Report(0, $"segment {SegmentFormat.FileName(expected)} before it is missing");
            if (!_continueAfterDamage)
            {
                return false;
            }
        }

        try
        {
            _file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(0, "cannot be opened: " + error.Message);
            return false;
        }

        _frame = new Lz4FrameReader(_file);
        _start = 0;
        _end = 0;
        if (ReadHeader(index))
        {
            return true;
        }

        CloseSegment();
        return false;
    }

    private bool ReadHeader(int fileIndex)
    {
        if (!Fill(SegmentFormat.ProgramOffset))
        {
            return false;
        }

        ReadOnlySpan<byte> header = _buffer.AsSpan(_start, SegmentFormat.ProgramOffset);
        if (!header.StartsWith(SegmentFormat.Magic))
        {
            return Report(0, "this is an LZ4 file but no segment of a recording");
        }

        int version = BinaryPrimitives.ReadUInt16LittleEndian(header[SegmentFormat.VersionOffset..]);
        if (version > SegmentFormat.FormatVersion)
        {
            return Report(
                0,
                $"it has format version {version}, which is newer than {SegmentFormat.FormatVersion}, the newest "
                + "that this program reads: use the program that wrote it or a newer one");
        }

        int programLength = BinaryPrimitives.ReadUInt16LittleEndian(header[SegmentFormat.ProgramLengthOffset..]);
        int crcOffset = SegmentFormat.ProgramOffset + programLength;
        if (version < 1 || programLength > SegmentFormat.ProgramLengthMax)
        {
            return Report(0, "the segment header is damaged");
        }

        if (!Fill(crcOffset + SegmentFormat.CrcLength))
        {
            return false;
        }

        header = _buffer.AsSpan(_start, crcOffset + SegmentFormat.CrcLength);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header[crcOffset..]);
        if (crc != SegmentFormat.Crc(header[..crcOffset], default))
        {
            return Report(0, "the checksum of the segment header is wrong");
        }

        int index = BinaryPrimitives.ReadInt32LittleEndian(header[SegmentFormat.SegmentIndexOffset..]);
        long start = BinaryPrimitives.ReadInt64LittleEndian(header[SegmentFormat.SessionStartOffset..]);
        if ((_wholeRecording && index != fileIndex) || (_sessionKnown && start != SessionStartNs))
        {
            return Report(0, $"it is segment {index} of the session begun at {start} ns: not from this place");
        }

        _sessionKnown = true;
        SessionStartNs = start;
        Program = Encoding.UTF8.GetString(header[SegmentFormat.ProgramOffset..crcOffset]);
        _start += header.Length;
        return true;
    }

    private bool TryReadRecord(out InputRecord record, out ReadOnlySpan<byte> payload)
    {
        record = default;
        payload = default;
        const int headerLength = SegmentFormat.RecordHeaderLength;
        if (!Fill(headerLength))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(
            _buffer.AsSpan(_start + SegmentFormat.PayloadLengthOffset));
        if (length is < 0 or > SegmentFormat.PayloadLengthMax)
        {
            return Report(_frame!.GoodBytes, $"a record claims {length} bytes of payload");
        }

        if (!Fill(headerLength + length))
        {
            return false;
        }

        ReadOnlySpan<byte> header = _buffer.AsSpan(_start, headerLength);
        ReadOnlySpan<byte> body = _buffer.AsSpan(_start + headerLength, length);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header[SegmentFormat.CrcOffset..]);
        if (crc != SegmentFormat.Crc(header[..SegmentFormat.CrcOffset], body))
        {
            return Report(_frame!.GoodBytes, "the checksum of a record is wrong");
        }

        InputRecord read = SegmentFormat.ReadRecordHeader(header);
        if (header[SegmentFormat.FlagsOffset] != 0 || !SegmentFormat.IsValid(read, length))
        {
            return Report(_frame!.GoodBytes, $"a record of kind {(int)read.Kind} is not one of this format version");
        }

        _start += headerLength + length;
        record = read;
        payload = body;
        return true;
    }

    // Makes at least count bytes stand at _start. false: the segment has no more; then any loss is reported.
    private bool Fill(int count)
    {
        while (_end - _start < count)
        {
            Lz4ReadResult result = _frame!.Read(out ReadOnlySpan<byte> content);
            _torn = result == Lz4ReadResult.Torn;
            switch (result)
            {
                case Lz4ReadResult.Block:
                    Keep(content);
                    break;
                case Lz4ReadResult.End when _end > _start || count == SegmentFormat.ProgramOffset:
                    return Report(_frame.GoodBytes, "the segment ends inside a record or its header");
                case Lz4ReadResult.End when _file!.CanSeek && _file.Length != _frame.ReadBytes:
                    return Report(_frame.GoodBytes, "bytes follow the end of the segment");
                case Lz4ReadResult.End:
                    return false;
                default:
                    return Report(_frame.GoodBytes, _frame.Problem);
            }
        }

        return true;
    }

    // Grows with the bytes that are really there, never by what a record claims.
    private void Keep(ReadOnlySpan<byte> content)
    {
        int held = _end - _start;
        if (content.Length > _buffer.Length - _end)
        {
            byte[] target = _buffer;
            if (held + content.Length > _buffer.Length)
            {
                target = new byte[Math.Max(2 * _buffer.Length, held + content.Length)];
            }

            Buffer.BlockCopy(_buffer, _start, target, 0, held);
            _buffer = target;
            _start = 0;
            _end = held;
        }

        content.CopyTo(_buffer.AsSpan(_end));
        _end += content.Length;
    }

    private bool Report(long offset, string problem)
    {
        int unread = _segments.Count - _next;
        string more = unread == 0 || _continueAfterDamage ? "" : $"; {unread} later segments were not read";
        _truncations.Add(new Truncation(_path, offset, problem + more));
        return false;
    }

    private void CloseSegment()
    {
        _frame = null;
        _file?.Dispose();
        _file = null;
    }
}
