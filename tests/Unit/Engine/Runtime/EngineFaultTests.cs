using System;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>What is said of a strategy that throws.</summary>
public sealed class EngineFaultTests
{
    private const long TimeNs = 1_785_000_000_123_456_789;

    [Fact]
    public void ShouldNameStrategyInstrumentEventAndPlace()
    {
        TradingCore core = Build(new Thrower(onTimer: false));
        core.Inputs.Put([new EngineInput { Kind = EventKind.Timer, ReceiveTimeNs = TimeNs - 1 }]);

        EngineFaultException fault = Assert.Throws<EngineFaultException>(() => core.Inputs.Put(
            [
                new EngineInput { Kind = EventKind.Status, ReceiveTimeNs = TimeNs },
                new EngineInput { Kind = EventKind.BookStale, InstrumentId = 1, ReceiveTimeNs = TimeNs },
                new EngineInput { Kind = EventKind.Timer, ReceiveTimeNs = TimeNs },
            ]));

        Assert.Equal(
            ("Thrower", "SECOND", EventKind.BookStale, 2L, TimeNs),
            (fault.Strategy, fault.Symbol, fault.Kind, fault.Sequence, fault.TimeNs));
        Assert.Equal(
            "strategy Thrower on SECOND failed at BookStale, ring sequence 2, event time 2026-07-25T17:20:00.1234567Z: "
                + "InvalidOperationException: it throws",
            fault.Message);
        Assert.Matches("at LowLatency.Tests.*Thrower.OnStale.*EngineFaultTests.cs:line [0-9]+", FaultReport.Of(fault));
    }

    [Fact]
    public void ShouldNameTheInstrumentThatATimerHasReached()
    {
        TradingCore core = Build(new Thrower(onTimer: true));

        EngineFaultException fault = Assert.Throws<EngineFaultException>(
            () => core.Inputs.Put([new EngineInput { Kind = EventKind.Timer, ReceiveTimeNs = TimeNs }]));

        Assert.Equal(("Thrower", "SECOND", EventKind.Timer), (fault.Strategy, fault.Symbol, fault.Kind));
    }

    [Fact]
    public void ShouldSayItWhereTheEngineHasAThread()
    {
        var core = new TradingCore(new TradingCoreOptions
        {
            Instruments = Setups(new Thrower(onTimer: true)),
            Engine = new EngineOptions { MaxOrders = 16 },
        });
        core.Start();
        core.Inputs.Put([new EngineInput { Kind = EventKind.Timer, ReceiveTimeNs = TimeNs }]);

        EngineFaultException fault = Assert.Throws<EngineFaultException>(core.Complete);

        Assert.Equal("SECOND", fault.Symbol);
    }

    private static TradingCore Build(IStrategy second) => TradingCore.OnOneThread(
        Setups(second), new EngineOptions { MaxOrders = 16 }, 64, hasPaperVenue: false);

    private static InstrumentSetup[] Setups(IStrategy second) =>
    [
        Fixture.Setup(Fixture.Spot(0)),
        Fixture.Setup(Fixture.Spot(1) with { Symbol = "SECOND" }, second),
    ];

    private sealed class Thrower(bool onTimer) : IStrategy
    {
        public void OnTimer(StrategyContext context)
        {
            if (onTimer)
            {
                throw new InvalidOperationException("it throws");
            }
        }

        public void OnStale(StrategyContext context, TradedInstrument instrument) =>
            throw new InvalidOperationException("it throws");
    }
}
