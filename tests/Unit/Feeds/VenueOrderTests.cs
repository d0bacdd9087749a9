using System;
using System.Linq;
using System.Numerics;
using LowLatency.Engine.Events;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>
/// Every way to lose, duplicate and reorder up to five messages, compared with a simple book that applies them in
/// order: after each message the book has exactly the state after some number of messages, or there is none.
/// </summary>
public abstract partial class VenueConformanceTests
{
    private const int Messages = 5;

    [Fact]
    [FaultRow("F6")]
    public void ShouldNeverApplyOutOfOrder()
    {
        int permutations = 0;
        for (int count = 2; count <= Messages; count++)
        {
            foreach (int[] order in Permutations.Of(first: 1, count))
            {
                permutations++;
                WireRig rig = Started();
                bool isLive = true;
                int last = 0;
                int repeats = 0;
                foreach (int message in order)
                {
                    rig.Frame(Message(message));
                    if (!ShowsLoss)
                    {
                        // Older messages are ignored where messages have times, until there are too many, and trusted
                        // where they have nothing, because TCP keeps their order.
                        repeats = HasNumbers && message < last ? repeats + 1 : 0;
                        last = HasNumbers ? Math.Max(last, message) : message;
                        Assert.Equal(repeats > 3 ? 0 : Quantity(last), rig.Book.Bids.QuantityAtPrice(999));
                        continue;
                    }

                    isLive &= message == last + 1;
                    last += isLive ? 1 : 0;
                    AssertIsOrGone(rig, isLive, last, order);
                }
            }
        }

        FaultLedger.AddFigure($"{Venue}: {permutations} permutations of 2 to {Messages} messages, mismatches 0");
    }

    [Fact]
    [FaultRow("F4")]
    public void ShouldFindEveryLoss()
    {
        int losses = 0;
        int found = 0;
        for (uint lost = 1; lost < 1u << Messages; lost++)
        {
            WireRig rig = Started();
            bool isLive = true;
            int last = 0;
            for (int message = 1; message <= Messages; message++)
            {
                if ((lost >> (message - 1) & 1) == 0)
                {
                    rig.Frame(Message(message));
                    isLive &= message == last + 1 || !ShowsLoss;
                    last = isLive ? message : last;
                    if (ShowsLoss)
                    {
                        AssertIsOrGone(rig, isLive, last, [(int)lost]);
                    }
                }
            }

            // Losses at the very end show with the next message.
            uint came = ~lost & ((1u << Messages) - 1);
            bool isShown = came >> BitOperations.TrailingZeroCount(lost) != 0;
            losses += isShown ? 1 : 0;
            found += (int)rig.Counters.Gaps;
        }

        Assert.Equal(ShowsLoss ? losses : 0, found);
        FaultLedger.AddFigure(ShowsLoss
            ? $"{Venue}: {losses} gaps injected, {found} found, nothing of them applied"
            : $"{Venue}: no message shows a loss; heartbeats, crossed books and fresh snapshots do");
    }

    [Fact]
    [FaultRow("F5")]
    public void ShouldPassOverEveryRepeat()
    {
        int repeats = 0;
        for (uint twice = 0; twice < 1u << Messages; twice++)
        {
            WireRig rig = Started();
            for (int message = 1; message <= Messages; message++)
            {
                rig.Frame(Message(message));
                if ((twice >> (message - 1) & 1) != 0)
                {
                    rig.Frame(Message(message));
                    repeats++;
                }

                AssertIsOrGone(rig, isLive: true, message, [(int)twice]);
            }

            long expected = HasNumbers ? BitOperations.PopCount(twice) : 0;
            Assert.Equal((expected, 0), (rig.Counters.Repeats, rig.Counters.Gaps));
        }

        FaultLedger.AddFigure($"{Venue}: {repeats} repeats, the book equal to the reference after each message");
    }

    private static void AssertIsOrGone(WireRig rig, bool isLive, int last, int[] order)
    {
        string words = $"{string.Join(' ', order)}: after message {last} the book is {rig.Show()}";
        Assert.True(isLive == rig.Book.IsLive, words);
        ulong expected = isLive ? Plain(last).StateHash() : new ReferenceBook().StateHash();
        Assert.True(expected == rig.Book.StateHash(), words);
    }

    // The simple book after this many messages, in the rig's increments: one decimal and three.
    private static ReferenceBook Plain(int messages)
    {
        var book = new ReferenceBook();
        foreach ((Side side, TextLevel[] levels) in new[] { (Side.Buy, BidsAfter(messages)), (Side.Sell, s_asks) })
        {
            foreach (TextLevel level in levels)
            {
                book.Set(side, Increments(level.Price, 10), Increments(level.Quantity, 1000));
            }
        }

        return book;
    }

    private static long Increments(string text, int factor) =>
        (long)(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * factor);

    // Each message changes a level that all of them change and leaves one of its own, so that all states differ and
    // none is reached without all earlier messages.
    private string Message(int number) => Update(
        100 + number - 1, 100 + number, [new("99.9", $"{10 + number}"), Own(number)], [], (BidsAfter(number), s_asks));

    private static TextLevel[] BidsAfter(int messages) =>
    [
        s_bids[0],
        messages == 0 ? s_bids[1] : new TextLevel("99.9", $"{10 + messages}"),
        s_bids[2],
        .. Enumerable.Range(1, messages).Select(Own),
    ];

    private static TextLevel Own(int number) => new($"{99 - number}.0", $"{number}");

    private static long Quantity(int number) => (10 + number) * 1000;
}
