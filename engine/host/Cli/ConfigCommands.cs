using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.Cli;

/// <summary>
/// The verbs <c>check-config</c> and <c>show-config</c>: validate or show the settings without starting anything.
/// </summary>
internal static class ConfigCommands
{
    public static Command BuildCheck(TextWriter output, TextWriter errors)
    {
        var options = new LiveOptions();
        var check = new Command(
            "check-config", "Validate the settings and report all mistakes at once.\nTakes the options of live.");
        options.AddTo(check);
        check.SetAction(parsed => Read(parsed, options, errors, out int code) is { } loaded
            ? Check(loaded, output)
            : code);
        return check;
    }

    public static Command BuildShow(TextWriter output, TextWriter errors)
    {
        var options = new LiveOptions();
        var show = new Command(
            "show-config", "Show the effective settings and the origin of each.\nTakes the options of live.");
        options.AddTo(show);
        show.SetAction(parsed => Read(parsed, options, errors, out int code) is { } loaded
            ? Show(SettingsList.Of(loaded), options.IsJson(parsed), output)
            : code);
        return show;
    }

    /// <summary>Reads the settings for a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Its options.</param>
    /// <param name="errors">Receives all mistakes.</param>
    /// <param name="code">The exit code if the settings are invalid.</param>
    /// <returns>null if the settings are invalid.</returns>
    public static LoadedSettings? Read(ParseResult parsed, LiveOptions options, TextWriter errors, out int code)
    {
        IReadOnlyList<CommandLineSetting> commandLine = options.ToSettings(parsed, out string? problem);
        if (problem is not null)
        {
            errors.WriteLine($"lowlatency: {problem}");
            code = ExitCode.Usage;
            return null;
        }

        LoadedSettings loaded = SettingsLoader.Read(
            commandLine, options.ConfigFile(parsed), Environment.GetEnvironmentVariables());
        if (loaded.Problems.Count == 0)
        {
            code = ExitCode.Ok;
            return loaded;
        }

        errors.WriteLine("lowlatency: invalid settings:");
        foreach (string line in loaded.Problems)
        {
            errors.WriteLine($"  {line}");
        }

        code = ExitCode.Configuration;
        return null;
    }

    private static int Check(LoadedSettings loaded, TextWriter output)
    {
        output.WriteLine($"settings are valid: {loaded.Count}");
        return ExitCode.Ok;
    }

    private static int Show(IReadOnlyList<ShownSetting> settings, bool isJson, TextWriter output)
    {
        if (isJson)
        {
            output.WriteLine(ToJson(settings));
            return ExitCode.Ok;
        }

        int keyWidth = settings.Max(item => item.Key.Length);
        string? section = null;
        foreach (ShownSetting item in settings)
        {
            string own = SettingsList.SectionOf(item.Key);
            if (section is not null && own != section)
            {
                output.WriteLine();
            }

            section = own;
            output.WriteLine($"# {item.Description}");
            output.WriteLine($"{item.Key.PadRight(keyWidth)} = {item.Value,-24} ({item.Origin})");
        }

        return ExitCode.Ok;
    }

    private static string ToJson(IReadOnlyList<ShownSetting> settings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (ShownSetting item in settings)
            {
                json.WriteStartObject();
                json.WriteString("key", item.Key);
                json.WriteString("value", item.Value);
                json.WriteString("default", item.Default);
                json.WriteString("origin", item.Origin);
                json.WriteString("description", item.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
