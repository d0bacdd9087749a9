using System.Collections.Generic;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Risk;

/// <summary>Each limit of the risk gate, at its boundary.</summary>
public sealed class RiskGateTests
{
    private static RiskLimits Limits => Fixture.Limits() with { CollarPpm = 100_000 };

    [Fact]
    public void ShouldRefuseMoreLotsThanOneOrderMayHave()
    {
        var rig = new AskerRig(Limits with { MaxOrderLots = 10 });

        Assert.NotEqual(0, rig.Place(Side.Buy, 9_990, 10));
        Refused(rig, DecisionReason.RefusedSize, Side.Buy, 9_990, 11);
    }

    [Fact]
    public void ShouldHoldTheOrderRateInEventTime()
    {
        var rig = new AskerRig(Limits with { OrderIntervalNs = EngineRig.Second, OrderBurst = 2 });

        Assert.NotEqual(0, rig.Place(Side.Buy, 9_990, 1));
        Assert.NotEqual(0, rig.Place(Side.Buy, 9_991, 1));
        Refused(rig, DecisionReason.RefusedOrderRate, Side.Buy, 9_992, 1);
        rig.Engine.Timer(EngineRig.Second);
        Assert.NotEqual(0, rig.Place(Side.Buy, 9_992, 1));
        Refused(rig, DecisionReason.RefusedOrderRate, Side.Buy, 9_993, 1);
    }

    [Fact]
    public void ShouldHoldBackCancelsThatCanWaitAndNeverThoseForSafety()
    {
        var rig = new AskerRig(Limits with { CancelIntervalNs = EngineRig.Second, CancelBurst = 1 });
        long first = rig.PlaceLive(Side.Buy, 9_990, 1);
        long second = rig.PlaceLive(Side.Buy, 9_991, 1);
        rig.Do(context => Assert.True(context.Cancel(first, StrategyReason.Unnamed).IsSent));
        rig.Do(context => Assert.Equal(
            DecisionReason.RefusedCancelRate, context.Cancel(second, StrategyReason.Unnamed).Refusal));
        Assert.Equal(DecisionReason.RefusedCancelRate, rig.LastOutput.Reason);

        rig.Engine.Stale(StaleReason.SequenceGap);

        Assert.Equal((OutputKind.Cancel, second), (rig.LastOutput.Kind, rig.LastOutput.OrderId));
    }

    [Fact]
    [FaultRow("F16")]
    public void ShouldPlaceNothingOnABookThatHasNotMovedForTooLong()
    {
        var rig = new AskerRig(Limits with { MaxBookAgeNs = EngineRig.Second });

        Assert.NotEqual(0, rig.Place(Side.Buy, 9_990, 1));
        rig.Engine.Timer(2 * EngineRig.Second);
        Refused(rig, DecisionReason.RefusedOldBook, Side.Buy, 9_991, 1);
        rig.Move(10_000, 10_010);
        Assert.NotEqual(0, rig.Place(Side.Buy, 9_991, 1));
    }

    [Fact]
    [FaultRow("F3")]
    [FaultRow("F16")]
    public void ShouldPullItsQuotesFromABookThatHasNotMovedForTooLong()
    {
        var rig = new AskerRig(Limits with { MaxBookAgeNs = EngineRig.Second });
        long order = rig.Place(Side.Buy, 9_990, 1);
        rig.Engine.Outputs.Clear();

        rig.Engine.Timer(EngineRig.Second / 2);
        Assert.DoesNotContain(rig.Engine.Outputs, output => output.Kind == OutputKind.Cancel);
        rig.Engine.Timer(EngineRig.Second);
        rig.Engine.Timer(EngineRig.Second);

        EngineOutput cancel = Assert.Single(rig.Engine.Outputs, output => output.Kind == OutputKind.Cancel);
        Assert.Equal((order, DecisionReason.OldBook), (cancel.OrderId, cancel.Reason));
    }

    [Fact]
    [FaultRow("F20")]
    public void ShouldPlaceNothingWhileTheClocksDisagree()
    {
        var rig = new AskerRig(Limits with { MaxClockOffsetNs = EngineRig.Second });
        void Commit(long offsetNs) => rig.Engine.Publish(new EngineInput
        {
            Kind = EventKind.BookCommit,
            ExchangeTimeNs = rig.Engine.NowNs - offsetNs,
        });

        Commit(2 * EngineRig.Second);
        Refused(rig, DecisionReason.RefusedClock, Side.Buy, 9_990, 1);
        Commit(-2 * EngineRig.Second);
        Refused(rig, DecisionReason.RefusedClock, Side.Buy, 9_990, 1);
        Commit(EngineRig.Second / 2);
        Assert.NotEqual(0, rig.Place(Side.Buy, 9_990, 1));
    }

    [Fact]
    public void ShouldMeasureTheCollarFromTheMicroPrice()
    {
        var rig = new AskerRig(Limits with { CollarPpm = 1_000 });

        // Nine tenths of the quantity are on the bid: the micro-price is 10,009, and the collar 10.009 wide.
        rig.Engine.Level(Side.Buy, 10_000, 900_000);
        rig.Engine.Commit();
        Assert.NotEqual(0, rig.Place(Side.Buy, 9_999, 1));
        Refused(rig, DecisionReason.RefusedCollar, Side.Buy, 9_998, 1);
    }

    [Fact]
    public void ShouldRefuseWhatTheFundsDoNotCover()
    {
        var rig = new AskerRig(Limits, new EngineOptions
        {
            Balances = new Dictionary<VenueCurrency, decimal>
            {
                [new VenueCurrency("binance", "USDT")] = 1m,
                [new VenueCurrency("binance", "BTC")] = 0.0001m,
            },
            AnswerTimeoutNs = long.MaxValue,
        });

        // A lot at 10,000 ticks costs 10,000 · 0.01 · 0.00001 = 0.001, plus a thousandth of it as a fee.
        Assert.NotEqual(0, rig.Place(Side.Buy, 10_000, 900));
        Refused(rig, DecisionReason.RefusedFunds, Side.Buy, 10_000, 100);
        Assert.NotEqual(0, rig.Place(Side.Buy, 10_000, 99));
        Assert.NotEqual(0, rig.Place(Side.Sell, 10_020, 10));
        Refused(rig, DecisionReason.RefusedFunds, Side.Sell, 10_030, 1);
    }

    [Fact]
    public void ShouldRefuseAPostOnlyPriceThatWouldTrade()
    {
        var rig = new AskerRig();

        Assert.Equal(0, rig.Place(Side.Buy, 10_010, 1, OrderFlags.PostOnly));
        Assert.Equal(DecisionReason.RefusedWouldTake, rig.LastOutput.Reason);
        Assert.NotEqual(0, rig.Place(Side.Buy, 10_009, 1, OrderFlags.PostOnly));
    }

    [Theory]
    [InlineData(10_020, 20, DecisionReason.RefusedSelfTrade)]
    [InlineData(9_000, 5, DecisionReason.RefusedCollar)]
    [InlineData(9_995, 600, DecisionReason.RefusedNotional)]
    public void ShouldHoldEveryLimitForAmendmentsToo(long price, long lots, DecisionReason reason)
    {
        var rig = new AskerRig(Limits with { MaxOrderTickLots = 5_000_000, CollarPpm = 50_000 });
        long buy = rig.PlaceLive(Side.Buy, 9_990, 10);
        rig.PlaceLive(Side.Sell, 10_020, 10);
        rig.Do(context => Assert.Equal(reason, context.Amend(buy, price, lots, StrategyReason.Unnamed).Refusal));

        Assert.Equal((OutputKind.Refuse, reason), (rig.LastOutput.Kind, rig.LastOutput.Reason));
    }

    [Fact]
    public void ShouldStopAllTradingAtTheLossOfTheDayAndSayWhy()
    {
        AskerRig rig = Losing(Limits with { MaxDailyLossTickLots = 1_000 });
        rig.Move(9_900, 9_910);

        Assert.Equal(DecisionReason.KilledLoss, rig.LastOutput.Reason);
        Assert.Equal(OutputKind.Cancel, rig.LastOutput.Kind);
        Refused(rig, DecisionReason.RefusedStopped, Side.Buy, 9_890, 1);
        Assert.Equal(DecisionReason.KilledLoss, rig.Engine.View.StoppedBecause);
    }

    [Fact]
    public void ShouldStopAllTradingAtTheDrawdownAlsoAfterAProfit()
    {
        AskerRig rig = Losing(Limits with { MaxDrawdownTickLots = 1_000 });
        rig.Move(10_500, 10_510);
        Assert.Equal(DecisionReason.None, rig.Engine.View.StoppedBecause);
        rig.Move(10_380, 10_390);

        Assert.Equal(DecisionReason.KilledDrawdown, rig.Engine.View.StoppedBecause);
    }

    [Theory]
    [InlineData(9_905, DecisionReason.None)]
    [InlineData(9_904, DecisionReason.KilledLoss)]
    public void ShouldCountWhatTheFirstFillOfASessionLosesAtOnce(long bid, DecisionReason stop)
    {
        var rig = new AskerRig(Limits with { MaxDailyLossTickLots = 1_000 });
        rig.Engine.NowNs = 200_000 * EngineRig.Second;
        rig.Move(10_000, 10_010);
        long id = rig.PlaceLive(Side.Buy, 10_000, 10);
        rig.Fill(id, Side.Buy, 10_000, 10, tradeId: 1);
        rig.Move(bid, bid + 11);

        Assert.Equal(stop, rig.Engine.View.StoppedBecause);
    }

    [Theory]
    [InlineData(9_901, DecisionReason.None)]
    [InlineData(9_900, DecisionReason.KilledLoss)]
    public void ShouldMeasureTheLossOfADayFromTheLastValueOfTheDayBefore(long bid, DecisionReason stop)
    {
        AskerRig rig = Losing(Limits with { MaxDailyLossTickLots = 1_000 });
        rig.Engine.NowNs = 86_400 * EngineRig.Second;
        rig.Move(bid, bid + 10);

        Assert.Equal(stop, rig.Engine.View.StoppedBecause);
    }

    // Bought and sold at the same price without a fee: neither the position nor its interim value is left.
    [Theory]
    [InlineData(9_920, 9_905, DecisionReason.None)]
    [InlineData(9_920, 9_895, DecisionReason.KilledLoss)]
    [InlineData(10_090, 9_985, DecisionReason.None)]
    public void ShouldForgetWhatAPositionWasWorthOnceNothingIsLeftOfIt(
        long between, long nextDay, DecisionReason stop)
    {
        var rig = new AskerRig(
            Limits with { MaxDailyLossTickLots = 1_000 }, instrument: Fixture.Spot() with { MakerFeePpm = 0 });
        rig.Engine.NowNs = 86_400 * EngineRig.Second;
        rig.Fill(rig.PlaceLive(Side.Buy, 10_000, 10), Side.Buy, 10_000, 10, tradeId: 1);
        rig.Move(between, between + 10);
        rig.Fill(rig.PlaceLive(Side.Sell, 10_020, 10), Side.Sell, 10_000, 10, tradeId: 2);
        rig.Move(10_000, 10_010);
        rig.Engine.NowNs += 86_400 * EngineRig.Second;
        rig.Fill(rig.PlaceLive(Side.Buy, 10_000, 10), Side.Buy, 10_000, 10, tradeId: 3);
        rig.Move(nextDay, nextDay + 2);

        Assert.Equal(stop, rig.Engine.View.StoppedBecause);
    }

    [Fact]
    public void ShouldCountWhatAFillBeforeTheFirstBookLoses()
    {
        var rig = new AskerRig(Limits with { MaxDailyLossTickLots = 1_000 }, hasBook: false);
        rig.Engine.NowNs = 200_000 * EngineRig.Second;
        rig.Fill(4711, Side.Buy, 10_000, 10, tradeId: 1);
        rig.Move(9_890, 9_900);

        Assert.Equal(DecisionReason.KilledLoss, rig.Engine.View.StoppedBecause);
    }

    [Fact]
    public void ShouldCountWhatTheFirstFillLosesAlsoWhereTheProcessWasKilledBehindIt()
    {
        RiskLimits limits = Limits with { MaxDailyLossTickLots = 1_000 };
        var rig = new AskerRig(limits);
        rig.Engine.NowNs = 200_000 * EngineRig.Second;
        rig.Fill(rig.PlaceLive(Side.Buy, 10_000, 10), Side.Buy, 10_000, 10, tradeId: 1);
        var fold = new LowLatency.Engine.Journal.JournalFold();
        rig.Engine.Notes.ForEach(note => fold.Add(in note));
        var again = new AskerRig(limits, new EngineOptions { Snapshot = fold.ToSnapshot(1) }, hasBook: false);
        again.Engine.NowNs = rig.Engine.NowNs;
        again.Move(9_890, 9_900);

        Assert.Equal((10, DecisionReason.KilledLoss), (again.Engine.View.PositionLots,
            again.Engine.View.StoppedBecause));
    }

    [Fact]
    public void ShouldStopWhenTheConnectionStaysLost()
    {
        var rig = new AskerRig(Limits with { MaxDisconnectedNs = 5 * EngineRig.Second });
        rig.Engine.Stale(StaleReason.Disconnected);
        rig.Engine.Timer(4 * EngineRig.Second);
        Assert.Equal(DecisionReason.None, rig.Engine.View.StoppedBecause);
        rig.Engine.Timer(2 * EngineRig.Second);

        Assert.Equal(DecisionReason.KilledDisconnected, rig.Engine.View.StoppedBecause);
    }

    [Fact]
    public void ShouldLetTheOperatorStopAndResumeAndKeepTheSwitchOverARestart()
    {
        var rig = new AskerRig();
        rig.PlaceLive(Side.Buy, 9_990, 1);
        rig.Engine.Publish(new EngineInput { Kind = EventKind.EngageKillSwitch });
        Assert.Equal(
            (OutputKind.Cancel, DecisionReason.KilledByOperator), (rig.LastOutput.Kind, rig.LastOutput.Reason));
        Refused(rig, DecisionReason.RefusedStopped, Side.Buy, 9_991, 1);

        var fold = new LowLatency.Engine.Journal.JournalFold();
        rig.Engine.Notes.ForEach(note => fold.Add(in note));
        var again = new AskerRig(Limits, new EngineOptions { Snapshot = fold.ToSnapshot(1) });
        again.Engine.Publish(new EngineInput { Kind = EventKind.ReconcileEnd });
        Refused(again, DecisionReason.RefusedStopped, Side.Buy, 9_991, 1);

        again.Engine.Publish(new EngineInput { Kind = EventKind.LiftKillSwitch });
        Assert.NotEqual(0, again.Place(Side.Buy, 9_991, 1));
    }

    [Theory]
    [InlineData(9_500, 9_450, DecisionReason.None)]
    [InlineData(11_000, 10_800, DecisionReason.KilledLoss)]
    public void ShouldMeasureLossesFromTheFirstBookWhereARestartWasResumedBeforeIt(
        long first, long then, DecisionReason stop)
    {
        RiskLimits limits = Limits with { MaxDailyLossTickLots = 1_000, MaxDrawdownTickLots = 1_000 };
        var rig = new AskerRig(limits with { MaxDailyLossTickLots = 1_000_000, MaxDrawdownTickLots = 1_000_000 });
        rig.Engine.NowNs = 200_000 * EngineRig.Second;
        rig.Move(10_000, 10_010);
        long id = rig.PlaceLive(Side.Buy, 10_000, 10);
        rig.Fill(id, Side.Buy, 10_000, 10, tradeId: 1);
        rig.Move(first, first + 10);
        rig.Engine.Publish(new EngineInput { Kind = EventKind.EngageKillSwitch });
        var fold = new LowLatency.Engine.Journal.JournalFold();
        rig.Engine.Notes.ForEach(note => fold.Add(in note));

        var again = new EngineRig(
            hasPaperVenue: false,
            new EngineOptions { MaxOrders = 64, Snapshot = fold.ToSnapshot(1) },
            new InstrumentSetup(Fixture.Spot(), limits, new Asker()))
        {
            NowNs = rig.Engine.NowNs,
        };
        again.Publish(new EngineInput { Kind = EventKind.LiftKillSwitch });
        again.Snapshot(first, first + 10);
        Assert.Equal(DecisionReason.None, again.View.StoppedBecause);
        again.Snapshot(then, then + 10);

        Assert.Equal(stop, again.View.StoppedBecause);
    }

    // Long 10 lots, bought at 10,000.
    private static AskerRig Losing(RiskLimits limits)
    {
        var rig = new AskerRig(limits);
        long id = rig.PlaceLive(Side.Buy, 10_000, 10);
        rig.Fill(id, Side.Buy, 10_000, 10, tradeId: 1);
        rig.Move(10_000, 10_010);
        rig.PlaceLive(Side.Buy, 9_800, 1);
        return rig;
    }

    private static void Refused(AskerRig rig, DecisionReason reason, Side side, long price, long lots)
    {
        Assert.Equal(0, rig.Place(side, price, lots));
        Assert.Equal((OutputKind.Refuse, reason), (rig.LastOutput.Kind, rig.LastOutput.Reason));
    }
}
