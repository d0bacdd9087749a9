using System;
using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Simulation.Simulator;

/// <summary>Makes the list of a failed simulation's faults as short as it can: what is left fails in the same way.
/// </summary>
internal static class SimulationShrinker
{
    /// <summary>Shrinks by leaving out ever smaller pieces (Zeller and Hildebrandt: Simplifying and isolating
    /// failure-inducing input, 2002).</summary>
    /// <param name="faults">The faults that were met.</param>
    /// <param name="fails">Whether the simulation still fails alike with fewer of them.</param>
    /// <param name="maxRuns">How many simulations it may take.</param>
    public static IReadOnlyList<Fault> Shrink(
        IReadOnlyList<Fault> faults, Func<IReadOnlyList<Fault>, bool> fails, int maxRuns)
    {
        Fault[] rest = faults.Distinct().ToArray();
        int runs = 0;
        if (!fails(rest))
        {
            // It does not depend on the faults alone: all of them are needed to tell.
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
