using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Recorder;

namespace LowLatency.Replay.Decoded;

/// <summary>
/// Writes the events of a replay to a temporary file, which gets its name when the replay is complete. Single thread.
/// </summary>
internal sealed class DecodedWriter : IDisposable
{
    private readonly TemporaryFile _target;
    private readonly FileStream _file;
    private readonly List<int> _inputs = [];
    private readonly List<EngineInput> _events = new(DecodedFormat.EventsABlock);

    /// <summary>Why the file is not kept, as text; null if there is no error.</summary>
    public string? Problem { get; private set; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public DecodedWriter(string path, ulong identity)
    {
        _target = new TemporaryFile(path, isReplacing: true);
        _file = _target.Stream;
        Write(new DecodedHead { Magic = MemoryMarshal.Read<ulong>(DecodedFormat.Magic), Identity = identity });
    }

    /// <summary>Adds the events of one input.</summary>
    public void Add(ReadOnlySpan<EngineInput> events)
    {
        _inputs.Add(events.Length);
        _events.AddRange(events);
        if (_events.Count >= DecodedFormat.EventsABlock)
        {
            Try(WriteBlock);
        }
    }

    /// <summary>Completes the file and gives it its name.</summary>
    public void Complete(DecodedSummary summary) => Try(() => End(summary));

    /// <summary>Discards the file.</summary>
    /// <param name="why">The reason, as text.</param>
    public void Abandon(string why) => Problem ??= why;

    /// <summary>Deletes an incomplete file.</summary>
    public void Dispose() => _target.Dispose();

    // The replay is worth more than the file, so an error here does not end it.
    private void Try(Action write)
    {
        try
        {
            if (Problem is null)
            {
                write();
            }
            else
            {
                _inputs.Clear();
                _events.Clear();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Problem = error.Message;
        }
    }

    private void End(DecodedSummary summary)
    {
        WriteBlock();
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(summary, DecodedJson.Default.DecodedSummary);
        Write(new DecodedBlockHead { Events = json.Length, Crc = Crc32C.Of(json) });
        _file.Write(json);
        _target.Complete();
    }

    private void WriteBlock()
    {
        if (_inputs.Count == 0)
        {
            return;
        }

        ReadOnlySpan<byte> inputs = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_inputs));
        ReadOnlySpan<byte> events = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_events));
        Write(new DecodedBlockHead
        {
            Inputs = _inputs.Count,
            Events = _events.Count,
            Crc = Crc32C.Of(inputs, events),
        });
        _file.Write(inputs);
        _file.Write(events);
        _inputs.Clear();
        _events.Clear();
    }

    private void Write<T>(T head)
        where T : unmanaged => _file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in head)));
}
