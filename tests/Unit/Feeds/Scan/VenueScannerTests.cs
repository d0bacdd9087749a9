using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Scan;

/// <summary>
/// Requirements of every venue's scanner, with vectors of every width: it takes what the venue sends and reads it like
/// the parser, refuses anything that differs, and reads nothing outside the message. Each venue derives a class with
/// one message of each shape.
/// </summary>
public abstract class VenueScannerTests(ITestOutputHelper output)
{
    /// <summary>Decimals of all numbers in these tests.</summary>
    protected const int Decimals = 8;

    private static readonly int s_mutants = Cases.Times(20_000);
    private static readonly int s_digitRounds = Cases.Times(200);

    // Replaces any number of any shape, quoted or not like the original.
    private static readonly string[] s_numbers =
    [
        "0", "0.0", "0.00000000", "1", "10", "00", "01", "00012", "00012.5", "0.00000001", "99999999.99999999",
        "12345678", "1.5000000000000000", "1.50000000000000000", "1.000000000", string.Empty, ".", "1.", ".5", "1..5",
        "1.2.3", "/", ":", "-", "1\u00e9", "\u0661", "-1", "-0", "+1", " 1", "1 ", "1e5", "1E5", "1e-5", "1,5", "0x1",
        "1\\u0030", "1.000000001", "0.0000000001", "1.0000000000000000000000001", "123456789", "123456789.5",
        "00000000000000001", "46116860184.27387903", "46116860184.27387904", "9223372036854775807", "9999999999999999",
        "1000000000000000", "10000000000000000", "4611686018427387903", "4611686018427387904", "9223372036854775808",
        "99999999999999999999", "9223372036854", "9223372036855", "null", "true",
        new string('9', 70), "1." + new string('0', 70),
    ];

    /// <summary>The venue's name.</summary>
    protected abstract string Venue { get; }

    /// <summary>The symbols of the shapes, and one that is in no shape.</summary>
    protected abstract string[] Symbols { get; }

    /// <summary>One message of each shape that the scanner takes.</summary>
    protected abstract string[] Shapes { get; }

    /// <summary>Decimals that the numbers of the captures need.</summary>
    protected virtual int CaptureDecimals => Decimals;

    /// <summary>
    /// Creates the scanner for some symbols. It has already learned every shape, as it would after a second at a venue;
    /// results must not depend on that.
    /// </summary>
    private protected IScannerUnderTest Scanner(string[] symbols, int decimals = Decimals)
    {
        IScannerUnderTest scanner = VenueScanners.Create(Venue, symbols, decimals)!;
        Array.ForEach(Shapes, shape => scanner.Prime(Encoding.UTF8.GetBytes(shape)));
        return scanner;
    }

    /// <summary>true if the scanner takes all messages of a type (see <see cref="MessageIdentity.Type"/>).</summary>
    protected abstract bool Takes(string kind);

    [Fact]
    public void ShouldTakeEveryShape()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Assert.All(Shapes, shape => Assert.True(scanner.Compare(Encoding.UTF8.GetBytes(shape)), shape));
    }

    [Fact]
    public void ShouldTakeWhatTheVenueSends()
    {
        foreach (CaptureCase capture in CaptureCase.Of(Venue))
        {
            (byte[] Frame, MessageIdentity Label)[] frames = capture.Frames()
                .Select(frame => (frame, capture.Identify(frame))).ToArray();
            string[] symbols = frames.Select(item => item.Label.Symbol!).Where(symbol => symbol is not null)
                .Distinct().ToArray();
            IScannerUnderTest scanner = Scanner(symbols, CaptureDecimals);
            var left = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach ((byte[] frame, MessageIdentity label) in frames)
            {
                bool isTaken = scanner.Compare(frame);
                Assert.True(isTaken || !Takes(label.Type), $"{label.Type} left: {Encoding.UTF8.GetString(frame)}");
                left[label.Type] = left.GetValueOrDefault(label.Type) + (isTaken ? 0 : 1);
            }

            output.WriteLine($"{capture.Name}: {scanner.Taken} of {frames.Length} messages taken; left: "
                + string.Join(", ", left.Where(item => item.Value != 0).Select(item => $"{item.Value} {item.Key}")));
            Assert.True(scanner.Taken > 100);
        }
    }

    [Fact]
    public void ShouldReadMutantsAsTheParserDoesOrLeaveThem()
    {
        byte[][] frames = Shapes.Select(Encoding.UTF8.GetBytes).ToArray();
        IScannerUnderTest scanner = Scanner(Symbols);
        ulong seed = Seeds.Value(output, 20261122);
        Prop.ForAll(
                Mutant.Of(frames.Length),
                mutant =>
                {
                    scanner.Prime(frames[mutant.Frame]);
                    scanner.Compare(mutant.Build(frames));
                })
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(s_mutants).WithReplay(seed, 1));
        output.WriteLine($"{s_mutants} mutants, {scanner.Taken} taken");
        Assert.InRange(scanner.Taken, s_mutants / 50, s_mutants / 2);
    }

    [Fact]
    public void ShouldReadAwkwardNumbersAsTheParserDoesOrLeaveThem()
    {
        foreach (int decimals in new[] { 0, 1, 3, Decimals, 12 })
        {
            IScannerUnderTest scanner = Scanner(Symbols, decimals);
            long compared = 0;
            foreach (string shape in Shapes)
            {
                for (int start = 0; start < shape.Length; start++)
                {
                    if (!char.IsAsciiDigit(shape[start]) || shape[start - 1] is not ('"' or ':' or '[' or ','))
                    {
                        continue;
                    }

                    int end = start;
                    while (char.IsAsciiDigit(shape[end]) || shape[end] == '.')
                    {
                        end++;
                    }

                    foreach (string number in s_numbers)
                    {
                        scanner.Prime(Encoding.UTF8.GetBytes(shape));
                        scanner.Compare(Encoding.UTF8.GetBytes(shape[..start] + number + shape[end..]));
                        compared++;
                    }
                }
            }

            output.WriteLine($"{decimals} decimals: {scanner.Taken} of {compared} taken");
            Assert.NotEqual(0, scanner.Taken);
        }
    }

    [Fact]
    public void ShouldLeaveMessagesThatAreCutAnywhere()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        using var memory = new GuardedMemory(4096);
        foreach (byte[] shape in Shapes.Select(Encoding.UTF8.GetBytes))
        {
            // Between inaccessible pages: reading outside the text would end the process.
            for (int length = 0; length <= shape.Length; length++)
            {
                scanner.Prime(shape);
                Assert.Equal(length == shape.Length, scanner.Compare(memory.Put(shape.AsSpan(0, length))));
                Assert.Equal(length == shape.Length, scanner.Compare(memory.PutFirst(shape.AsSpan(0, length))));
            }
        }
    }

    [Fact]
    public void ShouldReadOtherDigitsInTheSamePlacesAsTheParserDoes()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        Random random = Seeds.Start(output, 31);
        foreach (byte[] shape in Shapes.Select(Encoding.UTF8.GetBytes))
        {
            int[] digits = Enumerable.Range(0, shape.Length).Where(i => char.IsAsciiDigit((char)shape[i])).ToArray();
            for (int round = 0; round < s_digitRounds; round++)
            {
                // From all digits to a few, including those of names, zeros beyond increments and words.
                byte[] text = shape.AsSpan().ToArray();
                foreach (int at in digits.Where(_ => random.Next(1 + (round % 8)) == 0))
                {
                    text[at] = (byte)random.Next('0', '9' + 1);
                }

                scanner.Prime(shape);
                scanner.Compare(text);
            }
        }

        Assert.NotEqual(0, scanner.Taken);
    }

    [Fact]
    public void ShouldLookAtNothingOutsideTheMessage()
    {
        IScannerUnderTest scanner = Scanner(Symbols);
        using var memory = new GuardedMemory(8192);
        byte[] digits = new byte[100];
        Array.Fill(digits, (byte)'1');
        foreach (byte[] shape in Shapes.Select(Encoding.UTF8.GetBytes))
        {
            for (int at = 0; at <= shape.Length; at++)
            {
                scanner.Compare(memory.Put([.. shape.AsSpan(0, at), .. digits]));
                scanner.Compare(memory.Put([.. shape.AsSpan(0, at), .. digits.AsSpan(0, 3)]));
                scanner.Compare(memory.PutFirst([.. shape.AsSpan(0, at), .. digits]));
            }
        }
    }
}
