using System;
using System.Globalization;
using System.IO;
using System.Threading;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>Lists the directions of a recording.</summary>
internal static class DirectionsCommand
{
    /// <summary>Names of the sources on the command line.</summary>
    public static readonly string[] Sources = ["book", "ticker"];

    /// <summary>Names of the rules on the command line.</summary>
    public static readonly string[] Rules = ["step", "since-last", "any-other-down"];

    public static int Run(
        string path, string? symbol, string source, string rule, TextWriter output, TextWriter errors,
        CancellationToken stop)
    {
        return Guarded.Run(errors, () => List(path, symbol, source, rule, output, errors, stop));
    }

    private static int List(
        string path, string? symbol, string source, string rule, TextWriter output, TextWriter errors,
        CancellationToken stop)
    {
        try
        {
            DirectionListing listing = DirectionListing.Write(
                path,
                symbol,
                source == Sources[0] ? QuoteSource.Book : QuoteSource.Ticker,
                (DirectionRule)Array.IndexOf(Rules, rule),
                output,
                stop);
            errors.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{listing.Instrument.Symbol}: {listing.Count} directions; the next one was as the mask predicted in "
                + $"{SignalWorthText.Share(listing.Worth.Right, listing.Worth.Wrong)}; the last one continued in "
                + $"{SignalWorthText.Share(listing.Worth.BaseRight, listing.Worth.BaseWrong)}"));
            foreach (string fault in listing.Runner.Faults)
            {
                errors.WriteLine($"lowlatency: {fault}");
            }

            return listing.Runner.Faults.Count == 0 ? ExitCode.Ok : ExitCode.DamagedData;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("lowlatency: stopped before the end of the recording; the listing is incomplete");
            return ExitCode.Interrupted;
        }
    }
}
