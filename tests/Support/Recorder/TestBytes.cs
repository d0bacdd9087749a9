using System;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using LowLatency.Recorder.Lz4;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>Content for the recorder's tests, the same for the same seed.</summary>
internal static class TestBytes
{
    public static byte[] Random(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Runs of noise, of one byte, and of earlier content, near and far.</summary>
    public static byte[] Mixed(int seed, int length)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length;)
        {
            int run = Math.Min(length - at, random.Next(1, random.Next(10) == 0 ? 5000 : 60));
            Span<byte> stretch = bytes.AsSpan(at, run);
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(stretch);
                    break;
                case 1:
                    stretch.Fill((byte)random.Next(256));
                    break;
                default:
                    int distance = at == 0 ? 0 : random.Next(1, 1 + Math.Min(at, random.Next(2) == 0 ? 40 : 70_000));
                    for (int i = 0; i < run && distance > 0; i++)
                    {
                        bytes[at + i] = bytes[at + i - distance];
                    }

                    break;
            }

            at += run;
        }

        return bytes;
    }

    public static byte[] ReadCapture(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var content = new MemoryStream();
        using Stream source = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress)
            : file;
        source.CopyTo(content);
        return content.ToArray();
    }
}

/// <summary>Complete frames in memory.</summary>
internal static class TestFrames
{
    public static byte[] Write(
        ReadOnlySpan<byte> content, Lz4BlockSize size, long? contentSize = null, bool contentChecksum = true)
    {
        using var stream = new MemoryStream();
        var writer = new Lz4FrameWriter(stream, size, contentSize, contentChecksum);
        while (!content.IsEmpty)
        {
            int length = Math.Min(content.Length, writer.BlockContentMax);
            writer.WriteBlock(content[..length]);
            content = content[length..];
        }

        writer.Finish();
        Assert.Equal(stream.Length, writer.CompressedBytes);
        return stream.ToArray();
    }

    public static byte[] Read(byte[] frame, out Lz4ReadResult end, out string problem)
    {
        using var content = new MemoryStream();
        var reader = new Lz4FrameReader(new MemoryStream(frame));
        while ((end = reader.Read(out ReadOnlySpan<byte> block)) == Lz4ReadResult.Block)
        {
            content.Write(block);
        }

        problem = reader.Problem;
        return content.ToArray();
    }
}

/// <summary>The reference command-line tool; tests without it are skipped.</summary>
internal static class Lz4Tool
{
    /// <summary>For tests that partly work without the tool.</summary>
    public static bool IsHere { get; } = Environment.GetEnvironmentVariable("PATH") is { } paths
        && Array.Exists(paths.Split(Path.PathSeparator), folder => File.Exists(Path.Combine(folder, "lz4")));

    public static void Run(string arguments) => Output(arguments);

    /// <summary>The tool's standard output; it must succeed.</summary>
    public static byte[] Output(string arguments)
    {
        Assert.Equal(0, Finish(arguments, out byte[] output));
        return output;
    }

    public static int ExitCode(string arguments) => Finish(arguments, out _);

    private static int Finish(string arguments, out byte[] output)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("lz4", "-q " + arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;

            // The other pipe gets only a few words, so it never fills while this one is read.
            using var content = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(content);
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            output = content.ToArray();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("the lz4 command-line tool is missing: install the package lz4");
            throw;
        }
    }
}
