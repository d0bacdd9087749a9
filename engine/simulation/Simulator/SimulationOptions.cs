using System;
using System.Collections.Generic;

namespace LowLatency.Simulation.Simulator;

/// <summary>What to simulate. The same options on the same program give the same run, bit for bit.</summary>
internal sealed record SimulationOptions
{
    /// <summary>Draws everything: venue, market, strategies, limits, faults.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The faults to meet in place of those that the seed draws; null for the seed's.</summary>
    public IReadOnlyList<Fault>? Script { get; init; }

    /// <summary>How often something happens on the market, and how long the faults go on; null for what the seed draws.
    /// </summary>
    public SimulationSpan? Span { get; init; }

    /// <summary>Where journal and recordings go while it runs.</summary>
    public required string Folder { get; init; }

    /// <summary>Told what happens, line by line; null for nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Also every order command, note and report.</summary>
    public bool TracesOrders { get; init; }
}

/// <summary>How much happens in a simulation.</summary>
/// <param name="Pace">How often something happens on the market, beside the measured one.</param>
/// <param name="Seconds">Market time with faults.</param>
internal readonly record struct SimulationSpan(double Pace, int Seconds)
{
    private const int Purpose = 4000;
    private const int BusyPurpose = 4001;

    // Each so-manieth seed has the measured market's own pace.
    private const int BusyEach = 10;

    // The others are quieter, from a third to a thirtieth.
    private const double MinPace = 0.03;
    private const double MaxPace = 0.3;

    /// <summary>What a seed draws: the quieter the market, the longer it goes on.</summary>
    public static SimulationSpan Draw(ulong seed)
    {
        var busy = new FaultDraw(seed, BusyPurpose, 0);
        if (busy.Next(BusyEach) == 0)
        {
            return new SimulationSpan(1, busy.Next(8, 20));
        }

        var draw = new FaultDraw(seed, Purpose, 0);
        double pace = Math.Round(MinPace * Math.Pow(MaxPace / MinPace, draw.NextDouble()), 3);
        return new SimulationSpan(pace, (int)(draw.Next(12, 40) / Math.Sqrt(pace)));
    }
}

/// <summary>What a simulation has shown.</summary>
internal sealed record SimulationResult
{
    public required ulong Seed { get; init; }

    /// <summary>Venue, symbols and strategies in words.</summary>
    public required string World { get; init; }

    /// <summary>How much happened.</summary>
    public required SimulationSpan Span { get; init; }

    /// <summary>Fault rates in words.</summary>
    public required string Rates { get; init; }

    /// <summary>The faults that happened, in order.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>What did not hold, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Step of the failure, or of the end.</summary>
    public required long Steps { get; init; }

    /// <summary>Market time that passed, in nanoseconds.</summary>
    public required long SimulatedNs { get; init; }

    /// <summary>Time that it took here.</summary>
    public required TimeSpan Elapsed { get; init; }

    public required long Frames { get; init; }

    public required long Events { get; init; }

    public required long Decisions { get; init; }

    public required long Fills { get; init; }

    public required long Processes { get; init; }

    public required long BooksCompared { get; init; }

    public required long Reconciliations { get; init; }

    /// <summary>Sessions whose replay took the same decisions.</summary>
    public required long Replayed { get; init; }

    /// <summary>Everything that happened, in one number.</summary>
    public required ulong Digest { get; init; }
}
