using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Replay.Npz;
using LowLatency.Sessions;

namespace LowLatency.Host.Cli;

/// <summary>Converts captures of public feeds, and hftbacktest's feed data, to recordings.</summary>
internal static class ImportCommand
{
    private const string Npz = "npz";

    private const string Text = """
        Turn a capture of a public feed, or hftbacktest's feed data, into a recording.

        Examples:
          lowlatency import btcusdt_20260101.gz --format lines --venue binance-futures --out recordings
          lowlatency import captures/COINBASE --format cryptofeed --venue coinbase --out recordings
          lowlatency import btcusdt_20260101.npz --format npz --venue binance --symbol BTCUSDT --out recordings

        npz holds no messages of a venue: the books are taken as they are, and commits are numbered.
        """;

    /// <summary>The supported formats.</summary>
    public static readonly IReadOnlyList<string> Formats = ["lines", "cryptofeed", Npz];

    /// <summary>The verb with its options.</summary>
    /// <param name="output">Receives the results.</param>
    /// <param name="errors">Receives messages.</param>
    /// <param name="stop">Ends it early. Nothing is left behind, or the message says what.</param>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files of one capture in order, or the folder and base name of a cryptofeed capture.",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format") { Description = "lines, cryptofeed or npz.", Required = true };
        format.AcceptOnlyFromAmong(Formats.ToArray());
        var venue = new Option<string>("--venue") { Description = "The venue; see the verb venues.", Required = true };
        var symbol = new Option<string?>("--symbol") { Description = "Import only this symbol; for npz: its name." };
        var folder = new Option<string>("--out")
        {
            Description = "Parent folder of the recording.",
            Required = true,
        };
        var tick = new Option<string?>("--tick") { Description = "For npz: tick size; by default the finest price." };
        var lot = new Option<string?>("--lot") { Description = "For npz: lot size; by default the finest quantity." };
        var channel = new Option<string?>("--channel")
        {
            Description = "Channel of the books, such as depth20@100ms; by default each symbol's deepest complete one.",
        };
        var import = new Command("import", Text) { paths, format, venue, symbol, channel, folder, tick, lot };
        import.SetAction(parsed =>
        {
            var request = new Request(
                parsed.GetValue(paths)!,
                parsed.GetValue(format)!,
                parsed.GetValue(venue)!,
                parsed.GetValue(symbol),
                parsed.GetValue(folder)!,
                parsed.GetValue(tick),
                parsed.GetValue(lot),
                parsed.GetValue(channel));
            return Guarded.Run(errors, () => Run(request, output, errors, stop));
        });
        return import;
    }

    private static int Run(Request request, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        if (ProblemOf(request) is { } problem)
        {
            errors.WriteLine($"lowlatency: {problem}");
            return ExitCode.Usage;
        }

        IVenue venue = Venues.Find(request.Venue);
        var settings = new LiveSettings();
        try
        {
            if (request.Format != Npz)
            {
                return ImportCapture(request, venue, settings, output, errors, stop);
            }

            ImportNpz(request, venue, settings, output, stop);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("lowlatency: stopped before the end of the data; no recording is left");
            return ExitCode.Interrupted;
        }
        catch (IOException fault) when (stop.IsCancellationRequested)
        {
            // The incomplete recording could not be removed; the message says where it is.
            errors.WriteLine($"lowlatency: stopped before the end of the data; {fault.Message}");
            return ExitCode.Interrupted;
        }
        catch (VenueException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    private static string? ProblemOf(Request request) => request switch
    {
        { Format: "cryptofeed", Paths.Length: not 1 } =>
            "a cryptofeed capture is one path: its folder and base name, such as captures/COINBASE",
        { Format: Npz, Symbol: null } => "npz does not name its symbol: give it with --symbol",
        { Format: not Npz, Tick: not null } or { Format: not Npz, Lot: not null } =>
            "--tick and --lot are for npz: a capture's venue declares them",
        _ => null,
    };

    private static int ImportCapture(
        Request request, IVenue venue, LiveSettings settings, TextWriter output, TextWriter errors,
        CancellationToken stop)
    {
        ImportResult result = new CaptureImport(venue, request.Symbol, request.Channel).Run(
            () => Capture.Read(request.Paths, withSymbolLists: true, withOpenings: true),
            string.Join(", ", Array.ConvertAll(request.Paths, path => Path.GetFileName(path))),
            instrument => InstrumentSettings.Create(settings, instrument),
            request.Folder,
            ProgramVersion.Text,
            stop);
        ImportReport.Write(result, output);
        return ImportReport.ProblemOf(result, venue.Name) is not { } problem
            ? ExitCode.Ok
            : Fail(problem, errors);
    }

    private static int Fail(string problem, TextWriter errors)
    {
        errors.WriteLine($"lowlatency: {problem}");
        return ExitCode.DamagedData;
    }

    private static void ImportNpz(
        Request request, IVenue venue, LiveSettings settings, TextWriter output, CancellationToken stop)
    {
        var import = new NpzImport(venue, request.Symbol!) { TickSize = request.Tick, LotSize = request.Lot };
        NpzImportResult result = import.Run(
            request.Paths,
            instrument => InstrumentSettings.Create(settings, instrument),
            request.Folder,
            ProgramVersion.Text,
            stop);
        Instrument instrument = result.Instrument;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Commits} book messages, {result.Trades} trades, {result.Tops} tops of book, {result.Ignored} "
            + $"unused rows; the book was invalidated {result.StaleBooks} times; tick "
            + $"{InstrumentUnits.TickValue(instrument)}, lot {InstrumentUnits.LotValue(instrument)}"));
        output.WriteLine(result.Folder);
    }

    private sealed record Request(
        string[] Paths, string Format, string Venue, string? Symbol, string Folder, string? Tick, string? Lot,
        string? Channel);
}
