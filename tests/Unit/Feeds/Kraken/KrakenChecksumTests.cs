using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Kraken;
using LowLatency.Tests.Reliability;
using Xunit;

namespace LowLatency.Tests.Feeds.Kraken;

/// <summary>The venue's published example, and real frames of September 2026.</summary>
public sealed class KrakenChecksumTests
{
    private const string Asks = "45285.2/0.001 45286.4/1.54571953 45286.6/1.54571109 45289.6/1.54560911 "
        + "45290.2/0.1589066 45291.8/1.54553491 45294.7/0.04454749 45296.1/0.3538 45297.5/0.09945542 "
        + "45299.5/0.18772827";

    private const string Bids = "45283.5/0.1 45283.4/1.54582015 45282.1/0.1 45281.0/0.1 45280.3/1.54592586 "
        + "45279.0/0.0799 45277.6/0.03310103 45277.5/0.3 45277.3/1.54602737 45276.6/0.15445238";

    private const string RealBids = "2496.63/7.5023895 2496.41/0.01078934 2496.4/0.47001888 2496.39/1.93339926 "
        + "2496.38/0.2721 2496.35/0.02479511 2496.34/20.02925106 2496.25/8.01214719 2496.12/0.04006218 "
        + "2496.1/1.60136182";

    private const string RealAsks = "2496.64/1.64320344 2496.68/2 2496.74/8.01214719 2496.76/2.00259784 "
        + "2496.79/0.2195 2496.83/0.016 2496.91/0.19423672 2496.93/0.31214919 2496.94/0.23399625 2497.01/6.40971776";

    [Fact]
    [FaultRow("F7")]
    public void ShouldSumThePublishedBook()
    {
        const uint published = 3310070434;
        const int rounds = 20;
        const int timed = 2_000;
        var scale = new InstrumentScale(1, 8, 1, 1);
        var decimals = new WireDecimals(1, 8);
        var checksum = new KrakenChecksum();
        OrderBook book = Book(Bids, Asks, 1);
        Assert.Equal(published, checksum.Compute(book, in scale, decimals));

        // Changing or removing any single level changes the checksum.
        int altered = 0;
        int found = 0;
        foreach ((Side side, string levels) in new[] { (Side.Buy, Bids), (Side.Sell, Asks) })
        {
            foreach ((long price, long quantity) in Parse(levels, 1))
            {
                foreach (long wrong in new[] { 0, quantity - 1, quantity + 1 })
                {
                    book.Set(side, price, wrong);
                    altered++;
                    found += checksum.Compute(book, in scale, decimals) == published ? 0 : 1;
                }

                book.Set(side, price, quantity);
            }
        }

        Assert.Equal((60, 60), (altered, found));

        // The best of a few rounds: the first ones warm up, and others may be disturbed.
        double ns = double.MaxValue;
        uint all = published;
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < timed; i++)
            {
                all &= checksum.Compute(book, in scale, decimals);
            }

            ns = Math.Min(ns, Stopwatch.GetElapsedTime(start).TotalNanoseconds / timed);
        }

        Assert.Equal(published, all);
        FaultLedger.AddFigure(string.Create(
            CultureInfo.InvariantCulture,
            $"{found} of {altered} alterations of one level found; a check of ten levels a side costs {ns:0} ns"));
    }

    [Fact]
    public void ShouldSumAlikeInFinerIncrements()
    {
        var scale = new InstrumentScale(1, 8, 1, 1);
        OrderBook book = Book(Bids, Asks, 1);
        book.Rescale(1000, 10);
        InstrumentScale finer = scale.Finer(1000, 10);
        Assert.Equal(3310070434, new KrakenChecksum().Compute(book, in finer, new WireDecimals(1, 8)));
    }

    // The steps push a level out and bring it back: at depth 10 the session must follow.
    [Fact]
    [FaultRow("F7")]
    public void ShouldFollowRealFramesThroughTheCutToDepth()
    {
        var scale = new InstrumentScale(2, 8, 1, 1);
        var checksum = new KrakenChecksum();
        var mirror = new BookMirror(checksum, 10);
        mirror.Book.BeginSnapshot();
        Apply(mirror, RealBids, RealAsks);
        Assert.Equal(1569106669u, checksum.Compute(mirror.Book, in scale, new WireDecimals(2, 8)));
        Apply(mirror, "2496.41/0 2496.08/6.40971776 2496.35/0.03558445", string.Empty);
        Assert.Equal(340083547u, checksum.Compute(mirror.Book, in scale, new WireDecimals(2, 8)));
        int removals = Apply(mirror, string.Empty, "2496.78/0.2250818");
        Assert.Equal(1, removals);
        Assert.Equal(1887999687u, checksum.Compute(mirror.Book, in scale, new WireDecimals(2, 8)));
        Apply(mirror, string.Empty, "2496.91/0 2497.01/6.40971776");
        Assert.Equal(3152564395u, checksum.Compute(mirror.Book, in scale, new WireDecimals(2, 8)));
    }

    private static OrderBook Book(string bids, string asks, int priceDecimals)
    {
        var book = new OrderBook();
        foreach ((Side side, string levels) in new[] { (Side.Buy, bids), (Side.Sell, asks) })
        {
            foreach ((long price, long quantity) in Parse(levels, priceDecimals))
            {
                book.Set(side, price, quantity);
            }
        }

        return book;
    }

    // Returns the number of removals that the cut appended.
    private static int Apply(BookMirror mirror, string bids, string asks)
    {
        var batch = new EventBatch();
        foreach ((Side side, string levels) in new[] { (Side.Buy, bids), (Side.Sell, asks) })
        {
            foreach ((long price, long quantity) in Parse(levels, 2))
            {
                ref EngineInput item = ref batch.Add();
                item.Kind = EventKind.LevelUpdate;
                item.Side = side;
                item.Price = price;
                item.Quantity = quantity;
            }
        }

        int before = batch.Count;
        mirror.Apply(batch, 0);
        return batch.Count - before;
    }

    private static (long Price, long Quantity)[] Parse(string levels, int priceDecimals) => levels
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(level => level.Split('/'))
        .Select(parts => (Increments(parts[0], priceDecimals), Increments(parts[1], 8)))
        .ToArray();

    private static long Increments(string text, int decimals)
    {
        Assert.Equal(
            NumberStatus.Ok, WireNumber.Parse(Encoding.ASCII.GetBytes(text), decimals, out long value));
        Assert.True(decimal.Parse(text, CultureInfo.InvariantCulture) * InstrumentScale.PowerOfTen(decimals) == value);
        return value;
    }
}
