using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>A strategy's log: bounded, counted, without allocations, and of no influence on decisions.</summary>
public sealed class StrategyLogTests
{
    private const int Capacity = 4;

    private readonly Logger _logger = new();
    private readonly EngineRig _rig;

    public StrategyLogTests() => _rig = Rig(_logger, Capacity);

    [Fact]
    public void ShouldSayWhenWhoAndAboutWhat()
    {
        _rig.NowNs = 1_700_000_000_123_456_000;
        Log(context => context.Log($"mid {12.345:F2} of {7} levels, {Side.Sell} {true} {'x'} {"text"} {"utf8"u8}"));
        Log(context => context.Instruments[1].Log($"spread {3L}"));
        Log(context => context.Log("fixed text"));

        Assert.Equal(
            [
                "2023-11-14T22:13:20.123456Z Logger: mid 12.35 of 7 levels, Sell true x text utf8",
                "2023-11-14T22:13:20.123456Z Logger ETHUSDT: spread 3",
                "2023-11-14T22:13:20.123456Z Logger: fixed text",
            ],
            Read().Select(line => line.ToString()));
        Assert.Empty(Read());
    }

    [Theory]
    [InlineData("a", 240, false)]
    [InlineData("a", 241, true)]
    [InlineData("ä", 120, false)]
    [InlineData("ä", 121, true)]
    [InlineData("€", 81, true)]
    [InlineData("🙂", 61, true)]
    public void ShouldCutALongLineBetweenCharactersAndSaySo(string character, int count, bool isCut)
    {
        string text = string.Concat(Enumerable.Repeat(character, count));
        int fits = StrategyLog.MaxLineBytes / System.Text.Encoding.UTF8.GetByteCount(character);
        string shown = string.Concat(Enumerable.Repeat(character, Math.Min(fits, count)));

        Log(context => context.Log($"{text}{1}"));
        Log(context => context.Log($"{System.Text.Encoding.UTF8.GetBytes(text)}"));
        Log(context => context.Log(text));

        List<StrategyLogLine> lines = Read();
        Assert.All(lines.Skip(1), line => Assert.Equal((shown, isCut), (line.Text, line.IsCut)));
        Assert.Equal((shown, true), (lines[0].Text, lines[0].IsCut));
        Assert.EndsWith("…", lines[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldWriteANumberWholeOrNotAtAll()
    {
        string text = new('a', StrategyLog.MaxLineBytes - 3);
        Log(context => context.Log($"{text}{1234}{5}"));

        StrategyLogLine line = Assert.Single(Read());
        Assert.Equal((text, true), (line.Text, line.IsCut));
    }

    [Fact]
    public void ShouldDropAndCountWhatFindsNoRoomAndNeverWait()
    {
        for (int i = 1; i <= Capacity + 3; i++)
        {
            int number = i;
            Log(context => context.Log($"line {number}"));
        }

        StrategyLog log = _rig.Engine.StrategyLog;
        Assert.Equal((Capacity + 3, 3), (log.Lines, log.Dropped));
        Assert.Equal(["line 1", "line 2", "line 3", "line 4"], Read().Select(line => line.Text));

        Log(context => context.Log("room again"));
        Assert.Equal("room again", Assert.Single(Read()).Text);
        Assert.Equal((Capacity + 4, 3), (log.Lines, log.Dropped));
    }

    [Fact]
    public void ShouldCleanWhatWouldBreakALineOrSteerATerminal()
    {
        Log(context => context.Log("a\nb\r\e[2Jc\0d\u202ee\u2028f\u0085g"));

        Assert.Equal("a?b??[2Jc?d?e?f?g", Assert.Single(Read()).Text);
    }

    // What a line's values do when they are read must happen whether or not somebody reads the line.
    [Fact]
    public void ShouldDecideTheSameWithAndWithoutAReader()
    {
        EngineRig read = Rig(new Counter(), Capacity);
        EngineRig unread = Rig(new Counter(), capacity: 0);
        foreach (EngineRig rig in new[] { read, unread })
        {
            for (int i = 0; i < 20; i++)
            {
                rig.Snapshot(10_000, 10_010);
            }
        }

        Assert.Equal(unread.Engine.Decisions, read.Engine.Decisions);
        Assert.NotEqual(0, read.Engine.Decisions.Count);
        Assert.Equal((20, 16), (read.Engine.StrategyLog.Lines, read.Engine.StrategyLog.Dropped));
        Assert.Equal((20, 0), (unread.Engine.StrategyLog.Lines, unread.Engine.StrategyLog.Dropped));
        Assert.Equal(0, unread.Engine.StrategyLog.Read(_ => { }));
    }

    [Fact]
    public void ShouldKeepTheLinesOfALineInOrder()
    {
        Log(context =>
        {
            int Inner()
            {
                context.Log("inner");
                return 1;
            }

            context.Log($"outer {Inner()}");
        });

        Assert.Equal(["inner", "outer 1"], Read().Select(line => line.Text));
    }

    [Fact]
    public void ShouldAllocateNothing()
    {
#if DEBUG
        Assert.Skip("Debug builds allocate for extra checks: run the tests with -c Release");
#endif
        StrategyContext? context = null;
        Log(found => context = found);

        // Also when the ring is full.
        void Work()
        {
            for (int i = 0; i < 2 * Capacity; i++)
            {
                var time = TimeSpan.FromSeconds(i);
                context!.Log($"{i} {1.5:F3} {2.5m} {Side.Buy} {true} {"text"} {context.NowNs} {time}");
                context.Instrument.Log("text");
            }
        }

        Work();
        Assert.Equal(0, Allocations.Of(Work));
    }

    private static EngineRig Rig(IStrategy strategy, int capacity) => new(
        hasPaperVenue: false,
        new EngineOptions { MaxOrders = 64, AnswerTimeoutNs = long.MaxValue, StrategyLogCapacity = capacity },
        Fixture.Setup(Fixture.Spot(), strategy) with { StrategyName = "Logger" },
        Fixture.Setup(Fixture.Spot(1, "ETHUSDT"), strategy) with { StrategyName = "Logger" });

    private void Log(Action<StrategyContext> action)
    {
        _logger.Next = action;
        _rig.Timer(0);
        Assert.Null(_logger.Next);
    }

    private List<StrategyLogLine> Read()
    {
        var lines = new List<StrategyLogLine>();
        _rig.Engine.StrategyLog.Read(lines.Add);
        return lines;
    }

    private sealed class Logger : IStrategy
    {
        public Action<StrategyContext>? Next { get; set; }

        public void OnTimer(StrategyContext context)
        {
            Action<StrategyContext>? next = Next;
            Next = null;
            next?.Invoke(context);
        }
    }

    /// <summary>Places at each third line; it counts them inside the line.</summary>
    private sealed class Counter : IStrategy
    {
        private int _lines;

        public void OnBook(StrategyContext context, TradedInstrument instrument)
        {
            context.Log($"line {++_lines}");
            if (_lines % 3 == 0)
            {
                instrument.Place(new LowLatency.Engine.Orders.PlaceRequest
                {
                    Side = Side.Buy,
                    PriceTicks = instrument.Book.BestBidTicks - _lines,
                    QuantityLots = 1,
                });
            }
        }
    }
}
