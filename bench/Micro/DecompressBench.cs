using System;
using System.IO;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Bench.Micro;

/// <summary>Decompressing 64 KiB of depth messages: the recorder's LZ4 and the platform's codecs.</summary>
[MemoryDiagnoser]
public class DecompressBench
{
    private const int Length = 64 << 10;
    private const int BrotliWindowBits = 18;

    private readonly byte[] _lz4;
    private readonly byte[] _deflate;
    private readonly byte[] _brotli;
    private readonly byte[] _back = new byte[Length];

    /// <summary>Compresses, and checks that all codecs return the same text.</summary>
    public DecompressBench()
    {
        byte[] text = new MicroMarket().Text(Length);
        byte[] compressed = new byte[2 * Length];
        _lz4 = compressed[..Lz4Block.Compress(text, compressed)];
        BrotliEncoder.TryCompress(text, compressed, out int written, quality: 0, BrotliWindowBits);
        _brotli = compressed[..written];
        using var target = new MemoryStream();
        using (var stream = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(text);
        }

        _deflate = target.ToArray();
        foreach (Func<int> decompress in new Func<int>[] { Lz4, Deflate, Brotli })
        {
            Array.Clear(_back);
            if (decompress() != Length || !_back.AsSpan().SequenceEqual(text))
            {
                throw new InvalidDataException("a codec returned a different text");
            }
        }
    }

    /// <summary>The recorder's codec.</summary>
    [Benchmark]
    public int Lz4() => Lz4Block.Decompress(_lz4, _back);

    /// <summary><see cref="DeflateStream"/>.</summary>
    [Benchmark(Baseline = true)]
    public int Deflate()
    {
        using var stream = new DeflateStream(new MemoryStream(_deflate), CompressionMode.Decompress);
        return stream.ReadAtLeast(_back, Length);
    }

    /// <summary>Brotli.</summary>
    [Benchmark]
    public int Brotli() => BrotliDecoder.TryDecompress(_brotli, _back, out int written) ? written : 0;
}
