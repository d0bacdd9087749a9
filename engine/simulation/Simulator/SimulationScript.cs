using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace LowLatency.Simulation.Simulator;

/// <summary>
/// A simulation as text: a seed and the faults to inject. Lines that begin with <c>#</c> are comments.
/// <code>
/// seed 42
/// span 0.3 40
/// at 1203 LostReport
/// at 1377 Kill
/// </code>
/// The span is the market's event rate, relative to the measured one, and the seconds with faults. Without it, the seed
/// draws them. The number after "at" is a step; for faults of orders and reports, the number of the order or report.
/// </summary>
internal static class SimulationScript
{
    /// <summary>Reads a script.</summary>
    /// <exception cref="InvalidDataException">A line is invalid; the message names it.</exception>
    public static (ulong Seed, SimulationSpan? Span, IReadOnlyList<Fault> Faults) Read(TextReader text, string name)
    {
        ulong? seed = null;
        SimulationSpan? span = null;
        var faults = new List<Fault>();
        int number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            bool isRead = words switch
            {
                ["seed", var value] => ReadSeed(value, ref seed),
                ["span", var pace, var seconds] => ReadSpan(pace, seconds, ref span),
                ["at", var place, var kind] => ReadFault(place, kind, faults),
                _ => false,
            };
            if (!isRead)
            {
                throw new InvalidDataException(
                    $"{name}, line {number}: '{line.Trim()}': expected 'seed NUMBER', 'span PACE SECONDS' "
                    + $"or 'at PLACE FAULT', such as 'at 1377 {FaultKind.Kill}'; faults are "
                    + string.Join(", ", Enum.GetNames<FaultKind>()));
            }
        }

        return seed is { } known
            ? (known, span, faults)
            : throw new InvalidDataException($"{name} names no seed: begin with 'seed NUMBER'");
    }

    /// <summary>Writes a script.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="span">Event rate and duration.</param>
    /// <param name="faults">The faults.</param>
    /// <param name="words">Comment at its beginning.</param>
    public static string Write(ulong seed, SimulationSpan span, IEnumerable<Fault> faults, params string[] words)
    {
        var text = new StringBuilder();
        foreach (string line in words)
        {
            text.Append("# ").Append(line.ReplaceLineEndings(" ")).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"seed {seed}\nspan {span.Pace} {span.Seconds}\n");
        foreach (Fault fault in faults)
        {
            text.Append(CultureInfo.InvariantCulture, $"at {fault.Step} {fault.Kind}\n");
        }

        return text.ToString();
    }

    private static bool ReadSeed(string text, ref ulong? seed)
    {
        bool isRead = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            && seed is null;
        seed = isRead ? value : seed;
        return isRead;
    }

    private static bool ReadSpan(string pace, string seconds, ref SimulationSpan? span)
    {
        bool isRead = double.TryParse(
            pace, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double often)
            & int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            && often > 0 && length > 0 && span is null;
        span = isRead ? new SimulationSpan(often, length) : span;
        return isRead;
    }

    private static bool ReadFault(string place, string kind, List<Fault> faults)
    {
        bool isRead = long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            & Enum.TryParse(kind, out FaultKind fault)
            && Enum.IsDefined(fault) && kind == fault.ToString();
        if (isRead)
        {
            faults.Add(new Fault(step, fault));
        }

        return isRead;
    }
}
