using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LowLatency.Simulation.Simulator;

/// <summary>A fault at a step.</summary>
internal readonly record struct Fault(long Step, FaultKind Kind);

/// <summary>
/// Decides which faults happen when: from a script, or from a seed, which also draws the rates, so that each simulation
/// has its own mix. The details of a fault depend on seed, kind and step alone.
/// </summary>
internal sealed class FaultPlan
{
    private const int RatesPurpose = 1000;
    private const double ShareOfKinds = 0.6;
    private const double RarestMessageFault = 3e-4;
    private const double RarestOrderFault = 1e-3;

    private static readonly FaultKind[] s_kinds = Enum.GetValues<FaultKind>();

    private readonly ulong _seed;
    private readonly double[] _rates = new double[s_kinds.Length];
    private readonly HashSet<Fault>? _script;
    private readonly List<Fault> _done = [];

    private FaultPlan(ulong seed, HashSet<Fault>? script)
    {
        _seed = seed;
        _script = script;
    }

    /// <summary>The injected faults, in order.</summary>
    public IReadOnlyList<Fault> Done => _done;

    /// <summary>false once the faults have ended.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>The faults of a seed.</summary>
    public static FaultPlan Draw(ulong seed)
    {
        var plan = new FaultPlan(seed, script: null);
        foreach (FaultKind kind in s_kinds)
        {
            var draw = new FaultDraw(seed, RatesPurpose, (int)kind);
            (double least, double most) = RangeOf(kind);
            if (draw.NextDouble() < ShareOfKinds)
            {
                plan._rates[(int)kind] = least * Math.Pow(most / least, draw.NextDouble());
            }
        }

        return plan;
    }

    /// <summary>The faults of a script, and no others.</summary>
    public static FaultPlan Of(ulong seed, IEnumerable<Fault> script) => new(seed, script.ToHashSet());

    /// <summary>The rates as text: "drop 0.0012, kill 0.00041".</summary>
    public string RatesText => _script is not null ? $"{_script.Count} faults of a script" : string.Join(", ", s_kinds
        .Where(kind => _rates[(int)kind] > 0)
        .Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind} {_rates[(int)kind]:g2}")));

    /// <summary>Returns true if a fault happens at a step, and adds it to the list.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="step">The step.</param>
    /// <param name="draw">Random numbers for its details.</param>
    public bool Happens(FaultKind kind, long step, out FaultDraw draw)
    {
        draw = new FaultDraw(_seed, (int)kind, step);
        bool happens = IsOn && (_script is null
            ? draw.NextDouble() < _rates[(int)kind]
            : _script.Contains(new Fault(step, kind)));
        if (happens)
        {
            _done.Add(new Fault(step, kind));
            if (_script is not null)
            {
                // The same numbers as when it was drawn.
                draw.NextDouble();
            }
        }

        return happens;
    }

    // Probability of a fault per step (there are tens per second of market time); for orders and reports, per order or
    // report.
    private static (double Least, double Max) RangeOf(FaultKind kind) => kind switch
    {
        FaultKind.Drop or FaultKind.Duplicate or FaultKind.Reorder => (RarestMessageFault, 0.03),
        FaultKind.Garble or FaultKind.Alter or FaultKind.Delay => (RarestMessageFault, 0.01),
        FaultKind.LostReport or FaultKind.LateReport or FaultKind.RepeatedReport => (RarestOrderFault, 0.2),
        FaultKind.LostCommand or FaultKind.LateCommand => (RarestOrderFault, 0.05),
        FaultKind.SlowSnapshot or FaultKind.FailedSnapshot or FaultKind.RateLimit => (3e-4, 0.01),
        FaultKind.SlowEngine or FaultKind.SlowGateway or FaultKind.SlowDisk => (3e-4, 0.01),
        FaultKind.OrderLimit or FaultKind.ForeignFill => (3e-4, 0.01),
        FaultKind.Disconnect or FaultKind.Handover => (1e-4, 4e-3),
        FaultKind.Kill or FaultKind.TornWrite or FaultKind.Restart or FaultKind.LostGateway => (5e-5, 2e-3),
        FaultKind.HalfOpen or FaultKind.Maintenance => (5e-5, 5e-4),
        FaultKind.FullDisk or FaultKind.KillSwitch or FaultKind.ClockJump => (2e-5, 3e-4),
        _ => (1e-3, 1e-2),
    };
}
