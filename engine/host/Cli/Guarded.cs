using System;
using System.Collections.Generic;
using System.IO;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.Cli;

/// <summary>Turns expected errors, such as an unreadable recording, into one line and a documented exit code.</summary>
internal static class Guarded
{
    /// <summary>Runs a command's work.</summary>
    /// <returns>The result of the work, or the exit code of the error.</returns>
    public static int Run(TextWriter errors, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (SettingsException fault)
        {
            errors.WriteLine("lowlatency: invalid settings:");
            foreach (string line in fault.Problems)
            {
                errors.WriteLine($"  {line}");
            }

            return ExitCode.Configuration;
        }
        catch (EngineFaultException fault)
        {
            errors.WriteLine($"lowlatency: {FaultReport.Of(fault)}");
            return ExitCode.Unexpected;
        }
        catch (Exception fault) when (CodeOf(fault) is { } code)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return code;
        }
    }

    private static int? CodeOf(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException or KeyNotFoundException => ExitCode.NotFound,
        InvalidDataException or BadImageFormatException => ExitCode.DamagedData,
        StrategyAssemblyException => ExitCode.Configuration,
        ArgumentException => ExitCode.Usage,
        IOException or UnauthorizedAccessException or NotSupportedException => ExitCode.Refused,
        _ => null,
    };
}
