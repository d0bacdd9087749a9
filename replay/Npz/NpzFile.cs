using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.IO.Hashing;
using System.Linq;
using System.Runtime.InteropServices;

namespace LowLatency.Replay.Npz;

/// <summary>Feed data as a zip archive with one NumPy array: hftbacktest's files.</summary>
public static class NpzFile
{
    /// <summary>Name of the array's entry in the archive.</summary>
    public const string EntryName = "data.npy";

    private const int RowsAtOnce = 1024;

    // Makes two exports of one recording identical byte for byte.
    private static readonly DateTimeOffset s_entryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes an archive.</summary>
    /// <param name="output">Receives the archive.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="rows">Exactly that many rows.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(Stream output, long count, IEnumerable<FeedRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        ZipArchiveEntry entry = archive.CreateEntry(EntryName, CompressionLevel.Optimal);
        entry.LastWriteTime = s_entryTime;
        using Stream data = entry.Open();
        data.Write(NpyHeader.Write(count));
        long left = count;
        foreach (FeedRow[] chunk in rows.Chunk(RowsAtOnce))
        {
            data.Write(MemoryMarshal.AsBytes<FeedRow>(chunk));
            left -= chunk.Length;
        }

        if (left != 0)
        {
            throw new InvalidOperationException($"{count} rows were promised, {left} more than came");
        }
    }

    /// <summary>
    /// Reads the rows of an archive from first to last. Memory is bounded, whatever the file declares.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not an archive of feed data, or it is damaged; the message names
    /// file and row.</exception>
    public static IEnumerable<FeedRow> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"no file '{path}'", path);
        }

        return ReadRows(path);
    }

    private static IEnumerable<FeedRow> ReadRows(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var array = new EntryReader(path, file);
        var rows = new FeedRow[RowsAtOnce];
        int read;
        do
        {
            read = array.Read(rows);
            for (int i = 0; i < read; i++)
            {
                yield return rows[i];
            }
        }
        while (read != 0);
    }

    /// <summary>The array's entry; all faults of the archive become the same exception.</summary>
    private sealed class EntryReader : IDisposable
    {
        private readonly string _path;
        private readonly ZipArchive _archive;
        private readonly CheckedStream _data;
        private readonly long _count;
        private long _rows;

        public EntryReader(string path, FileStream file)
        {
            _path = path;
            try
            {
                _archive = new ZipArchive(file, ZipArchiveMode.Read);
                ZipArchiveEntry entry = Find(_archive);
                _data = new CheckedStream(entry.Open(), entry.Crc32);
                _count = NpyHeader.Read(_data);
            }
            catch (InvalidDataException fault)
            {
                _archive?.Dispose();
                throw new InvalidDataException($"{path}: {fault.Message}", fault);
            }
        }

        public int Read(Span<FeedRow> rows)
        {
            try
            {
                int wanted = (int)Math.Min(rows.Length, _count - _rows);
                Span<byte> bytes = MemoryMarshal.AsBytes(rows[..wanted]);
                int read = _data.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (read < bytes.Length)
                {
                    throw new InvalidDataException(
                        $"it declares {_count} rows but ends in row {_rows + (read / FeedRow.SizeBytes)}");
                }

                _rows += wanted;
                if (wanted == 0)
                {
                    CheckEnd();
                }

                return wanted;
            }
            catch (InvalidDataException fault)
            {
                throw new InvalidDataException($"{_path}: {fault.Message}", fault);
            }
        }

        public void Dispose()
        {
            _data.Dispose();
            _archive.Dispose();
        }

        private void CheckEnd()
        {
            if (_data.ReadByte() >= 0)
            {
                throw new InvalidDataException($"bytes follow the {_count} declared rows");
            }

            if (!_data.IsRight)
            {
                throw new InvalidDataException("checksum mismatch in the archive");
            }
        }

        private static ZipArchiveEntry Find(ZipArchive archive)
        {
            ZipArchiveEntry[] arrays = archive.Entries
                .Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray();
            return Array.Find(arrays, entry => entry.FullName == EntryName) ?? arrays.Length switch
            {
                1 => arrays[0],
                0 => throw new InvalidDataException("it contains no NumPy array (.npy)"),
                _ => throw new InvalidDataException(
                    $"it contains several arrays, none named {EntryName}: "
                    + string.Join(", ", arrays.Select(entry => entry.FullName))),
            };
        }
    }

    /// <summary>Computes a checksum of what is read, because the archive reader does not compare checksums.</summary>
    private sealed class CheckedStream(Stream inner, uint expected) : Stream
    {
        private readonly Crc32 _sum = new();

        /// <summary>true if the data read so far have the expected checksum of the whole.</summary>
        public bool IsRight => _sum.GetCurrentHashAsUInt32() == expected;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            _sum.Append(buffer[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
