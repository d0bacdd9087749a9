using System;
using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Simulation.Simulator;

/// <summary>Minimises the faults of a failed simulation; those that remain fail in the same way.</summary>
internal static class SimulationShrinker
{
    /// <summary>Delta debugging: leaves out ever smaller subsets (Zeller and Hildebrandt: Simplifying and isolating
    /// failure-inducing input, 2002).</summary>
    /// <param name="faults">The injected faults.</param>
    /// <param name="fails">Returns true if the simulation fails in the same way with these.</param>
    /// <param name="maxRuns">Maximum number of simulations.</param>
    public static IReadOnlyList<Fault> Shrink(
        IReadOnlyList<Fault> faults, Func<IReadOnlyList<Fault>, bool> fails, int maxRuns)
    {
        Fault[] rest = faults.Distinct().ToArray();
        int runs = 0;
        if (!fails(rest))
        {
            // The failure does not repeat with the same faults, so nothing can be left out.
            return rest;
        }

        for (int size = Math.Max(1, rest.Length / 2); runs < maxRuns && rest.Length != 0;)
        {
            bool isShorter = false;
            for (int at = 0; at < rest.Length && runs < maxRuns;)
            {
                Fault[] less = [.. rest[..at], .. rest[Math.Min(rest.Length, at + size)..]];
                runs++;
                if (fails(less))
                {
                    (rest, isShorter) = (less, true);
                }
                else
                {
                    at += size;
                }
            }

            if (size == 1 && !isShorter)
            {
                break;
            }

            size = Math.Max(1, isShorter ? Math.Min(size, rest.Length / 2) : size / 2);
        }

        return rest;
    }
}
