using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Recorder;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Market;

namespace LowLatency.Host.Cli;

/// <summary>Measures a capture and writes its profile.</summary>
internal static class MarketFitCommand
{
    public static int Run(
        IReadOnlyList<string> captures, string outFile, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            using CaptureSource source = CaptureSource.Open(captures, stop);
            VenueInstrument instrument = source.Instruments.Single();
            MarketProfile profile = MarketFit.Measure(source, instrument, long.MaxValue);
            stop.ThrowIfCancellationRequested();
            PrivateFile.WriteAllText(outFile, profile.ToJson() + "\n");
            output.WriteLine($"{instrument.Symbol}: {profile.Seconds} s measured, profile written to {outFile}");
            return ExitCode.Ok;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("lowlatency: stopped before the end of the capture; no profile is written");
            return ExitCode.Interrupted;
        }
        catch (FileNotFoundException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.NotFound;
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException)
        {
            errors.WriteLine($"lowlatency: {fault.Message}; the capture must have one symbol");
            return ExitCode.DamagedData;
        }
    }
}
