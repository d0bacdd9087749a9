using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Measures;

/// <summary>Results of a measurement.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Input">Its input.</param>
/// <param name="Method">Method and exclusions, in a sentence or two.</param>
/// <param name="Figures">Figures of our code and of other code.</param>
/// <param name="Problem">Why the figures are invalid, such as differing results; null if they are valid.</param>
public sealed record MeasureReport(
    string Name, string Input, string Method, IReadOnlyList<Figure> Figures, string? Problem = null)
{
    private const int NameWidth = 50;
    private const int MinWidth = 12;

    /// <summary>Writes it as a table.</summary>
    public void WriteText(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        string[] columns = Figures.SelectMany(figure => figure.Values.Keys).Distinct().ToArray();
        output.WriteLine($"{Name}: {Input}");
        output.WriteLine(Method);
        output.WriteLine(new string(' ', NameWidth)
            + string.Concat(columns.Select(column => column.PadLeft(Width(column)))));
        foreach (Figure figure in Figures)
        {
            output.WriteLine(((figure.IsYardstick ? "  compared: " : string.Empty) + figure.Name).PadRight(NameWidth)
                + string.Concat(columns.Select(column => Cell(figure, column).PadLeft(Width(column)))));
        }

        output.WriteLine();
    }

    /// <summary>Writes it as a JSON object: name, input, method, processors, figures with their fields.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("measure", Name);
        json.WriteString("input", Input);
        json.WriteString("method", Method);
        json.WriteNumber("processors", Environment.ProcessorCount);
        json.WriteString("problem", Problem);
        json.WriteStartArray("figures");
        foreach (Figure figure in Figures)
        {
            json.WriteStartObject();
            json.WriteString("name", figure.Name);
            json.WriteBoolean("is_yardstick", figure.IsYardstick);
            foreach ((string name, double value) in figure.Values)
            {
                if (double.IsFinite(value))
                {
                    json.WriteNumber(name, Math.Round(value, 4));
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int Width(string column) => Math.Max(MinWidth, column.Length + 2);

    private static string Cell(Figure figure, string column) => !figure.Values.TryGetValue(column, out double value)
        ? string.Empty
        : value.ToString(
            Math.Abs(value) >= 1000 || value == Math.Floor(value) ? "#,0" : value < 10 ? "0.000" : "0.0",
            CultureInfo.InvariantCulture);
}
