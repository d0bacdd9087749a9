using System.IO;
using System.IO.Hashing;
using System.Linq;
using BenchmarkDotNet.Attributes;
using LowLatency.Recorder;

namespace LowLatency.Bench.Micro;

/// <summary>The checksum of one depth message, with the processor's instruction and with a table.</summary>
[MemoryDiagnoser]
public class ChecksumBench
{
    // Castagnoli's polynomial, lowest power first.
    private const uint Polynomial = 0x82F6_3B78;

    private readonly byte[] _message = MicroMarket.Depth;
    private readonly uint[] _table = Enumerable.Range(0, 256).Select(value => Shift((uint)value)).ToArray();

    /// <summary>Checks that both checksums are equal.</summary>
    public ChecksumBench()
    {
        if (Crc32CInstruction() != Crc32CTable())
        {
            throw new InvalidDataException("the checksums differ");
        }
    }

    /// <summary>The recorder's implementation.</summary>
    [Benchmark]
    public uint Crc32CInstruction() => Crc32C.Of(_message);

    /// <summary>Byte by byte with a table.</summary>
    [Benchmark(Baseline = true)]
    public uint Crc32CTable()
    {
        uint crc = uint.MaxValue;
        foreach (byte value in _message)
        {
            crc = (crc >> 8) ^ _table[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    /// <summary>The checksum of LZ4 frames.</summary>
    [Benchmark]
    public uint XxHash32Hash() => XxHash32.HashToUInt32(_message);

    private static uint Shift(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value >> 1) ^ ((value & 1) == 0 ? 0 : Polynomial);
        }

        return value;
    }
}
