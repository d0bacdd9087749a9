using System;
using System.IO.Hashing;

namespace LowLatency.Recorder.Lz4;

/// <summary>The largest content of one block; the numbers are the frame format's own.</summary>
public enum Lz4BlockSize
{
    /// <summary>65,536 bytes.</summary>
    Max64KiB = 4,

    /// <summary>262,144 bytes.</summary>
    Max256KiB = 5,

    /// <summary>1,048,576 bytes.</summary>
    Max1MiB = 6,

    /// <summary>4,194,304 bytes.</summary>
    Max4MiB = 7,
}

/// <summary>The constants that the frame writer and reader share.</summary>
internal static class Lz4FrameFormat
{
    internal const uint Magic = 0x184D2204;

    internal const byte Version = 0x40;
    internal const byte VersionMask = 0xC0;
    internal const byte BlocksIndependent = 0x20;
    internal const byte BlockChecksums = 0x10;
    internal const byte ContentSize = 0x08;
    internal const byte ContentChecksum = 0x04;
    internal const byte Reserved = 0x02;
    internal const byte DictionaryId = 0x01;

    /// <summary>In a block's length word: the block is stored as it is.</summary>
    internal const uint Stored = 0x8000_0000;

    internal const uint EndMark = 0;
    internal const int HistoryLengthMax = 65536;

    internal static int ContentLengthMax(Lz4BlockSize size) => 1 << (8 + (2 * (int)size));

    internal static byte HeaderChecksum(ReadOnlySpan<byte> descriptor) =>
        (byte)(XxHash32.HashToUInt32(descriptor) >> 8);
}
