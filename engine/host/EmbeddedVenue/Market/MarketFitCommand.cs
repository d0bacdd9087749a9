using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Host.Cli;

namespace LowLatency.Host.EmbeddedVenue.Market;

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
            MarketProfile profile = Measure(source, instrument, long.MaxValue);
            stop.ThrowIfCancellationRequested();
            File.WriteAllText(outFile, profile.ToJson() + "\n");
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
            errors.WriteLine($"lowlatency: {fault.Message}; a capture of one symbol is needed");
            return ExitCode.DamagedData;
        }
    }

    /// <summary>Measures a market's first symbol up to a market time.</summary>
    public static MarketProfile Measure(IMarketSource source, VenueInstrument instrument, long endNs)
    {
        var fit = new MarketFit(
            instrument.Symbol, double.Parse(instrument.TickSize, CultureInfo.InvariantCulture));
        while (source.TryNext(out VenueMessage message) && message.TimeNs <= endNs)
        {
            if (message.Instrument == 0)
            {
                fit.Add(in message);
            }
        }

        return fit.Fit();
    }
}
