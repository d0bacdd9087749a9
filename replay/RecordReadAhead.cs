using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>
/// Reads a recording ahead on its own thread, so that decompression and verification run in parallel to processing. It
/// returns the records of a <see cref="SegmentReader"/> in order, and holds at most a few megabytes of them. A single
/// thread takes records; the reader must not be used until <see cref="End"/> or the last record.
/// </summary>
public sealed class RecordReadAhead : IDisposable
{
    private const int ChunkBytes = 256 * 1024;
    private const int ChunkRecords = 4096;

    private readonly SegmentReader _reader;
    private readonly ReadAhead<Chunk> _chunks;
    private Chunk _chunk = new();
    private int _next;

    /// <summary>
    /// Wraps a reader, which the caller must still dispose; the thread starts with the first request.
    /// </summary>
    public RecordReadAhead(SegmentReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _reader = reader;
        _chunks = new ReadAhead<Chunk>(() => new Chunk(), Fill);
    }

    /// <summary>Bytes of the files that were read for the records returned so far, and slightly more.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Number of damaged places before the last record returned.</summary>
    public int Damages { get; private set; }

    /// <summary>Returns the next record.</summary>
    /// <param name="record">The fixed part; default if there is none.</param>
    /// <param name="payload">The payload, valid until the next call.</param>
    /// <returns>false at the end; the reader then says whether the recording is complete.</returns>
    public bool TryRead(out InputRecord record, out ReadOnlySpan<byte> payload)
    {
        while (_next == _chunk.Records.Count)
        {
            if (_chunks.Take() is not { } chunk)
            {
                record = default;
                payload = default;
                return false;
            }

            _chunk = chunk;
            _next = 0;
            ReadBytes = chunk.ReadBytes;
        }

        Entry entry = _chunk.Records[_next++];
        record = entry.Record;
        payload = _chunk.Payloads.AsSpan(entry.Start, entry.Length);
        Damages = entry.Damages;
        return true;
    }

    /// <summary>
    /// Stops the thread. Everything read ahead is discarded, and the caller may use the reader again.
    /// </summary>
    public void End()
    {
        _chunks.End();
        _next = _chunk.Records.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _chunks.Dispose();

    private bool Fill(Chunk chunk)
    {
        chunk.Clear();
        while (chunk.Length < ChunkBytes && chunk.Records.Count < ChunkRecords)
        {
            if (!_reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
            {
                chunk.ReadBytes = _reader.ReadBytes;
                return false;
            }

            chunk.Add(in record, payload, _reader.Truncations.Count);
        }

        chunk.ReadBytes = _reader.ReadBytes;
        return true;
    }

    private readonly record struct Entry(InputRecord Record, int Start, int Length, int Damages);

    private sealed class Chunk
    {
        public List<Entry> Records { get; } = new(1024);

        public byte[] Payloads { get; private set; } = new byte[ChunkBytes + (ChunkBytes / 2)];

        public int Length { get; private set; }

        public long ReadBytes { get; set; }

        public void Clear()
        {
            Records.Clear();
            Length = 0;
        }

        public void Add(in InputRecord record, ReadOnlySpan<byte> payload, int damages)
        {
            if (payload.Length > Payloads.Length - Length)
            {
                byte[] larger = new byte[Math.Max(2 * Payloads.Length, Length + payload.Length)];
                Payloads.AsSpan(0, Length).CopyTo(larger);
                Payloads = larger;
            }

            payload.CopyTo(Payloads.AsSpan(Length));
            Records.Add(new Entry(record, Length, payload.Length, damages));
            Length += payload.Length;
        }
    }
}
