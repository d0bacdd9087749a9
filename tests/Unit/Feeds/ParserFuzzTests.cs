using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Reference.Wire;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>
/// Mutated real messages: the parser reads what a simple reader reads, or both reject. 6,000 mutants of each venue in
/// the quick run.
/// </summary>
public sealed class ParserFuzzTests(ITestOutputHelper output)
{
    private const int MaxFrameBytes = 1500;
    private const int FramesOfAKind = 12;
    private const int Decimals = 8;

    private static readonly int s_mutants = Cases.Times(6_000);

    private long _refusedBytes;

    public static TheoryData<string> Names => new(Venues.All.Select(venue => venue.Name));

    [Theory]
    [MemberData(nameof(Names))]
    [FaultRow("F10")]
    [FaultRow("F13")]
    public void ShouldReadWhatAPlainReaderReadsOrRefuseBoth(string venue)
    {
        (string[] symbols, byte[][] frames) = Corpus(venue);
        var parser = new ParserUnderTest(venue, symbols, Decimals);
        ReferenceReader reference = ReferenceReaders.Create(venue, symbols, _ => (Decimals, Decimals));
        IScannerUnderTest? scanner = VenueScanners.Create(venue, symbols, Decimals);
        Assert.All(frames, frame => Compare(parser, reference, frame));

        long refused = 0;
        long read = 0;
        ulong seed = Seeds.Value(output, 20261121);
        Property property = Prop.ForAll(Mutant.Of(frames.Length), mutant =>
        {
            byte[] frame = mutant.Build(frames);
            bool isRead = Compare(parser, reference, frame);

            // What the scanner takes it must read like the parser, and so like the reference; the rest goes to the
            // parser.
            scanner?.Prime(frames[mutant.Frame]);
            scanner?.Compare(frame);
            read += isRead ? 1 : 0;
            refused += isRead ? 0 : 1;
        });
        property.Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(s_mutants).WithReplay(seed, 1));

        output.WriteLine($"{frames.Length} messages, {read + refused} mutants: {read} read, {refused} refused, "
            + $"{scanner?.Taken ?? 0} taken by the scanner");
        FaultLedger.AddFigure(
            $"{venue}: {read + refused} mutants, {refused} refused, exceptions 0, hangs 0, "
            + $"{(double)_refusedBytes / Math.Max(1, refused):0.#} bytes allocated per bad message",
            (long)seed);
        Assert.True(read > s_mutants / 50, "too few valid mutants: the mutations prove nothing");
    }

    // A few of each kind from the captures, if they exist, and all from the documentation.
    private static (string[] Symbols, byte[][] Frames) Corpus(string name)
    {
        var symbols = new SortedSet<string>(WireSamples.Symbols(name), StringComparer.Ordinal);
        var frames = new List<byte[]>(WireSamples.Frames(name));
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (CaptureCase capture in SharedData.Root is null ? [] : CaptureCase.Of(name))
        {
            foreach (byte[] frame in capture.Frames().Where(frame => frame.Length <= MaxFrameBytes))
            {
                MessageIdentity label = capture.Identify(frame);
                int count = kinds.GetValueOrDefault(label.Type);
                if (count < FramesOfAKind)
                {
                    kinds[label.Type] = count + 1;
                    frames.Add(frame);
                    symbols.UnionWith(label.Symbol is null ? [] : [label.Symbol]);
                }
            }
        }

        return (symbols.ToArray(), frames.ToArray());
    }

    // true if both read it, false if both reject it.
    private bool Compare(ParserUnderTest parser, ReferenceReader reader, byte[] frame)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        ParsedMessage parsed = parser.Read(frame);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _refusedBytes += parsed.Kind == MessageKind.Bad ? allocated : 0;
        ReferenceMessage? expected = reader.TryRead(frame, out string why);
        if (expected is null)
        {
            Check(parsed.Kind == MessageKind.Bad, frame, $"read as {parsed.Kind}, but the reference rejects it: {why}");
            return false;
        }

        MessageKind kind = parsed.Kind == MessageKind.Missing ? MessageKind.Ignored : parsed.Kind;
        Check(kind == expected.Kind, frame, $"{parsed.Kind} ({parsed.Fault}) instead of {expected.Kind}");
        switch (kind)
        {
            case MessageKind.Depth or MessageKind.BookSnapshot:
                CompareBook(parser, in parsed, expected, frame);
                break;
            case MessageKind.Direct:
                CompareDirect(parser, expected, frame);
                break;
            default:
                break;
        }

        return true;
    }

    private static void CompareBook(
        ParserUnderTest parser, in ParsedMessage parsed, ReferenceMessage expected, byte[] frame)
    {
        uint? checksum = parsed.HasChecksum ? parsed.Checksum : null;
        Check(
            (parsed.Symbol, parsed.Ids, parsed.UpdateId, parsed.ExchangeTimeNs, checksum)
                == (expected.Symbol, expected.Ids, expected.UpdateId, expected.TimeNs, expected.Checksum),
            frame,
            "symbol, ids, time or checksum differ");

        // The order of the two sides follows the message; within a side the order matters.
        foreach (Side side in new[] { Side.Buy, Side.Sell })
        {
            (long, long)[] read = parser.Events.ToArray()
                .Where(item => item.Kind == EventKind.LevelUpdate && item.Side == side)
                .Select(item => (item.Price, item.Quantity)).ToArray();
            (long, long)[] wanted = expected.Levels.Where(level => level.Side == side)
                .Select(level => (level.Price, level.Quantity)).ToArray();
            Check(read.SequenceEqual(wanted), frame, $"the levels of {side} differ");
        }
    }

    private static void CompareDirect(ParserUnderTest parser, ReferenceMessage expected, byte[] frame)
    {
        ReferenceTrade[] trades = parser.Events.ToArray()
            .Where(item => item.Kind == EventKind.Trade)
            .Select(item => new ReferenceTrade(
                item.InstrumentId, item.TradeId, item.Price, item.Quantity, item.Side, item.ExchangeTimeNs))
            .ToArray();
        Check(trades.SequenceEqual(expected.Trades), frame, "the trades differ");
        if (expected.Top is { } top)
        {
            EngineInput read = parser.Events[^1];
            Check(
                (read.BidPrice, read.BidQuantity, read.AskPrice, read.AskQuantity, read.UpdateId) == top
                    && read.ExchangeTimeNs == expected.TimeNs,
                frame,
                "the tops differ");
        }
    }

    private static void Check(bool isRight, byte[] frame, string words)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"{words}: {Encoding.UTF8.GetString(frame)}");
        }
    }
}
