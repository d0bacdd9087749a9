using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>Compatibility with the reference tool in both directions.</summary>
public sealed class Lz4InteropTests(ITestOutputHelper output)
{
    private const string WithoutCaptures = "hftbacktest/usdm/btcusdt_20240808.gz";

    // Every level class, block size, linkage and option of the tool's frames.
    private static readonly string[] s_theirs =
    [
        "-1", "-9 -B5 -BX", "-1 -B4 -BD", "-1 -B5 --content-size", "-1 -B6 --no-frame-crc", "-1 -B7 -BD -BX",
    ];

    private static readonly (string Name, Func<byte[]> Create)[] s_edges =
    [
        ("empty", () => []),
        ("1 byte", () => TestBytes.Random(30, 1)),
        ("12 bytes", () => new byte[12]),
        ("13 bytes", () => new byte[13]),
        ("17 bytes", () => new byte[17]),
        ("64 KiB of zeros", () => new byte[65536]),
        ("4 MiB of zeros", () => new byte[4 << 20]),
        ("4 MiB and 1 of zeros", () => new byte[(4 << 20) + 1]),
        ("1 MiB of noise", () => TestBytes.Random(31, 1 << 20)),
        ("64 KiB of noise", () => TestBytes.Random(32, 65536)),
        ("one long match", () => [.. TestBytes.Random(33, 50_000), .. TestBytes.Random(33, 50_000)]),
        ("matches of all lengths", MatchesOfAllLengths),
        ("literal runs of all lengths", LiteralRunsOfAllLengths),
        ("offset 65535", () => RepeatAt(65535)),
        ("offset 65536", () => RepeatAt(65536)),
        ("64 KiB exactly", () => TestBytes.Mixed(34, 65536)),
        ("64 KiB and 1", () => TestBytes.Mixed(34, 65537)),
        ("256 KiB exactly", () => TestBytes.Mixed(35, 1 << 18)),
        ("1 MiB exactly", () => TestBytes.Mixed(36, 1 << 20)),
        ("4 MiB exactly", () => TestBytes.Mixed(37, 4 << 20)),
    ];

    public static TheoryData<string> Files => SharedData.Root is null
        ? new(WithoutCaptures)
        : new(Directory.EnumerateFiles(SharedData.Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(SharedData.Root, path)).Order(StringComparer.Ordinal));

    public static TheoryData<string> Edges => new(s_edges.Select(edge => edge.Name));

    [Theory]
    [MemberData(nameof(Files))]
    public void ShouldExchangeEveryFileWithTheLz4Tool(string relative)
    {
        string path = SharedData.Require(relative);
        Exchange(relative, File.ReadAllBytes(path), [Lz4BlockSize.Max256KiB]);
        if (path.EndsWith(".gz", StringComparison.Ordinal))
        {
            Exchange(relative + ", unpacked", TestBytes.ReadCapture(path), [Lz4BlockSize.Max256KiB]);
        }
    }

    [Theory]
    [MemberData(nameof(Edges))]
    public void ShouldExchangeEdgeCasesWithTheLz4Tool(string name) => Exchange(
        name, s_edges.Single(edge => edge.Name == name).Create(), Enum.GetValues<Lz4BlockSize>());

    [Theory]
    [InlineData("-12 -B7 -BD -BX")]
    [InlineData("-9 -B4 -BD --content-size")]
    [InlineData("--fast=5 -B4")]
    public void ShouldReadTheToolsOtherLevels(string arguments)
    {
        using var folder = new TemporaryFolder();
        byte[] content = [.. TestBytes.Mixed(9, 6_000_000), .. TestBytes.Random(10, 200_000)];
        File.WriteAllBytes(folder.File("content"), content);
        AssertReads(folder, content, arguments);
    }

    [Fact]
    public void ShouldUseTheLongestOffsetAndNoneBeyond()
    {
        int reachable = TestFrames.Write(RepeatAt(65535), Lz4BlockSize.Max256KiB).Length;
        int tooFar = TestFrames.Write(RepeatAt(65536), Lz4BlockSize.Max256KiB).Length;
        Assert.InRange(tooFar - reachable, 500, 1100);
    }

    private void Exchange(string name, byte[] content, IEnumerable<Lz4BlockSize> sizes)
    {
        using var folder = new TemporaryFolder();
        int ours = 0;
        foreach (Lz4BlockSize size in sizes)
        {
            byte[] frame = TestFrames.Write(content, size);
            ours = frame.Length;
            File.WriteAllBytes(folder.File("ours.lz4"), frame);
            Assert.True(content.AsSpan().SequenceEqual(Lz4Tool.Output($"-dc {folder.File("ours.lz4")}")));
        }

        File.WriteAllBytes(folder.File("content"), content);
        IEnumerable<int> theirs = s_theirs.Select(arguments => AssertReads(folder, content, arguments)).ToArray();
        output.WriteLine($"{name}: {content.Length} bytes, ours {ours}, theirs {string.Join(' ', theirs)}");
    }

    private static int AssertReads(TemporaryFolder folder, byte[] content, string arguments)
    {
        Lz4Tool.Run($"{arguments} -f {folder.File("content")} {folder.File("theirs.lz4")}");
        byte[] frame = File.ReadAllBytes(folder.File("theirs.lz4"));
        byte[] read = TestFrames.Read(frame, out Lz4ReadResult end, out string problem);
        Assert.Equal("", problem);
        Assert.Equal(Lz4ReadResult.End, end);
        Assert.True(content.AsSpan().SequenceEqual(read), $"read back wrong after {arguments}");
        return frame.Length;
    }

    // A thousand bytes, zeros, and the same thousand bytes at this distance from the first ones.
    private static byte[] RepeatAt(int distance)
    {
        byte[] pattern = TestBytes.Random(39, 1000);
        return [.. pattern, .. new byte[distance - pattern.Length], .. pattern, .. TestBytes.Random(40, 20)];
    }

    private static byte[] MatchesOfAllLengths()
    {
        byte[] pattern = TestBytes.Random(41, 1200);
        return Enumerable.Range(4, 1100)
            .SelectMany(length => pattern.Take(length).Append((byte)length).Append((byte)(length >> 8))).ToArray();
    }

    private static byte[] LiteralRunsOfAllLengths() => Enumerable.Range(0, 600)
        .SelectMany(length => TestBytes.Random(100 + length, length).Concat(new byte[20])).ToArray();
}
