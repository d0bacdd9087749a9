using System;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>The gateway's handling of operator commands from any thread.</summary>
public sealed class GatewayStopTests
{
    [Fact]
    public void ShouldLiftTheKillSwitch()
    {
        var stop = new GatewayStop();
        Assert.False(stop.IsSet);
        stop.OnOperatorCommand(EventKind.EngageKillSwitch);
        Assert.True(stop.IsSet);
        stop.OnOperatorCommand(EventKind.LiftKillSwitch);
        Assert.False(stop.IsSet);
    }

    [Fact]
    public void ShouldNeverLiftAnEnd()
    {
        var stop = new GatewayStop();
        stop.OnOperatorCommand(EventKind.EndSession);
        stop.OnOperatorCommand(EventKind.LiftKillSwitch);
        Assert.True(stop.IsSet);
    }

    [Fact]
    [FaultRow("F33")]
    public void ShouldNeverLiftAnEndThatComesAtTheSameMoment()
    {
        int rounds = Cases.Times(20_000);
        GatewayStop[] stops = Enumerable.Range(0, rounds).Select(_ => new GatewayStop()).ToArray();
        int[] reached = [-1, -1];
        int overtaken = 0;
        var other = new Thread(() => EachRound(0, round => stops[round].OnOperatorCommand(EventKind.EndSession)));
        other.Start();
        EachRound(1, round =>
        {
            overtaken += stops[round].IsSet ? 0 : 1;
            stops[round].OnOperatorCommand(EventKind.LiftKillSwitch);
        });
        other.Join();

        Assert.All(stops, stop => Assert.True(stop.IsSet));
        FaultLedger.AddFigure(
            $"end and resume at the same time, {rounds:#,0} times, {overtaken:#,0} of them with the resume first: "
            + "lifted 0 times");

        // Both threads start each round together, as closely as the machine allows.
        void EachRound(int thread, Action<int> act)
        {
            for (int round = 0; round < rounds; round++)
            {
                Volatile.Write(ref reached[thread], round);
                var spin = default(SpinWait);
                while (Volatile.Read(ref reached[1 - thread]) < round)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                act(round);
            }
        }
    }
}
