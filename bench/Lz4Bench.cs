using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Bench;

/// <summary>
/// The recorder's LZ4 codec compared with the <c>lz4</c> tool's own in-memory benchmark: level 1, independent blocks of
/// 256 KiB, the same bytes, alternating in one run. The best of all rounds counts for each; a ratio is the median over
/// the rounds. MB are millions of content bytes.
/// </summary>
internal static partial class Lz4Bench
{
    private const int BlockLength = 256 << 10;
    private const int Rounds = 5;
    private const int GeneratedLength = 16 << 20;
    private const double RoundSeconds = 1;
    private const double QuietShare = 0.95;

    // The tool's own rounds also take a second for each direction.
    private const string ToolArguments = "-b1 -B5 -BI -i1";

    private static readonly string[] s_captures =
    [
        "hftbacktest/spot/btcusdt_20240808.gz", "hftbacktest/spot/btcusdt_20240809.gz",
        "hftbacktest/usdm/btcusdt_20240808.gz",
    ];

    // Share of a processor that each of our measurements got.
    private static readonly List<double> s_shares = [];

    /// <summary>Measures the given files, or the captures of shared/data if none are given.</summary>
    public static int Run(string[] files)
    {
        string? tool = RunTool("--version");
        Console.WriteLine(tool is null
            ? "the lz4 tool is not installed (package lz4): only our figures"
            : $"beside {tool.Trim('*', ' ', '\n')} with {ToolArguments}");
        IEnumerable<(string Name, Func<byte[]> Read)> contents = Contents(files);
        Console.WriteLine($"{"",-36}{"ours",29}{"lz4",29}{"ours / lz4",24}");
        Console.WriteLine($"{"content",-26}{"bytes",10}{Heading()}{Heading()}{"compr",8}{"decom",8}{"ratio",8}");
        bool isRight = true;
        byte[] content = [];
        foreach ((string name, Func<byte[]> read) in contents)
        {
            content = read();
            isRight &= Measure(name, content, hasTool: tool is not null);
        }

        double hash = Rate(content.Length, () => XxHash32.HashToUInt32(content));
        Console.WriteLine($"XXH32: {hash:0} MB/s");
        if (s_shares.Average() < QuietShare)
        {
            Console.WriteLine($"THE MACHINE IS BUSY: we got {s_shares.Average() * 100:0} % of a processor, from "
                + $"{s_shares.Min() * 100:0} to {s_shares.Max() * 100:0} %; the ratios vary as much");
        }

        return isRight ? 0 : 1;
    }

    private static string Heading() => $"{"compr",10}{"decom",10}{"ratio",9}";

    private static IEnumerable<(string Name, Func<byte[]> Read)> Contents(string[] files)
    {
        string? root = BooksBench.FindCaptures();
        if (files.Length > 0)
        {
            return files.Select(file => (Path.GetFileName(file), (Func<byte[]>)(() => Unpack(file))));
        }

        if (root is not null)
        {
            return s_captures.Select(path => (
                string.Join('/', path.Split('/')[^2..]), (Func<byte[]>)(() => Unpack(Path.Combine(root, path)))));
        }

        Console.WriteLine("no captures found (run tests/fetch-captures.sh): using a generated market");
        return [("generated", Generate)];
    }

    private static byte[] Unpack(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream source = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        using var content = new MemoryStream();
        source.CopyTo(content);
        return content.ToArray();
    }

    private static bool Measure(string name, byte[] content, bool hasTool)
    {
        var blocks = new Blocks(content);
        string folder = PrivateFile.CreateTemporaryFolder("lowlatency-bench-");
        string file = Path.Combine(folder, "content");
        using (FileStream stream = PrivateFile.CreateNew(file))
        {
            stream.Write(content);
        }

        var rounds = new List<(Figures Ours, Figures Theirs)>();
        for (int round = 0; round < Rounds; round++)
        {
            var ours = new Figures(
                Rate(content.Length, blocks.Compress), Rate(content.Length, blocks.Decompress), blocks.Ratio);
            rounds.Add((ours, hasTool ? MeasureTool(file) : default));
        }

        Directory.Delete(folder, recursive: true);
        Figures best = rounds.Select(round => round.Ours).Aggregate(Figures.Best);
        Figures theirs = rounds.Select(round => round.Theirs).Aggregate(Figures.Best);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-26}{content.Length,10}{best}{(hasTool ? $"{theirs}{Quotients(rounds)}" : string.Empty)}"));
        if (!blocks.IsRight)
        {
            Console.WriteLine($"{name} DID NOT COME BACK AS IT WAS");
        }

        return blocks.IsRight;
    }

    private static string Quotients(List<(Figures Ours, Figures Theirs)> rounds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(rounds.Select(round => round.Ours.CompressMB / round.Theirs.CompressMB)),8:0.00}"
        + $"{Median(rounds.Select(round => round.Ours.DecompressMB / round.Theirs.DecompressMB)),8:0.00}"
        + $"{rounds[0].Ours.Ratio / rounds[0].Theirs.Ratio,8:0.000}");

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    // The mean over a second, as the tool computes it: on a busy machine the fastest pass would be too optimistic.
    private static double Rate(int length, Action pass)
    {
        pass();
        int passes = 0;
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        do
        {
            pass();
            passes++;
        }
        while (watch.Elapsed.TotalSeconds < RoundSeconds);

        s_shares.Add((Environment.CpuUsage.TotalTime - processor) / watch.Elapsed);
        return (double)length * passes / watch.Elapsed.TotalSeconds / 1e6;
    }

    private static Figures MeasureTool(string file)
    {
        string words = RunTool($"{ToolArguments} {file}") ?? string.Empty;
        Match last = ToolFigures().Matches(words)[^1];
        double Number(int group) => double.Parse(last.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        return new Figures(Number(3), Number(4), Number(1) / Number(2));
    }

    // Length before and after, MB/s for compression and decompression.
    [GeneratedRegex(@"(\d+) -> *(\d+) \([\d.]+\), *([\d.]+) MB/s *, *([\d.]+) MB/s")]
    private static partial Regex ToolFigures();

    private static string? RunTool(string arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("lz4", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string output = process.StandardOutput.ReadToEnd();
            string words = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return output + words;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static byte[] Generate()
    {
#pragma warning disable CA5394 // A bench wants the same numbers each time, not secret ones.
        var random = new Random(1);
        var text = new StringBuilder();
        (long update, int price) = (5_000_000_000, 6_000_000);
        while (text.Length < GeneratedLength)
        {
            price += random.Next(-20, 21);
            text.Append("{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"U\":").Append(update);
            update += random.Next(1, 40);
            text.Append(CultureInfo.InvariantCulture, $",\"u\":{update},\"b\":[");
            for (int levels = random.Next(1, 40); levels > 0; levels--)
            {
                decimal level = (price - random.Next(500)) / 100m;
                decimal quantity = random.Next(100_000) / 100_000m;
                text.Append(CultureInfo.InvariantCulture, $"[\"{level:0.00000000}\",\"{quantity:0.00000000}\"]")
                    .Append(levels > 1 ? "," : "]}}\n");
            }
        }
#pragma warning restore CA5394

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private readonly record struct Figures(double CompressMB, double DecompressMB, double Ratio)
    {
        public static Figures Best(Figures one, Figures other) => new(
            Math.Max(one.CompressMB, other.CompressMB), Math.Max(one.DecompressMB, other.DecompressMB),
            Math.Max(one.Ratio, other.Ratio));

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{CompressMB,10:0.0}{DecompressMB,10:0.0}{Ratio,9:0.000}");
    }

    // Content in blocks, compressed and decompressed in its own memory.
    private sealed class Blocks(byte[] content)
    {
        private readonly List<byte[]> _compressed = content.Chunk(BlockLength)
            .Select(block => new byte[Lz4Block.CompressedLengthMax(block.Length)]).ToList();

        private readonly int[] _lengths = new int[(content.Length + BlockLength - 1) / BlockLength];
        private readonly byte[] _back = new byte[content.Length];

        public double Ratio => content.Length / (double)_lengths.Sum();

        public bool IsRight => content.AsSpan().SequenceEqual(_back);

        public void Compress()
        {
            for (int i = 0; i < _lengths.Length; i++)
            {
                _lengths[i] = Lz4Block.Compress(Slice(content, i), _compressed[i]);
            }
        }

        public void Decompress()
        {
            for (int i = 0; i < _lengths.Length; i++)
            {
                _ = Lz4Block.Decompress(_compressed[i].AsSpan(0, _lengths[i]), Slice(_back, i));
            }
        }

        private static Span<byte> Slice(byte[] bytes, int i) =>
            bytes.AsSpan(i * BlockLength, Math.Min(BlockLength, bytes.Length - (i * BlockLength)));
    }
}
