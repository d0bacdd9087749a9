using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Recorder;

/// <summary>Position of a record in a recording.</summary>
/// <param name="Segment">The segment's number; -1 for a single file.</param>
/// <param name="BlockFileOffset">File offset of its block.</param>
/// <param name="OffsetInBlock">Its offset in the block's content.</param>
public readonly record struct SegmentPosition(int Segment, long BlockFileOffset, int OffsetInBlock);

/// <summary>Reads the records of a recording folder, or of one segment file, in the order in which they were written.
/// Damaged files neither throw nor yield a wrong record: reading stops at the first damage, and
/// <see cref="Truncation"/> says where and why. One thread at a time.
/// </summary>
public sealed class SegmentReader : IDisposable
{
    private const int FileBufferLength = 1 << 17;

    private readonly List<(int Index, string Path)> _segments;
    private readonly bool _wholeRecording;
    private readonly bool _continueAfterDamage;
    private readonly List<Truncation> _truncations = [];
    private int _next;
    private FileStream? _file;
    private long _closedBytes;

    // The only segment's file, opened and closed by the caller; null if files are opened here.
    private FileStream? _given;
    private Lz4FrameReader? _frame;
    private string _path = "";

    // Content that was read but not yet returned: _buffer[_start.._end).
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    // Layout of the current segment.
    private int _version;
    private int _recordHeaderLength;
    private int _crcOffset;

    private bool _hasHeader;

    // The index of the current segment, if it has one. Its block checksums replace those of the records.
    private SegmentIndex? _index;
    private long _indexOffset;
    private int _nextBlock;
    private long _blockOffset;

    private bool _sessionKnown;
    private bool _trustsIndex;

    // Start position in the first segment; null for its beginning.
    private SegmentPosition? _from;

    // The last report was a file that ends early, as a killed process leaves it.
    private bool _torn;

    // The segment's end mark was found, and its content is valid.
    private bool _isAtEnd;

    private SegmentReader(List<(int Index, string Path)> segments, bool wholeRecording, bool continueAfterDamage)
    {
        _segments = segments;
        _wholeRecording = wholeRecording;
        _continueAfterDamage = continueAfterDamage;
    }

    /// <summary>
    /// Where reading stopped because of damage or a missing end; null if everything so far is valid. With
    /// continueAfterDamage, the first such place.
    /// </summary>
    public Truncation? Truncation => _truncations.Count == 0 ? null : _truncations[0];

    /// <summary>All such places so far; more than one only with continueAfterDamage.</summary>
    public IReadOnlyList<Truncation> Truncations => _truncations;

    /// <summary>
    /// Whether a killed writer explains the state of the last segment: it ends early, or only its index is wrong.
    /// </summary>
    internal bool LooksKilled => _torn || _isAtEnd;

    /// <summary>When the session began, in nanoseconds since the Unix epoch; 0 until a segment was opened.</summary>
    public long SessionStartNs { get; private set; }

    /// <summary>The program that wrote the recording; empty until a segment was opened.</summary>
    public string Program { get; private set; } = "";

    /// <summary>Description of the session, as JSON; <c>{}</c> in recordings of format version 1.</summary>
    public string Description { get; private set; } = "{}";

    /// <summary>Format version of the segment last opened; 0 until one was.</summary>
    public int FormatVersion => _version;

    /// <summary>Bytes of the files read or skipped so far.</summary>
    public long ReadBytes => _closedBytes + (_frame?.ReadBytes ?? 0);

    /// <summary>Total size of all files when they were opened.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Records returned so far.</summary>
    public long Records { get; private set; }

    /// <summary>Opens a recording.</summary>
    /// <param name="path">A recording folder, or one segment file (of any name).</param>
    /// <param name="reader">The reader, if the result is true.</param>
    /// <param name="problem">The error text, if the result is false: not found, not a recording, or written by a newer
    /// program.</param>
    /// <param name="continueAfterDamage">Continues with the next segment after damage; gaps are listed in
    /// <see cref="Truncations"/>.</param>
    /// <param name="from">Start position; null for the beginning. Nothing before it is read.</param>
    /// <param name="trustsIndex">true to verify the block checksums of the index instead of the content checksum, if
    /// there is an index. Every record is still verified, and it is faster.</param>
    /// <returns>Whether there is something to read. A torn first segment counts, even if it holds no record.</returns>
    /// <exception cref="InvalidDataException">A pipe, device or socket is in a segment's place.</exception>
    public static bool TryOpen(
        string path, out SegmentReader? reader, out string problem, bool continueAfterDamage = false,
        SegmentPosition? from = null, bool trustsIndex = false)
    {
        reader = null;
        if (!TryList(path, out List<(int Index, string Path)> segments, out bool folder, out problem))
        {
            return false;
        }

        segments.ForEach(segment => RegularFile.Require(segment.Path));
        var opened = new SegmentReader(segments, folder, continueAfterDamage)
        {
            _closedBytes = from is { } start
                ? segments.Where(segment => segment.Index < start.Segment).Sum(segment => LengthOf(segment.Path))
                : 0,
            TotalBytes = segments.Sum(segment => LengthOf(segment.Path)),
            _from = from,
            _trustsIndex = trustsIndex,
            _next = from is { } place ? segments.FindIndex(item => item.Index == place.Segment) : 0,
        };
        if (opened._next < 0)
        {
            problem = $"{path}: contains no segment {from!.Value.Segment}";
            return false;
        }

        return TryBegin(opened, out reader, out problem);
    }

    /// <summary>Reads a segment from an open file, which stays open.</summary>
    internal static bool TryOpen(FileStream file, out SegmentReader? reader, out string problem) => TryBegin(
        new SegmentReader([(-1, file.Name)], wholeRecording: false, continueAfterDamage: false) { _given = file },
        out reader, out problem);

    private static bool TryBegin(SegmentReader opened, out SegmentReader? reader, out string problem)
    {
        reader = null;
        problem = "";
        bool isFromStart = opened._from is null;
        bool isOpen = opened.OpenNext();
        bool isTorn = opened._torn;
        while (!isOpen && opened._continueAfterDamage && isFromStart && opened._next < opened._segments.Count)
        {
            isOpen = opened.OpenNext();
        }

        if (!isOpen && !(isTorn && isFromStart))
        {
            problem = opened.Truncation!.ToString();
            opened.Dispose();
            return false;
        }

        reader = opened;
        return true;
    }

    /// <summary>
    /// The segment files of a recording in order, sealed or being written; for a single file, that one.
    /// </summary>
    /// <param name="path">A recording folder, or one segment file.</param>
    /// <param name="files">Number in the name (-1 for a single file) and path.</param>
    /// <param name="problem">The error text, if the result is false.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryList(string path, out IReadOnlyList<(int Index, string Path)> files, out string problem)
    {
        bool isThere = TryList(path, out List<(int Index, string Path)> segments, out _, out problem);
        files = segments;
        return isThere;
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="record">The fixed part; default if there is none.</param>
    /// <param name="payload">The payload, valid until the next call.</param>
    /// <returns>false at the end; <see cref="Truncation"/> says whether the recording is complete.</returns>
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
                problem = File.Exists(path) ? "" : $"{path}: no such folder or file";
                segments.Add((-1, path));
                return problem.Length == 0;
            }

            foreach (string file in Directory.EnumerateFiles(path))
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

        // Sealed before open: if a repair was killed between its last two steps, both hold the same records.
        segments.Sort();
        for (int i = segments.Count - 1; i > 0; i--)
        {
            if (segments[i].Index == segments[i - 1].Index)
            {
                segments.RemoveAt(i);
            }
        }

        problem = segments.Count > 0 ? "" : $"{path}: contains no segment (NNNNNN{SegmentFormat.FileSuffix})";
        return segments.Count > 0;
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private bool OpenNext()
    {
        (int index, _path) = _segments[_next];
        int expected = _next == 0 ? 0 : _segments[_next - 1].Index + 1;
        _next++;
        if (_wholeRecording && index != expected && _from is null)
        {
            Report(0, $"segment {SegmentFormat.FileName(expected)} is missing before this one");
            if (!_continueAfterDamage)
            {
                return false;
            }
        }

        try
        {
            _file = _given ?? OpenFile();
            SegmentIndex.TryLoad(_file, out _index, out _indexOffset);
            _file.Position = 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(0, "cannot be opened: " + error.Message);
            CloseSegment();
            return false;
        }

        _frame = new Lz4FrameReader(_file, checksContent: _index is null || !_trustsIndex);
        _hasHeader = false;
        _isAtEnd = false;
        _nextBlock = 0;
        _start = 0;
        _end = 0;
        if (ReadHeader(index) && MoveToStart())
        {
            return true;
        }

        CloseSegment();
        return false;
    }

    private FileStream OpenFile()
    {
        if (_path.EndsWith(SegmentFormat.OpenSuffix, StringComparison.Ordinal) && !File.Exists(_path))
        {
            // Its writer has sealed it since it was listed.
            _path = _path[..^SegmentFormat.OpenSuffix.Length];
        }

        return new FileStream(
            _path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileBufferLength);
    }

    private bool MoveToStart()
    {
        if (_from is not { } place)
        {
            return true;
        }

        _from = null;
        _start = 0;
        _end = 0;
        _nextBlock = _index?.Blocks.TakeWhile(block => block.FileOffset < place.BlockFileOffset).Count() ?? 0;
        if (!_frame!.SeekToBlock(place.BlockFileOffset))
        {
            return Report(place.BlockFileOffset, "no block starts here");
        }

        if (!Fill(place.OffsetInBlock + 1))
        {
            return false;
        }

        _start += place.OffsetInBlock;
        return true;
    }

    private bool ReadHeader(int fileIndex)
    {
        if (!ReadLengths(out int version, out int programLength, out int descriptionLength))
        {
            return false;
        }

        int programOffset = SegmentFormat.ProgramOffset(version);
        int crcOffset = programOffset + programLength + descriptionLength;
        if (!Fill(crcOffset + SegmentFormat.CrcLength))
        {
            return false;
        }

        ReadOnlySpan<byte> header = _buffer.AsSpan(_start, crcOffset + SegmentFormat.CrcLength);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header[crcOffset..]);
        if (crc != Crc32C.Of(header[..crcOffset]))
        {
            return Report(0, "segment header checksum mismatch");
        }

        int index = BinaryPrimitives.ReadInt32LittleEndian(header[SegmentFormat.SegmentIndexOffset..]);
        long start = BinaryPrimitives.ReadInt64LittleEndian(header[SegmentFormat.SessionStartOffset..]);
        if ((_wholeRecording && index != fileIndex) || (_sessionKnown && start != SessionStartNs))
        {
            return Report(0, $"it is segment {index} of the session started at {start} ns and does not belong here");
        }

        _version = version;
        _crcOffset = SegmentFormat.CrcOffset(version);
        _recordHeaderLength = _crcOffset + SegmentFormat.CrcLength;
        _hasHeader = true;
        _sessionKnown = true;
        SessionStartNs = start;
        Program = Encoding.UTF8.GetString(header.Slice(programOffset, programLength));
        Description = version == 1
            ? "{}"
            : Encoding.UTF8.GetString(header[(programOffset + programLength)..crcOffset]);
        _start += header.Length;
        return true;
    }

    // The part of the header that says how long it is. It is not verified yet, so the lengths are only bounded.
    private bool ReadLengths(out int version, out int programLength, out int descriptionLength)
    {
        (version, programLength, descriptionLength) = (0, 0, 0);
        int firstLength = SegmentFormat.ProgramOffset(version: 1);
        if (!Fill(firstLength))
        {
            return false;
        }

        ReadOnlySpan<byte> first = _buffer.AsSpan(_start, firstLength);
        if (!first.StartsWith(SegmentFormat.Magic))
        {
            return Report(0, "this is an LZ4 file, but not a segment of a recording");
        }

        version = BinaryPrimitives.ReadUInt16LittleEndian(first[SegmentFormat.VersionOffset..]);
        if (version > SegmentFormat.FormatVersion)
        {
            return Report(
                0,
                $"it has format version {version}, which is newer than {SegmentFormat.FormatVersion}, the newest "
                + "that this program reads: use the program that wrote it or a newer one");
        }

        programLength = BinaryPrimitives.ReadUInt16LittleEndian(first[SegmentFormat.ProgramLengthOffset..]);
        if (version > 1)
        {
            if (!Fill(SegmentFormat.ProgramOffset(version)))
            {
                return false;
            }

            descriptionLength = BinaryPrimitives.ReadInt32LittleEndian(
                _buffer.AsSpan(_start + SegmentFormat.DescriptionLengthOffset));
        }

        bool isBounded = version >= 1 && programLength <= SegmentFormat.ProgramLengthMax
            && descriptionLength is >= 0 and <= SegmentFormat.DescriptionLengthMax;
        return isBounded || Report(0, "the segment header is damaged");
    }

    private bool TryReadRecord(out InputRecord record, out ReadOnlySpan<byte> payload)
    {
        record = default;
        payload = default;
        int headerLength = _recordHeaderLength;
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
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header[_crcOffset..]);
        if (_index is null && crc != Crc32C.Of(header[.._crcOffset], body))
        {
            return Report(_frame!.GoodBytes, "record checksum mismatch");
        }

        InputRecord read = SegmentFormat.ReadRecordHeader(header, _version);
        if (header[SegmentFormat.FlagsOffset] != 0 || !SegmentFormat.IsValid(read, length))
        {
            return Report(_frame!.GoodBytes, $"a record of kind {(int)read.Kind} is not one of this format version");
        }

        _start += headerLength + length;
        record = read;
        payload = body;
        return true;
    }

    // Makes at least count bytes available at _start. false: the segment has no more; any loss is reported then.
    private bool Fill(int count)
    {
        while (_end - _start < count)
        {
            _blockOffset = _frame!.GoodBytes;
            Lz4ReadResult result = _frame.Read(out ReadOnlySpan<byte> content);
            _torn = result == Lz4ReadResult.Torn;
            switch (result)
            {
                case Lz4ReadResult.Block when !IsAsIndexed(content):
                    return Report(_blockOffset, "a block does not match its index");
                case Lz4ReadResult.Block:
                    Keep(content);
                    break;
                case Lz4ReadResult.End when _end > _start || !_hasHeader:
                    return Report(_frame.GoodBytes, "the segment ends inside a record or its header");
                case Lz4ReadResult.End:
                    return CheckIndex();
                default:
                    return Report(_frame.GoodBytes, _frame.Problem);
            }
        }

        return true;
    }

    // All records have been returned; this finds an index that is torn, wrong, or followed by other bytes. Always
    // false.
    private bool CheckIndex()
    {
        long end = _frame!.GoodBytes;
        _isAtEnd = true;
        try
        {
            if (_index is null && _version != 1)
            {
                // It may have been sealed while it was read.
                SegmentIndex.TryLoad(_file!, out _index, out _indexOffset);
            }

            bool isWhole = _version == 1 ? _file!.Length == end : _index is not null && _indexOffset == end;
            if (isWhole)
            {
                return false;
            }

            _torn = _version != 1 && _file!.Length == end;
            return Report(end, _version == 1 ? "bytes follow the end of the segment"
                : _torn ? "the file ends without its index"
                : "its index is damaged, or bytes follow it");
        }
        catch (IOException error)
        {
            return Report(end, "its index cannot be read: " + error.Message);
        }
    }

    private bool IsAsIndexed(ReadOnlySpan<byte> content)
    {
        if (_index is null)
        {
            return true;
        }

        int number = _nextBlock++;
        return number < _index.Blocks.Count
            && _index.Blocks[number].ContentLength == content.Length
            && _index.Blocks[number].ContentCrc == Crc32C.Of(content);
    }

    // Grows with the bytes that really exist, never by what a record claims.
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
        string more = unread == 0 || _continueAfterDamage ? ""
            : unread == 1 ? "; the segment after it was not read"
            : $"; {unread} later segments were not read";
        _truncations.Add(new Truncation(_path, offset, problem + more));
        return false;
    }

    private void CloseSegment()
    {
        _closedBytes += _file?.Length ?? 0;
        _frame = null;
        _index = null;
        if (_file != _given)
        {
            _file?.Dispose();
        }

        _file = null;
    }
}
