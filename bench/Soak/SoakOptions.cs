using System;
using System.Collections.Generic;
using System.Globalization;

namespace LowLatency.Bench.Soak;

/// <summary>Options of a soak.</summary>
internal sealed record SoakOptions
{
    /// <summary>The built program.</summary>
    public string Program { get; init; } = string.Empty;

    /// <summary>Duration, including the warm-up.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>
    /// Warm-up time that is not evaluated; by default a quarter of the duration, at least a minute. Code that runs
    /// every few seconds is compiled within ten minutes.
    /// </summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>Speed of the market.</summary>
    public string Speed { get; init; } = "20";

    /// <summary>Capture or recording to play in a loop; empty for the generated market.</summary>
    public string Input { get; init; } = string.Empty;

    /// <summary>File to which a line with the figures is appended; empty for none.</summary>
    public string Results { get; init; } = string.Empty;

    /// <summary>File for all samples; empty for none.</summary>
    public string Samples { get; init; } = string.Empty;

    /// <summary>Maximum growth of resident memory after the warm-up, in millions of bytes per hour.</summary>
    public double MegabytesAnHourMax { get; init; } = 6;

    /// <summary>Effective warm-up time.</summary>
    public TimeSpan Skipped => WarmUp ?? TimeSpan.FromSeconds(Math.Max(60, Length.TotalSeconds / 4));

    /// <summary>Parses the arguments after <c>soak</c>.</summary>
    /// <exception cref="ArgumentException">An argument is unknown, or its value is wrong.</exception>
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
                _ => throw new ArgumentException($"soak: unknown option '{words[i]}'"),
            };
        }

        return words.Count % 2 != 0 ? throw new ArgumentException($"'{words[^1]}' has no value")
            : options.Program.Length == 0 ? throw new ArgumentException("--program is required: see soak.sh")
            : options.Length <= options.Skipped ? throw new ArgumentException("the run is not longer than its warm-up")
            : options;
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0
            ? value
            : throw new ArgumentException($"'{text}' is not a number above 0");
}
