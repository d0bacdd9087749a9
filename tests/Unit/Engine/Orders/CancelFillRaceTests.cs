using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders;

/// <summary>A cancel and fills cross, in every possible order of reports. Nothing is random: all cases are enumerated.
/// An order of three lots is placed; the other events form a word of up to six letters.
/// <code>
///  C  the strategy cancels            A  acknowledgement of the order
///  X  the gateway's answer to that    1 2 3  a fill of that many lots, reported once or twice
///  R  the strategy places again, using the room that it believes to be free
/// </code>
/// </summary>
public sealed class CancelFillRaceTests(ITestOutputHelper output)
{
    private const int Letters = 6;
    private const int OrderLots = 3;
    private const long Price = 9_990;

    // What the gateway filled before the cancel, in the order of the fills.
    private static readonly int[][] s_truths = [[], [1], [2], [3], [1, 1], [1, 2], [2, 1], [1, 1, 1]];

    private enum Letter
    {
        Cancel,
        Answer,
        Accept,
        Again,

        // The fill with this number, counted from 0, and the ones after it.
        Fill,
    }

    [Fact]
    [FaultRow("F23")]
    [FaultRow("I2")]
    public void ShouldEndRightInEveryOrderOfReports()
    {
        long words = 0;
        long placedAgain = 0;
        foreach (int[] fills in s_truths)
        {
            foreach (Letter[] letters in Alphabets(fills.Length))
            {
                foreach (Letter[] word in Orders(letters))
                {
                    for (int again = 1; again <= (word.Contains(Letter.Again) ? OrderLots : 1); again++)
                    {
                        words++;
                        placedAgain += Run(fills, word, again) ? 1 : 0;
                    }
                }
            }
        }

        string figure = $"{words:#,0} orders of up to {Letters} events, 0 wrong results; {placedAgain:#,0} times there "
            + "was room to place again";
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure);
        Assert.Equal((17_685, 719), (words, placedAgain));
    }

    // All reports possible for a cancelled order with this many fills, in up to six letters.
    private static IEnumerable<Letter[]> Alphabets(int fills)
    {
        Letter[] told = Enumerable.Range(0, fills).Select(number => Letter.Fill + number).ToArray();
        Letter[] more = [Letter.Accept, Letter.Again, Letter.Answer, .. told];
        for (int chosen = 0; chosen < 1 << more.Length; chosen++)
        {
            Letter[] letters =
            [
                Letter.Cancel, Letter.Answer, .. told, .. more.Where((_, i) => (chosen >> i & 1) != 0),
            ];
            if (letters.Length <= Letters)
            {
                yield return letters;
            }
        }
    }

    // Each permutation of the letters once. No answer comes before its question.
    private static IEnumerable<Letter[]> Orders(Letter[] letters)
    {
        var left = letters.GroupBy(letter => letter).ToDictionary(group => group.Key, group => group.Count());
        return From(new List<Letter>());

        IEnumerable<Letter[]> From(List<Letter> word)
        {
            if (word.Count == letters.Length)
            {
                yield return word.ToArray();
                yield break;
            }

            foreach (Letter letter in left.Keys.ToArray())
            {
                if (left[letter] == 0 || (letter == Letter.Answer && !word.Contains(Letter.Cancel)))
                {
                    continue;
                }

                left[letter]--;
                word.Add(letter);
                foreach (Letter[] whole in From(word))
                {
                    yield return whole;
                }

                word.RemoveAt(word.Count - 1);
                left[letter]++;
            }
        }
    }

    private static bool Run(int[] fills, Letter[] word, int againLots)
    {
        var rig = new AskerRig(
            Fixture.Limits() with { CollarPpm = 100_000, MaxPositionTickLots = (OrderLots * Price) + (Price / 2) },
            new EngineOptions
            {
                MaxOrders = 8,
                MaxComposites = 2,
                BookLevelsPerSide = 16,
                AnswerTimeoutNs = long.MaxValue,
            });
        long id = rig.Place(Side.Buy, Price, OrderLots);
        int filled = fills.Sum();
        bool isAsked = false;
        bool isAnswered = false;
        long again = 0;
        var told = new HashSet<Letter>();
        string Text() => $"fills {string.Join(' ', fills)}: {string.Join(' ', word)}, again {againLots}";
        foreach (Letter letter in word)
        {
            switch (letter)
            {
                case Letter.Cancel:
                    rig.Do(context => context.Cancel(id, StrategyReason.Unnamed));
                    isAsked = rig.Engine.Outputs.Exists(item => item.Kind == OutputKind.Cancel && item.OrderId == id);
                    break;
                case Letter.Answer when isAsked:
                    isAnswered = true;
                    rig.Engine.Report(
                        filled == OrderLots ? EventKind.CancelRejected : EventKind.OrderCancelled, id, Side.Buy,
                        quantity: filled == OrderLots ? 0 : filled);
                    break;
                case Letter.Answer:
                    break;
                case Letter.Accept:
                    rig.Engine.Report(EventKind.OrderAccepted, id, Side.Buy);
                    break;
                case Letter.Again:
                    again = rig.Place(Side.Buy, Price, againLots);
                    bool isRoom = isAnswered && filled + againLots <= OrderLots;
                    Assert.True(again == 0 || isRoom, $"placed without enough room; {Text()}");
                    Assert.True(
                        again != 0 || !isRoom || told.Count < fills.Length,
                        $"refused despite enough room; {Text()}");
                    break;
                default:
                    told.Add(letter);
                    int number = letter - Letter.Fill;
                    rig.Fill(id, Side.Buy, Price, fills[number], tradeId: 1 + number);
                    break;
            }

            long known = told.Sum(item => (long)fills[item - Letter.Fill]);
            Assert.True(rig.Engine.View.PositionLots == known, $"position after {letter}; {Text()}");
        }

        InstrumentView view = rig.Engine.View;
        Position position = rig.Engine.Engine.Position(0);
        long openLots = again == 0 ? 0 : againLots;
        Assert.True(view.PositionLots == filled && position.CashTickLots == -(Price * filled), $"position; {Text()}");
        Assert.True(view.OpenOrders == (again == 0 ? 0 : 1) && view.OpenBuyLots == openLots, $"open; {Text()}");
        Assert.True(view.UnknownFills == 0, $"a fill was treated as foreign; {Text()}");
        OrderState state = rig.Asker.Orders.FindLast(update => update.OrderId == id).State;
        Assert.True(
            state == (filled == OrderLots ? OrderState.Filled : OrderState.Cancelled), $"ended {state}; {Text()}");
        return again != 0;
    }
}
