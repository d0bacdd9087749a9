using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Scan;

/// <summary>
/// Which messages match a known shape, byte by byte, and what is read from them, with vectors of every width.
/// </summary>
public sealed class ShapeTableTests(ITestOutputHelper output)
{
    private const int NameStart = 11;

    // # stands for any digit, * for any except 0; prices and quantities have two decimals.
    private const string Pattern =
        """{"stream":"1000abc@x2","data":{"e":"x2","t":*############,"n":*##,"s":"1000ABC","p":"##.##000","q":"##","w":"A#B-#","i":#,"z":""}}""";

    // The time's first digit: a 9 followed by sevens exceeds 64-bit nanoseconds.
    private static readonly int s_timeAt = Pattern.IndexOf('*', StringComparison.Ordinal);

    private static readonly ShapeField[] s_fields =
    [
        new("t", ShapeForm.Whole, ShapePlace.TimeMs),
        new("n", ShapeForm.Whole),
        new("p", ShapeForm.Price, ShapePlace.Price),
        new("q", ShapeForm.Quantity, ShapePlace.Quantity),
        new("w", ShapeForm.Word),
        new("i", ShapeForm.Whole, ShapePlace.UpdateId),
    ];

    private readonly EventBatch _batch = new();

    [Fact]
    public void ShouldKnowTheSameBytesWithOtherDigitsInNumbersOnly()
    {
        ShapeTable table = Table();
        byte[] text = Fill('7');
        Learn(table, text);
        Assert.Equal(1, table.Count);
        for (int at = 0; at < text.Length; at++)
        {
            byte before = text[at];
            for (int other = 0; other < 256; other++)
            {
                text[at] = (byte)other;
                bool isKnown = Pattern[at] switch
                {
                    '#' => char.IsAsciiDigit((char)other),
                    '*' => char.IsAsciiDigit((char)other) && other != '0',
                    _ => other == before,
                } && (at != s_timeAt || other != '9');
                Assert.True(isKnown == TryRead(table, text, out _), Encoding.Latin1.GetString(text));
            }

            text[at] = before;
        }
    }

    [Fact]
    public void ShouldReadTheNumbers()
    {
        ShapeTable table = Table();
        Learn(table, Fill('7'));
        Random random = Seeds.Start(output, 11);
        for (int round = 0; round < 10_000; round++)
        {
            byte[] text = Encoding.ASCII.GetBytes(string.Concat(Pattern.Select(c =>
                c == '#' ? (char)random.Next('0', '9' + 1) : c == '*' ? (char)random.Next('1', '9' + 1) : c)));
            string Digits(string name, int skipped, int length) =>
                Encoding.ASCII.GetString(text).Split($"\"{name}\":")[1].Substring(skipped, length);
            long ms = long.Parse(Digits("t", 0, 13));
            Assert.Equal(ms <= long.MaxValue / 1_000_000, TryRead(table, text, out EngineInput item));
            if (ms <= long.MaxValue / 1_000_000)
            {
                Assert.Equal(ms * 1_000_000, item.ExchangeTimeNs);
                Assert.Equal(long.Parse(Digits("p", 1, 5).Replace(".", string.Empty)), item.Price);
                Assert.Equal(100 * long.Parse(Digits("q", 1, 2)), item.Quantity);
                Assert.Equal(long.Parse(Digits("i", 0, 1)), item.UpdateId);
                Assert.Equal((0L, 0L, 5L), (item.AskPrice, item.TradeId, item.ReceiveTimeNs));
                Assert.Equal((ushort)9, item.InstrumentId);
                Assert.Equal((EventKind.Trade, Side.Sell), (item.Kind, item.Side));
            }
        }
    }

    [Fact]
    public void ShouldKnowMessagesOfAnyLengthAndLookAtNothingOutside()
    {
        using var memory = new GuardedMemory(4096);
        for (int length = Pattern.Length; length <= Shape.MaxBytes + 1; length++)
        {
            ShapeTable table = Table();
            byte[] text = Fill('7', length - Pattern.Length);
            byte[] other = Fill('8', length - Pattern.Length);
            Learn(table, memory.Put(text));
            Assert.Equal(length <= Shape.MaxBytes ? 1 : 0, table.Count);
            Assert.Equal(length <= Shape.MaxBytes, TryRead(table, memory.Put(other), out _));
            Assert.Equal(length <= Shape.MaxBytes, TryRead(table, memory.PutFirst(other), out _));
            for (int shorter = 64; shorter < length; shorter++)
            {
                Assert.False(TryRead(table, memory.Put(other.AsSpan(0, shorter)), out _));
                Assert.False(TryRead(table, memory.PutFirst(other.AsSpan(length - shorter)), out _));
            }
        }
    }

    [Fact]
    public void ShouldNotMakeShapesOfWhatIsNotAsTheFieldsSay()
    {
        foreach ((string right, string wrong) in new[]
        {
            ("*##", "1.2"), ("*##", "-12"), ("\"##\"", "\"\""), ("\"##\"", "\"1e1\""), ("##.##", ".##"),
            ("##.##", "123456789012345.##"), ("*############", "12345678901234567"),
        })
        {
            ShapeTable table = Table();
            byte[] text = Encoding.ASCII.GetBytes(
                Pattern.Replace(right, wrong, StringComparison.Ordinal).Replace('#', '7').Replace('*', '7'));
            Learn(table, text);
            Assert.Equal(0, table.Count);
            Assert.False(TryRead(table, text, out _));
        }
    }

    private static ShapeTable Table()
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(["1000ABC"], 2);
        return new ShapeTable(NameStart, feeds);
    }

    private static byte[] Fill(char digit, int more = 0) => Encoding.ASCII.GetBytes(
        Pattern.Replace('#', digit).Replace('*', digit)
            .Replace("\"z\":\"", "\"z\":\"" + new string('z', more), StringComparison.Ordinal));

    private static void Learn(ShapeTable table, ReadOnlySpan<byte> text)
    {
        var item = new EngineInput { Kind = EventKind.Trade, Side = Side.Sell, InstrumentId = 9, Price = 1 };
        int members = text.IndexOf("\"e\""u8);
        table.Learn<Vectors512>(text, members, s_fields, default, in item);
    }

    private bool TryRead(ShapeTable table, ReadOnlySpan<byte> text, out EngineInput item)
    {
        bool isKnown = TryRead<NoVectors>(table, text, out item);
        Assert.Equal((isKnown, item), (TryRead<Vectors128>(table, text, out EngineInput other), other));
        Assert.Equal((isKnown, item), (TryRead<Vectors256>(table, text, out other), other));
        Assert.Equal((isKnown, item), (TryRead<Vectors512>(table, text, out other), other));
        return isKnown;
    }

    private bool TryRead<TVectors>(ShapeTable table, ReadOnlySpan<byte> text, out EngineInput item)
        where TVectors : struct, IScanVectors
    {
        _batch.Clear();
        var message = new ParsedMessage();
        bool isKnown = table.TryRead<TVectors>(text, 5, _batch, ref message);
        Assert.Equal(isKnown ? 1 : 0, _batch.Count);
        Assert.Equal(isKnown ? MessageKind.Direct : default, message.Kind);
        item = isKnown ? _batch.Items[0] : default;
        return isKnown;
    }
}
