using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>Frames numbered by their tags: record and payload follow from the number.</summary>
internal static class NumberedFrames
{
    public const long StartNs = 1_763_676_900_000_000_000;

    public static InputRecord Record(int number) => new(
        InputKind.Frame, (ushort)(number % 3), number, number * 2L, number % 5, StartNs + number, StartNs - number);

    public static byte[] Payload(int number, int length) => TestBytes.Random(number, length);

    /// <summary>Options to flush and retry without delay.</summary>
    public static TickRecorderOptions Eager { get; } = new()
    {
        FlushInterval = TimeSpan.FromMilliseconds(1),
        RetryInterval = TimeSpan.FromMilliseconds(1),
    };

    public static Recording Create(string parent) =>
        LowLatency.Recorder.Recording.Create(parent, StartNs, "test", """{"venue":"none"}""");

    /// <summary>
    /// All records of a recording, with each frame verified: numbers are unique and ascending. A loss is -1 times its
    /// count.
    /// </summary>
    public static List<int> Read(
        string path, out IReadOnlyList<Truncation> truncations, Func<int, int> payloadLength, bool lenient = false)
    {
        Assert.True(SegmentReader.TryOpen(path, out SegmentReader? reader, out string problem, lenient), problem);
        using SegmentReader open = reader!;
        var read = new List<int>();
        int last = -1;
        while (open.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            if (record.Kind == InputKind.Loss)
            {
                Assert.True(record.Tag > 0);
                read.Add(-record.Tag);
                continue;
            }

            Assert.Equal(Record(record.Tag), record);
            Assert.True(payload.SequenceEqual(Payload(record.Tag, payloadLength(record.Tag))));
            Assert.True(record.Tag > last, $"{record.Tag} comes after {last}");
            last = record.Tag;
            read.Add(record.Tag);
        }

        truncations = open.Truncations;
        Assert.All(truncations, item => Assert.NotEmpty(item.Problem));
        return read;
    }

    public static int Frames(IEnumerable<int> read) => read.Count(number => number >= 0);

    public static int Losses(IEnumerable<int> read) => -read.Where(number => number < 0).Sum();
}
