using System;
using System.Collections.Generic;
using System.Globalization;

namespace LowLatency.Bench.Soak;

/// <summary>What a soak runs, and for how long.</summary>
internal sealed record SoakOptions
{
    /// <summary>The built program.</summary>
    public string Program { get; init; } = string.Empty;

    /// <summary>How long, the warm-up included.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>How long nothing is judged at the start; by default a quarter of the length, a minute at least: what is
    /// called once in some seconds is compiled within ten minutes.</summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>The market's pace.</summary>
    public string Speed { get; init; } = "20";

    /// <summary>Capture or recording to play, over and over; empty for the generated market.</summary>
    public string Input { get; init; } = string.Empty;

    /// <summary>A file that a line with the figures is added to; empty for none.</summary>
    public string Results { get; init; } = string.Empty;

    /// <summary>A file that every sample goes to; empty for none.</summary>
    public string Samples { get; init; } = string.Empty;

    /// <summary>What resident memory may rise by in an hour after the warm-up, in millions of bytes.</summary>
    public double MegabytesAnHourMax { get; init; } = 6;

    /// <summary>What the run leaves out at its start.</summary>
    public TimeSpan Skipped => WarmUp ?? TimeSpan.FromSeconds(Math.Max(60, Length.TotalSeconds / 4));

    /// <summary>Reads the words behind <c>soak</c>.</summary>
    /// <exception cref="ArgumentException">A word is not known, or its value is wrong.</exception>
    public static SoakOptions Parse(IReadOnlyList<string> words)
    {
        var options = new SoakOptions();
        for (int i = 0; i + 1 < words.Count; i += 2)
        {
            string value = words[i + 1];
            options = words[i] switch
            {
                "--program" => options with { Program = value },
                "--minutes" => options with { Length = TimeSpan.FromMinutes(Number(value)) },
                "--warm-up-seconds" => options with { WarmUp = TimeSpan.FromSeconds(Number(value)) },
                "--speed" => options with { Speed = value },
                "--input" => options with { Input = value },
                "--results" => options with { Results = value },
                "--samples" => options with { Samples = value },
                "--megabytes-an-hour" => options with { MegabytesAnHourMax = Number(value) },
                _ => throw new ArgumentException($"soak does not know '{words[i]}'"),
            };
        }

        return words.Count % 2 != 0 ? throw new ArgumentException($"'{words[^1]}' lacks its value")
            : options.Program.Length == 0 ? throw new ArgumentException("--program says which program: see soak.sh")
            : options.Length <= options.Skipped ? throw new ArgumentException("nothing is left after the warm-up")
            : options;
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0
            ? value
            : throw new ArgumentException($"'{text}' is no number above 0");
}
