using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using LowLatency.Engine.Events;
using LowLatency.Recorder;

namespace LowLatency.Replay.Decoded;

/// <summary>
/// Reads a file of decoded events ahead, on its own thread. The file was complete when it got its name; later damage is
/// reported. A single thread takes the events.
/// </summary>
internal sealed class DecodedReader : IDisposable
{
    private readonly FileStream _file;
    private readonly ReadAhead<Block> _blocks;
    private Block? _block;
    private int _input;
    private int _event;

    private DecodedReader(FileStream file)
    {
        _file = file;
        _blocks = new ReadAhead<Block>(() => new Block(), Fill);
    }

    /// <summary>The summary after the last block; null before that.</summary>
    public DecodedSummary? Summary { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long TotalBytes => _file.Length;

    /// <summary>Bytes of the blocks returned so far.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <returns>null if there is none, or if it was made from another recording or by another program.</returns>
    /// <exception cref="IOException">The file cannot be read, or is of another kind and must not be replaced.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static DecodedReader? TryOpen(string path, ulong identity)
    {
        if (FileEntry.Of(path).Kind == EntryKind.Other)
        {
            throw new IOException($"'{path}' is a device or a pipe, not a file");
        }

        if (!File.Exists(path))
        {
            return Directory.Exists(path) ? throw new IOException($"'{path}' is a folder, not a file") : null;
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        DecodedHead head = default;
        int length = file.ReadAtLeast(AsBytes(ref head), Unsafe.SizeOf<DecodedHead>(), throwOnEndOfStream: false);
        if (length == Unsafe.SizeOf<DecodedHead>() && head.Identity == identity
            && head.Magic == MemoryMarshal.Read<ulong>(DecodedFormat.Magic))
        {
            return new DecodedReader(file);
        }

        file.Dispose();
        return length > 0 && head.Magic != MemoryMarshal.Read<ulong>(DecodedFormat.Magic)
            ? throw new IOException($"'{path}' already exists and is not a file of decoded events: choose another name")
            : null;
    }

    /// <summary>The next input's events, valid until the next call; empty at the end.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public Span<EngineInput> Next()
    {
        while (_block is null || _input == _block.Inputs.Length)
        {
            _block = _blocks.Take();
            if (_block is null || _block.Inputs.IsEmpty)
            {
                Summary = _block?.Summary;
                return default;
            }

            ReadBytes += _block.Length;
            (_input, _event) = (0, 0);
        }

        int count = _block.Inputs[_input++];
        Span<EngineInput> events = _block.Events.Slice(_event, count);
        _event += count;
        return events;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.Dispose();
        _file.Dispose();
    }

    private bool Fill(Block block)
    {
        DecodedBlockHead head = default;
        Read(AsBytes(ref head));
        bool isSummary = head.Inputs == 0;
        long length = isSummary ? head.Events
            : ((long)head.Inputs * sizeof(int)) + ((long)head.Events * Unsafe.SizeOf<EngineInput>());
        if (head.Inputs < 0 || head.Events < 0 || length > DecodedFormat.MaxBlockBytes)
        {
            throw Damage();
        }

        Span<byte> body = block.Begin(isSummary ? 0 : head.Inputs, isSummary ? 0 : head.Events, (int)length);
        Read(body);
        if (Crc32C.Of(body) != head.Crc)
        {
            throw Damage();
        }

        if (isSummary)
        {
            block.Summary = JsonSerializer.Deserialize(body, DecodedJson.Default.DecodedSummary);
        }
        else
        {
            long events = 0;
            foreach (int count in block.Inputs)
            {
                events += count > 0 ? count : head.Events + 1L;
            }

            if (events != head.Events)
            {
                throw Damage();
            }
        }

        return !isSummary;
    }

    private void Read(Span<byte> target)
    {
        if (_file.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) != target.Length)
        {
            throw Damage();
        }
    }

    private InvalidDataException Damage() =>
        new($"'{_file.Name}' is damaged: delete it to rebuild it from the recording");

    private static Span<byte> AsBytes<T>(ref T head)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref head));

    // The counts, then the events, which need no more alignment than the counts.
    private sealed class Block
    {
        private byte[] _bytes = new byte[(DecodedFormat.EventsABlock + 1024) * (Unsafe.SizeOf<EngineInput>() + 4)];
        private int _inputs;
        private int _events;

        public DecodedSummary? Summary { get; set; }

        public int Length { get; private set; }

        public Span<int> Inputs => MemoryMarshal.Cast<byte, int>(_bytes.AsSpan(0, _inputs * sizeof(int)));

        public Span<EngineInput> Events => MemoryMarshal.Cast<byte, EngineInput>(
            _bytes.AsSpan(_inputs * sizeof(int), _events * Unsafe.SizeOf<EngineInput>()));

        public Span<byte> Begin(int inputs, int events, int length)
        {
            if (length > _bytes.Length)
            {
                _bytes = new byte[length];
            }

            (_inputs, _events, Length) = (inputs, events, length);
            return _bytes.AsSpan(0, length);
        }
    }
}

/// <summary>JSON form of the summary.</summary>
[JsonSerializable(typeof(DecodedSummary))]
internal sealed partial class DecodedJson : JsonSerializerContext;
