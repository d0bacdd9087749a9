using System;
using System.IO;
using System.Threading;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>Prints how the books of a recording were rebuilt.</summary>
internal static class BookCommand
{
    public static int Run(string path, int every, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            ReplayRunner runner = BookCheckpoints.Write(path, every, output, stop);
            foreach (string fault in runner.Faults)
            {
                errors.WriteLine($"lowlatency: {fault}");
            }

            return runner.Faults.Count == 0 ? ExitCode.Ok : ExitCode.DamagedData;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("lowlatency: stopped before the end of the recording; the listing is incomplete");
            return ExitCode.Interrupted;
        }
        catch (FileNotFoundException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.NotFound;
        }
        catch (InvalidDataException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.DamagedData;
        }
    }
}
