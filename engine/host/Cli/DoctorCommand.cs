using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using LowLatency.Host.Doctor;
using LowLatency.Host.Security;

namespace LowLatency.Host.Cli;

/// <summary>
/// The verb <c>doctor</c>: checks everything that a session depends on, with advice for what is wrong.
/// </summary>
internal static class DoctorCommand
{
    private const string Settings = "settings";

    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var options = new LiveOptions();
        var doctor = new Command(
            "doctor",
            "Check settings, clock, disks, ports, limits and the venue, and give advice.\nTakes the options of "
            + "live. Starts nothing and leaves nothing behind.");
        options.AddTo(doctor);
        doctor.SetAction(async (parsed, _) =>
        {
            IReadOnlyList<CommandLineSetting> commandLine = options.ToSettings(parsed, out string? problem);
            if (problem is not null)
            {
                errors.WriteLine($"lowlatency: {problem}");
                return ExitCode.Usage;
            }

            LoadedSettings loaded = SettingsLoader.Read(
                commandLine, options.ConfigFile(parsed), Environment.GetEnvironmentVariables());
            IReadOnlyList<Finding> findings;
            try
            {
                findings = await LookAsync(loaded, stop).ConfigureAwait(false);
                stop.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                errors.WriteLine("lowlatency: stopped before all checks were done");
                return ExitCode.Interrupted;
            }

            Write(findings, options.IsJson(parsed), output);
            return CodeOf(findings);
        });
        return doctor;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(LoadedSettings loaded, CancellationToken stop)
    {
        if (loaded.Problems.Count != 0)
        {
            // The other checks would use settings that nobody chose.
            return loaded.Problems.Select(words => Finding.Fail(
                Settings, ExitCode.Configuration, words, "lowlatency show-config lists what can be set")).ToArray();
        }

        LiveSettings settings = loaded.Settings;
        return
        [
            Finding.Ok(Settings, $"valid: {loaded.Count}"),
            .. KeyFileChecks.Run(SettingsList.Of(loaded)),
            .. MachineChecks.Run(settings),
            .. DiskChecks.Run(settings),
            .. await VenueChecks.RunAsync(settings, stop).ConfigureAwait(false),
        ];
    }

    // A start would end with the code of the first failure.
    private static int CodeOf(IReadOnlyList<Finding> findings) =>
        findings.FirstOrDefault(item => item.Level == FindingLevel.Fail)?.Code ?? ExitCode.Ok;

    private static void Write(IReadOnlyList<Finding> findings, bool isJson, TextWriter output)
    {
        if (isJson)
        {
            output.WriteLine(ToJson(findings));
            return;
        }

        int width = findings.Max(item => item.Check.Length);
        foreach (Finding item in findings)
        {
            string advice = item.Advice.Length == 0 ? string.Empty : $" -> {item.Advice}";
            string text = Redaction.Of(item.Text + advice);
            output.WriteLine($"{NameOf(item.Level),-4}  {item.Check.PadRight(width)}  {text}");
        }
    }

    private static string ToJson(IReadOnlyList<Finding> findings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("checks");
            foreach (Finding item in findings)
            {
                json.WriteStartObject();
                json.WriteString("check", item.Check);
                json.WriteString("level", NameOf(item.Level));
                json.WriteString("words", Redaction.Of(item.Text));
                json.WriteString("advice", Redaction.Of(item.Advice));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("exit_code", CodeOf(findings));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string NameOf(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Warn => "warn",
        _ => "fail",
    };
}
