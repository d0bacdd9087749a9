using System;
using FsCheck;
using FsCheck.Fluent;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders.Model;

/// <summary>
/// Random sequences of book updates, order events, losses and restarts against a simple gateway that knows the truth:
/// limits hold, funds are conserved to the last unit, nothing is decided on a stale book, no id is reused, no composite
/// order trades more than requested, and each order ends.
/// </summary>
public sealed class OrderModelTests(ITestOutputHelper output)
{
    private const int ShortestSequence = 6;
    private const int LongestSequence = 32;

    private static readonly int s_sequences = Cases.Times(10_000);

    [Fact]
    [FaultRow("F21")]
    [FaultRow("F22")]
    [FaultRow("I1")]
    [FaultRow("I2")]
    [FaultRow("I3")]
    [FaultRow("I4")]
    public void ShouldHoldEveryInvariantWhateverIsLostLateOrTwice()
    {
        ulong seed = Seeds.Value(output, 20261121);
        long restarts = 0;
        long orders = 0;
        long steps = 0;
        Gen<int[]> scripts = Gen.Choose(ShortestSequence, LongestSequence)
            .SelectMany(length => Gen.Choose(0, ModelRun.Steps.Length - 1).ArrayOf(length));
        Gen<(int Seed, int[] Script)> sequences = Gen.Choose(1, int.MaxValue - 1)
            .SelectMany(start => scripts.Select(script => (start, script)));
        Property property = Prop.ForAll(sequences.ToArbitrary(), sequence =>
        {
            ModelRun run;
            try
            {
                run = Run(sequence.Seed, sequence.Script, log: null);
            }
            catch (Exception)
            {
                // The same again, with a log of each step.
                run = Run(sequence.Seed, sequence.Script, output.WriteLine);
            }

            restarts += run.Restarts;
            orders += run.Orders;
            steps += sequence.Script.Length;
        });
        property.Check(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(s_sequences).WithReplay(seed, 1));

        string figure = $"{s_sequences:#,0} sequences, {steps:#,0} steps, {orders:#,0} orders and amendments, "
            + $"{restarts:#,0} restarts";
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure + ": 0 invariants violated", (long)seed);
        Assert.True(orders > s_sequences, "too few orders: the sequences prove nothing");
        Assert.True(restarts > s_sequences / 4, "too few restarts");
    }

    private static ModelRun Run(int seed, int[] script, Action<string>? log)
    {
        var run = new ModelRun(seed, log);
        run.Step("book");
        foreach (int step in script)
        {
            run.Step(ModelRun.Steps[step]);
        }

        run.Finish();
        return run;
    }
}
