namespace LowLatency.Recorder;

/// <summary>
/// The one place that knows how recordings are laid out. A recording is a folder of segments
/// <c>000000.lls.lz4</c>, <c>000001.lls.lz4</c>, …, each an LZ4 frame. Inside, little-endian:
/// <code>
/// segment   = header record*
///
/// header      0        8          12         16              24        28
///             ┌────────┬──────────┬──────────┬───────────────┬─────────┬───────────────┐
///             │ magic  │ version  │ index    │ startTimeNs   │ length  │ program (UTF-8)│
///             │ u64    │ u32      │ u32      │ i64           │ u32     │ length bytes  │
///             └────────┴──────────┴──────────┴───────────────┴─────────┴───────────────┘
///
/// record      0      1      2        4      8              16              24           28
///             ┌──────┬──────┬────────┬──────┬──────────────┬───────────────┬────────────┬─────────┐
///             │ kind │ zero │ source │ tag  │ ringSequence │ receiveTimeNs │ eventCount │ length  │
///             │ u8   │ u8   │ u16    │ i32  │ i64          │ i64           │ i32        │ i32     │
///             └──────┴──────┴────────┴──────┴──────────────┴───────────────┴────────────┴─────────┘
///             32        36
///             ┌─────────┬──────────────────┐
///             │ crc32c  │ payload          │   crc32c over bytes 0 to 31 and the payload
///             │ u32     │ length bytes     │
///             └─────────┴──────────────────┘
/// </code>
/// </summary>
internal static class SegmentFormat
{
    /// <summary>"LLSEGMNT" as bytes in file order.</summary>
    public const ulong Magic = 0x544E4D474553_4C4C;

    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const uint Version = 1;

    /// <summary>How segment files are named.</summary>
    public const string Extension = ".lls.lz4";

    public const int HeaderVersionOffset = 8;
    public const int HeaderIndexOffset = 12;
    public const int HeaderTimeOffset = 16;
    public const int HeaderLengthOffset = 24;
    public const int HeaderBytes = 28;

    /// <summary>Longest name of a program that a header may hold.</summary>
    public const int MaxProgramBytes = 1024;

    public const int KindOffset = 0;
    public const int SourceOffset = 2;
    public const int TagOffset = 4;
    public const int SequenceOffset = 8;
    public const int TimeOffset = 16;
    public const int CountOffset = 24;
    public const int LengthOffset = 28;
    public const int ChecksumOffset = 32;
    public const int RecordBytes = 36;

    /// <summary>Longest payload: 64 MiB.</summary>
    public const int MaxPayloadBytes = 64 * 1024 * 1024;

    /// <summary>The name of a segment's file.</summary>
    public static string FileName(int index) => $"{index:D6}{Extension}";
}
