using System.IO;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Bench.Micro;

/// <summary>Compressing 64 KiB of depth messages: the recorder's LZ4 and the platform's fastest settings.</summary>
[MemoryDiagnoser]
public class CompressBench
{
    private const int Length = 64 << 10;
    private const int BrotliWindowBits = 18;

    private readonly byte[] _text = new MicroMarket().Text(Length);
    private readonly byte[] _compressed = new byte[2 * Length];

    /// <summary>The recorder's codec.</summary>
    [Benchmark]
    public int Lz4() => Lz4Block.Compress(_text, _compressed);

    /// <summary><see cref="DeflateStream"/> at its fastest.</summary>
    [Benchmark(Baseline = true)]
    public long DeflateFastest()
    {
        using var target = new MemoryStream(_compressed);
        using (var stream = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(_text);
        }

        return target.Position;
    }

    /// <summary>Brotli at quality 0.</summary>
    [Benchmark]
    public int BrotliQuality0() =>
        BrotliEncoder.TryCompress(_text, _compressed, out int written, quality: 0, BrotliWindowBits) ? written : 0;
}
