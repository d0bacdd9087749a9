using System;
using System.Collections.Generic;

namespace LowLatency.Simulation.Simulator;

/// <summary>Options of a simulation. The same options and program give the same run, bit for bit.</summary>
internal sealed record SimulationOptions
{
    /// <summary>Seed of everything random: venue, market, strategies, limits, faults.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Faults to inject; null for those that the seed draws.</summary>
    public IReadOnlyList<Fault>? Script { get; init; }

    /// <summary>Event rate and duration; null for what the seed draws.</summary>
    public SimulationSpan? Span { get; init; }

    /// <summary>Folder of the journal and the recordings.</summary>
    public required string Folder { get; init; }

    /// <summary>Receives the log, line by line; null for no log.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>true to log every order command, note and report, too.</summary>
    public bool TracesOrders { get; init; }
}

/// <summary>Event rate and duration of a simulation.</summary>
/// <param name="Pace">Event rate of the market relative to the measured one.</param>
/// <param name="Seconds">Market time with faults.</param>
internal readonly record struct SimulationSpan(double Pace, int Seconds)
{
    private const int Purpose = 4000;
    private const int BusyPurpose = 4001;

    // Every N seeds, one has the measured market's own rate.
    private const int BusyEach = 10;

    // The others have a third to a thirtieth of it.
    private const double MinPace = 0.03;
    private const double MaxPace = 0.3;

    /// <summary>Draws them from a seed: the lower the rate, the longer the duration.</summary>
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

/// <summary>Result of a simulation.</summary>
internal sealed record SimulationResult
{
    public required ulong Seed { get; init; }

    /// <summary>Venue, symbols and strategies as text.</summary>
    public required string World { get; init; }

    /// <summary>Event rate and duration.</summary>
    public required SimulationSpan Span { get; init; }

    /// <summary>Fault rates as text.</summary>
    public required string Rates { get; init; }

    /// <summary>The injected faults, in order.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>The violated invariant, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Step of the failure; without one, the last step.</summary>
    public required long Steps { get; init; }

    /// <summary>Simulated market time in nanoseconds.</summary>
    public required long SimulatedNs { get; init; }

    /// <summary>Wall time of the run.</summary>
    public required TimeSpan Elapsed { get; init; }

    public required long Frames { get; init; }

    public required long Events { get; init; }

    public required long Decisions { get; init; }

    public required long Fills { get; init; }

    public required long Processes { get; init; }

    public required long BooksCompared { get; init; }

    public required long Reconciliations { get; init; }

    /// <summary>Sessions whose replay made the same decisions.</summary>
    public required long Replayed { get; init; }

    /// <summary>Hash of everything that happened.</summary>
    public required ulong Digest { get; init; }
}
