using System;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using LowLatency.Tests.Reliability;
using Xunit;

namespace LowLatency.Tests.Engine.Orders.Model;

/// <summary>
/// Random sequences of book updates, order events, losses and restarts against a simple gateway that knows the truth:
/// limits hold, funds are conserved to the last unit, nothing is decided on a stale book, no id is reused, no composite
/// order trades more than requested, and each order ends.
/// </summary>
public sealed class OrderModelTests(ITestOutputHelper output)
{
    private const int Sequences = 100_000;
    private const int ShortestSequence = 6;
    private const int LongestSequence = 32;

    [Fact]
    [FaultRow("F21")]
    [FaultRow("F22")]
    [FaultRow("I1")]
    [FaultRow("I2")]
    [FaultRow("I3")]
    [FaultRow("I4")]
    public void ShouldHoldEveryInvariantWhateverIsLostLateOrTwice()
    {
        ulong seed = ulong.Parse(
            Environment.GetEnvironmentVariable("LOWLATENCY_SEED") ?? "20261121", CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}: repeat with LOWLATENCY_SEED={seed}");
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
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithReplay(seed, 1));

        string figure = $"{Sequences:#,0} sequences, {steps:#,0} steps, {orders:#,0} orders and amendments, "
            + $"{restarts:#,0} restarts";
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure + ": 0 invariants violated", (long)seed);
        Assert.True(orders > Sequences, "too few orders: the sequences prove nothing");
        Assert.True(restarts > Sequences / 4, "too few restarts");
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
