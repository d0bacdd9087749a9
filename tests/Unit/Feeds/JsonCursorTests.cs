using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LowLatency.Feeds.Json;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

public sealed class JsonCursorTests(ITestOutputHelper output)
{
    private static readonly string[] s_corpus =
    [
        """{"stream":"btcusdt@trade","data":{"e":"trade","p":"61837.63","q":0.02,"m":true,"x":[null,-1.5e+3,{"a":[]}]}}""",
        """[[], {}, "", "\u00e9\n\"", 0, -0.0, 1E5, true, false, null]""",
        """{"b":[["61737.63000000","0.00000000"],["61730.17000000","0.00000000"]],"a":[]}""",
    ];

    [Fact]
    public void ShouldAcceptExactlyWhatTheStandardReaderAccepts()
    {
        Random random = Seeds.Start(output, 21);
        byte[] noise = Encoding.ASCII.GetBytes("{}[],:\"\\truefalsn0123456789.-+eE u\t\n");
        int accepted = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes(s_corpus[i % s_corpus.Length]);
            List<byte> mutant = [.. text];
            for (int change = random.Next(4); change > 0; change--)
            {
                Mutate(mutant, random, noise);
            }

            byte[] bytes = [.. mutant];
            bool expected = Utf8.IsValid(bytes) && IsJson(bytes);
            accepted += expected ? 1 : 0;
            Assert.True(
                (Utf8.IsValid(bytes) && SkipsWhole(bytes)) == expected,
                $"expected {expected} for {Encoding.UTF8.GetString(bytes)}");
        }

        output.WriteLine($"{accepted} of 200,000 mutants were JSON");
        Assert.NotEqual(0, accepted);
    }

    [Fact]
    public void ShouldRefuseNestingWithoutEnd() =>
        Assert.False(SkipsWhole(Encoding.ASCII.GetBytes(new string('[', 100_000))));

    private static void Mutate(List<byte> text, Random random, byte[] noise)
    {
        int place = random.Next(text.Count);
        switch (random.Next(4))
        {
            case 0:
                text[place] = noise[random.Next(noise.Length)];
                break;
            case 1:
                text.RemoveAt(place);
                break;
            case 2:
                text.Insert(place, noise[random.Next(noise.Length)]);
                break;
            default:
                int length = Math.Min(random.Next(1, 12), text.Count - place);
                text.InsertRange(random.Next(text.Count), text.Skip(place).Take(length).ToArray());
                break;
        }

        if (text.Count == 0)
        {
            text.Add((byte)'0');
        }
    }

    private static bool SkipsWhole(byte[] text)
    {
        var cursor = new JsonCursor(text);
        return cursor.TrySkipValue() && cursor.IsAtEnd();
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
