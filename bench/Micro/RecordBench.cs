using System;
using System.IO;
using System.Threading;
using BenchmarkDotNet.Attributes;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;

namespace LowLatency.Bench.Micro;

/// <summary>
/// Appending a message to the recorder, whose thread adds the checksum, compresses and writes; compared with a plain
/// writer that only copies it into memory.
/// </summary>
[MemoryDiagnoser]
public class RecordBench : IDisposable
{
    // The records of an iteration fit into the recorder's memory, so that the disk has no influence.
    private const int Records = 100_000;
    private const int MemoryBytes = 64 << 20;

    private static readonly InputRecord s_record = new(InputKind.Frame, 1, 0, 1, 1, 1_723_161_255_088_169_167);

    private readonly byte[] _payload = MicroMarket.BookTicker;
    private readonly MemoryStream _memory = new(MemoryBytes);
    private readonly BinaryWriter _writer;
    private DirectoryInfo? _folder;
    private RecorderThread? _thread;
    private TickRecorder? _recorder;

    /// <summary>Creates the plain writer.</summary>
    public RecordBench() => _writer = new BinaryWriter(_memory);

    /// <summary>Starts a recorder in a temporary folder.</summary>
    [GlobalSetup]
    public void Start()
    {
        _folder = new DirectoryInfo(PrivateFile.CreateTemporaryFolder("lowlatency-bench-"));
        _thread = new RecorderThread(
            Recording.Create(_folder.FullName, 0, "bench"), new TickRecorderOptions { MemoryBytes = MemoryBytes });
        _recorder = _thread.Recorder;
    }

    /// <summary>Waits until everything is written.</summary>
    [IterationSetup]
    public void Drain()
    {
        while (_recorder!.MemoryUsedBytes != 0)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Removes the recording, and checks that nothing was dropped.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        long dropped = _recorder!.DroppedRecords;
        _thread!.Dispose();
        _writer.Dispose();
        _folder!.Delete(recursive: true);
        GC.SuppressFinalize(this);
        if (dropped != 0)
        {
            throw new InvalidOperationException($"the recorder dropped {dropped} records");
        }
    }

    /// <summary>The recorder.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public bool TickRecorderAppend()
    {
        bool isTaken = true;
        for (int i = 0; i < Records; i++)
        {
            isTaken &= _recorder!.Append(in s_record, _payload);
        }

        return isTaken;
    }

    /// <summary>
    /// <see cref="BinaryWriter"/> into a <see cref="MemoryStream"/>: the same fields and payload, on one thread,
    /// without a checksum.
    /// </summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Records)]
    public long BinaryWriterToMemory()
    {
        _memory.Position = 0;
        for (int i = 0; i < Records; i++)
        {
            _writer.Write((byte)s_record.Kind);
            _writer.Write(s_record.Source);
            _writer.Write(s_record.Tag);
            _writer.Write(s_record.RingSequence);
            _writer.Write(s_record.EventCount);
            _writer.Write(s_record.ReceiveTimeNs);
            _writer.Write(s_record.ExchangeTimeNs);
            _writer.Write(_payload.Length);
            _writer.Write(_payload);
        }

        return _memory.Position;
    }
}
