using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Host.Configuration;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>Turns captures of public feeds into recordings.</summary>
internal static class ImportCommand
{
    /// <summary>The formats that can be read.</summary>
    public static readonly IReadOnlyList<string> Formats = ["lines", "cryptofeed"];

    public static int Run(
        string[] paths, string format, string venueName, string? symbol, string directory, TextWriter output,
        TextWriter errors)
    {
        try
        {
            IVenue venue = Venues.Find(venueName);
            if (format == "cryptofeed" && paths.Length != 1)
            {
                errors.WriteLine("lowlatency: a cryptofeed capture is one path: its folder and base name, such as "
                    + "captures/COINBASE");
                return ExitCode.Usage;
            }

            var settings = new LiveSettings();
            ImportResult result = new CaptureImport(venue, symbol).Run(
                () => Capture.Read(paths, withSymbolLists: true, withOpenings: true),
                string.Join(", ", Array.ConvertAll(paths, path => Path.GetFileName(path))),
                instrument => InstrumentSettings.Create(settings, instrument),
                directory,
                ProgramVersion.Text);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Messages} messages of {result.Instruments.Count} symbols, {result.Ignored} of kinds that are "
                + $"not used, {result.Rejected} refused, {result.SkippedSnapshots} snapshots of other symbols"));
            output.WriteLine(result.Folder);
            return ExitCode.Ok;
        }
        catch (ArgumentException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.Usage;
        }
        catch (FileNotFoundException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.NotFound;
        }
        catch (Exception fault) when (fault is InvalidDataException or VenueException)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.DamagedData;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.Refused;
        }
    }
}
