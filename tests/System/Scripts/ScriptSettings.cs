using System;
using System.Globalization;
using System.Linq;
using LowLatency.Feeds;

namespace LowLatency.Tests.Scripts;

/// <summary>The connection settings changed by a script's <c>set</c> lines.</summary>
internal sealed class ScriptSettings(WireScript script)
{
    public FeedConnectionOptions Apply(FeedConnectionOptions options)
    {
        foreach (WireStep step in Lines)
        {
            (string name, TimeSpan time) = Read(step);
            options = name switch
            {
                "first-word" => options with { FirstWord = time },
                "look-again" => options with { LookAgain = time },
                "silence" => options with { SilenceTimeout = time },
                "book-silence" => options with { BookSilence = time },
                "traded-silence" => options with { TradedSilence = time },
                "replace-age" => options with { ReplaceAge = time },
                "overlap" => options with { Overlap = time },
                "book-refresh" => options,
                _ => throw new WireScriptException(script.File, step.Number, $"unknown setting '{name}'"),
            };
        }

        return options;
    }

    public VenueProfile Apply(VenueProfile profile)
    {
        WireStep? refresh = Lines.FirstOrDefault(step => step.Text[0] == "book-refresh");
        return refresh is null ? profile : profile with { BookRefresh = Read(refresh).Time };
    }

    /// <summary>A time such as 5 s or 200 ms; null if invalid.</summary>
    public static TimeSpan? TimeOf(string text)
    {
        string[] words = text.Split(' ');
        return words.Length == 2 && double.TryParse(words[0], CultureInfo.InvariantCulture, out double number)
            ? words[1] switch
            {
                "s" => TimeSpan.FromSeconds(number),
                "ms" => TimeSpan.FromMilliseconds(number),
                _ => null,
            }
            : null;
    }

    private WireStep[] Lines => script.Steps.Where(step => step.Verb == "set" && step.Text.Length != 0).ToArray();

    private (string Name, TimeSpan Time) Read(WireStep step) => (
        step.Text[0],
        TimeOf(string.Join(' ', step.Text.Skip(1)))
            ?? throw new WireScriptException(script.File, step.Number, "a setting is written 'set name 5 s'"));
}
