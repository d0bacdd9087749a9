using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.Cli;

/// <summary>Lists the strategies and their settings.</summary>
internal static class StrategiesCommand
{
    public static int Run(string assembly, bool isJson, TextWriter output, TextWriter errors)
    {
        StrategyCatalog catalog;
        try
        {
            catalog = StrategyBinder.LoadCatalog(assembly);
        }
        catch (FileNotFoundException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.NotFound;
        }
        catch (Exception fault) when (fault is ArgumentException or BadImageFormatException or FileLoadException)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.Configuration;
        }

        if (isJson)
        {
            output.WriteLine(ToJson(catalog));
            return ExitCode.Ok;
        }

        foreach (StrategyDescription strategy in catalog.Strategies)
        {
            output.WriteLine(strategy.Name);
            output.WriteLine($"  {strategy.Description}");
            if (strategy.TradesSeveral)
            {
                output.WriteLine("  One instance trades all instruments of the session.");
            }

            WriteSettings(strategy, output);
            foreach (GaugeDescription gauge in strategy.Gauges)
            {
                output.WriteLine($"  gauge {gauge.Name}: {gauge.Help}");
            }

            output.WriteLine();
        }

        output.WriteLine("Choose one with --strategy NAME and configure it with --set Strategy:SETTING=VALUE.");
        return ExitCode.Ok;
    }

    private static void WriteSettings(StrategyDescription strategy, TextWriter output)
    {
        if (strategy.Settings.Count == 0)
        {
            return;
        }

        int nameWidth = strategy.Settings.Max(setting => setting.Name.Length);
        int valueWidth = strategy.Settings.Max(setting => Value(setting).Length);
        foreach (SettingDescription setting in strategy.Settings)
        {
            output.WriteLine($"  {setting.Name.PadRight(nameWidth)}  {Value(setting).PadRight(valueWidth)}  "
                + $"{setting.Attribute.Description} ({setting.Range})");
        }
    }

    private static string Value(SettingDescription setting) =>
        setting.Attribute.Unit.Length == 0 ? setting.Default : $"{setting.Default} {setting.Attribute.Unit}";

    private static string ToJson(StrategyCatalog catalog)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (StrategyDescription strategy in catalog.Strategies)
            {
                json.WriteStartObject();
                json.WriteString("name", strategy.Name);
                json.WriteString("description", strategy.Description);
                json.WriteBoolean("tradesSeveral", strategy.TradesSeveral);
                json.WriteStartObject("reasons");
                foreach ((int number, string words) in strategy.Reasons)
                {
                    json.WriteString(number.ToString(CultureInfo.InvariantCulture), words);
                }

                json.WriteEndObject();
                json.WriteStartObject("gauges");
                foreach (GaugeDescription gauge in strategy.Gauges)
                {
                    json.WriteString(gauge.Name, gauge.Help);
                }

                json.WriteEndObject();
                json.WriteStartArray("settings");
                foreach (SettingDescription setting in strategy.Settings)
                {
                    json.WriteStartObject();
                    json.WriteString("name", setting.Name);
                    json.WriteString("description", setting.Attribute.Description);
                    json.WriteString("default", setting.Default);
                    json.WriteString("unit", setting.Attribute.Unit);
                    json.WriteString("range", setting.Range);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
