using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using K4os.Compression.LZ4;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reference;

namespace LowLatency.Tests.Recorder;

#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.

/// <summary>Blocks and frames that are nearly valid, random, or wrong on purpose. Reproducible.</summary>
internal sealed class Lz4Mutants
{
    private const int Originals = 60;

    // Sizes at which decoder paths differ: nibbles, lengths, wide copies, buffer margins.
    private static readonly int[] s_lengths =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 28, 29, 31, 32, 33, 47, 48, 63, 269, 270, 271, 525,
    ];

    private static readonly int[] s_offsets =
        [0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 31, 32, 33, 64, 100, 255, 256, 1000, 32768, 65534, 65535];

    private static readonly LZ4Level[] s_levels = [LZ4Level.L00_FAST, LZ4Level.L03_HC, LZ4Level.L12_MAX];

    private readonly Random _random;
    private readonly byte[] _noise;
    private readonly (byte[] Content, byte[] Block)[] _originals;

    public Lz4Mutants(Random random, int contentMax)
    {
        _random = random;
        _noise = new byte[1 << 16];
        random.NextBytes(_noise);
        _originals = Enumerable.Range(0, Originals)
            .Select(_ => NextContent(random, random.Next(contentMax)))
            .Select(content => (content, Compress(content, s_levels[random.Next(s_levels.Length)]))).ToArray();
    }

    /// <summary>Text of a market, runs, copies or noise.</summary>
    public static byte[] NextContent(Random random, int length)
    {
        if (random.Next(3) > 0)
        {
            return random.Next(8) == 0 ? new byte[length] : TestBytes.Mixed(random.Next(), length);
        }

        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append("{\"e\":\"depthUpdate\",\"E\":").Append(1_723_161_000_000 + random.Next(100_000))
                .Append(",\"b\":[[\"").Append(60_000 + random.Next(300)).Append(".10\",\"0.")
                .Append(random.Next(1000)).Append("\"]]}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>A block, and its likely content length.</summary>
    public byte[] NextBlock(out int likelyRoom)
    {
        int kind = _random.Next(20);
        if (kind == 0)
        {
            likelyRoom = _random.Next(200);
            return _noise.AsSpan(_random.Next(60_000), _random.Next(100)).ToArray();
        }

        if (kind < 7)
        {
            return NextSequences(out likelyRoom);
        }

        (byte[] content, byte[] block) = _originals[_random.Next(Originals)];
        likelyRoom = content.Length;
        return kind == 7 ? block : Damage(block);
    }

    /// <summary>History before a block: usually empty.</summary>
    public byte[] NextHistory() => _random.Next(4) > 0
        ? []
        : _noise.AsSpan(0, _random.Next(100) == 0 ? 65536 : _random.Next(200)).ToArray();

    /// <summary>Exactly enough space, slightly more or less, or anything.</summary>
    public int NextRoom(int likely) => _random.Next(4) switch
    {
        0 => likely,
        1 => Math.Max(0, likely + _random.Next(-20, 70)),
        2 => likely + 100,
        _ => _random.Next((2 * likely) + 10),
    };

    /// <summary>A few harmful changes.</summary>
    public byte[] Damage(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        for (int changes = _random.Next(1, 5); changes > 0 && changed.Length > 0; changes--)
        {
            int at = _random.Next(changed.Length);
            int length = Math.Min(_random.Next(1, 20), changed.Length - at);
            switch (_random.Next(8))
            {
                case 0:
                    changed = changed[..at];
                    break;
                case 1:
                    changed = [.. changed[..at], .. Enumerable.Repeat(byte.MaxValue, length), .. changed[at..]];
                    break;
                case 2:
                    changed = [.. changed[..at], .. changed[(at + length)..]];
                    break;
                case 3:
                    changed = [.. changed[..at], .. changed.AsSpan(_random.Next(at + 1), length), .. changed[at..]];
                    break;
                case 4:
                    changed[at] = (byte)(_random.Next(4) * 85);
                    break;
                default:
                    changed[at] ^= (byte)(1 << _random.Next(8));
                    break;
            }
        }

        return changed;
    }

    /// <summary>A frame of damaged blocks with correct checksums, sometimes with wrong numbers.</summary>
    public FrameMutant NextFrame()
    {
        var blocks = new List<(byte[] Body, bool IsStored)>();
        for (int count = _random.Next(5); count > 0; count--)
        {
            bool isStored = _random.Next(5) == 0;
            byte[] block = _random.Next(6) == 0 ? NextBlock(out _) : _originals[_random.Next(Originals)].Block;
            block = _random.Next(40) == 0 ? Bomb(_random.Next(60_000, 140_000)) : block;
            blocks.Add((block, isStored));
        }

        return new FrameMutant
        {
            Blocks = blocks,
            SizeCode = _random.Next(300) == 0 ? _random.Next(5, 8) : 4,
            IsIndependent = _random.Next(2) == 0,
            HasBlockChecksums = _random.Next(2) == 0,
            HasContentChecksum = _random.Next(2) == 0,
            ContentSizeError = _random.Next(4) switch { 0 => 0, 1 => _random.Next(-100, 100), _ => null },
        };
    }

    private static byte[] Bomb(int length) => Compress(new byte[length], LZ4Level.L00_FAST);

    private static byte[] Compress(byte[] content, LZ4Level level)
    {
        byte[] block = new byte[Lz4Block.CompressedLengthMax(content.Length)];
        return content.Length == 0 ? [0] : block[..LZ4Codec.Encode(content, block, level)];
    }

    // Handwritten sequences, with lengths and offsets at boundaries. Most follow the format's rules.
    private byte[] NextSequences(out int length)
    {
        using var block = new MemoryStream();
        length = 0;
        for (int count = _random.Next(1, 12); count > 0; count--)
        {
            int literals = s_lengths[_random.Next(_random.Next(2) == 0 ? 8 : s_lengths.Length)];
            int extra = s_lengths[_random.Next(s_lengths.Length)];
            int offset = s_offsets[_random.Next(s_offsets.Length)];
            length += literals;
            offset = _random.Next(50) > 0 && length > 0 ? Math.Clamp(offset, 1, length) : offset;
            WriteStart(block, literals, extra);
            block.WriteByte((byte)offset);
            block.WriteByte((byte)(offset >> 8));
            WriteRest(block, extra);
            length += extra + 4;
        }

        int last = _random.Next(30);
        WriteStart(block, last, 0);
        length += last;
        byte[] bytes = block.ToArray();
        return _random.Next(10) == 0 ? Damage(bytes) : bytes;
    }

    private void WriteStart(MemoryStream block, int literals, int extra)
    {
        block.WriteByte((byte)((Math.Min(literals, 15) << 4) | Math.Min(extra, 15)));
        WriteRest(block, literals);
        block.Write(_noise.AsSpan(_random.Next(60_000), literals));
    }

    private static void WriteRest(MemoryStream block, int length)
    {
        if (length < 15)
        {
            return;
        }

        for (length -= 15; length >= 255; length -= 255)
        {
            block.WriteByte(255);
        }

        block.WriteByte((byte)length);
    }
}

/// <summary>A frame built by hand, and the result of a simple reader.</summary>
internal sealed class FrameMutant
{
    public required IReadOnlyList<(byte[] Body, bool IsStored)> Blocks { get; init; }

    public int SizeCode { get; init; }

    public bool IsIndependent { get; init; }

    public bool HasBlockChecksums { get; init; }

    public bool HasContentChecksum { get; init; }

    /// <summary>Difference between declared and true size, in bytes; null if none is declared.</summary>
    public int? ContentSizeError { get; init; }

    public int BlockContentMax => 1 << (8 + (2 * SizeCode));

    public long? ContentSize => ContentSizeError is int error
        ? Math.Max(0, ReadAll(long.MaxValue).Length + error)
        : null;

    /// <summary>The frame's bytes, with correct checksums.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        int flags = 0x40 | (IsIndependent ? 0x20 : 0) | (HasBlockChecksums ? 0x10 : 0) | (ContentSize is null ? 0 : 8)
            | (HasContentChecksum ? 4 : 0);
        byte[] size = ContentSize is long promised ? BitConverter.GetBytes(promised) : [];
        byte[] descriptor = [(byte)flags, (byte)(SizeCode << 4), .. size];
        writer.Write(0x184D2204);
        writer.Write(descriptor);
        writer.Write((byte)(ReferenceSums.XxHash32(descriptor) >> 8));
        foreach ((byte[] body, bool isStored) in Blocks.Where(block => block.Body.Length > 0))
        {
            writer.Write((uint)body.Length | (isStored ? 0x8000_0000 : 0));
            writer.Write(body);
            if (HasBlockChecksums)
            {
                writer.Write(ReferenceSums.XxHash32(body));
            }
        }

        writer.Write(0);
        if (HasContentChecksum)
        {
            writer.Write(ReferenceSums.XxHash32(Expected()));
        }

        return stream.ToArray();
    }

    /// <summary>The content up to the first block that cannot be read or exceeds the declared size.</summary>
    public byte[] Expected() => ReadAll(ContentSize ?? long.MaxValue);

    private byte[] ReadAll(long limit)
    {
        var content = new List<byte>();
        foreach ((byte[] body, bool isStored) in Blocks.Where(block => block.Body.Length > 0))
        {
            byte[] history = IsIndependent ? [] : content.TakeLast(65536).ToArray();
            byte[]? block = body.Length > BlockContentMax ? null
                : isStored ? body
                : ReferenceLz4.Decompress(body, history, BlockContentMax);
            if (block is null || content.Count + block.Length > limit)
            {
                break;
            }

            content.AddRange(block);
        }

        return [.. content];
    }
}
