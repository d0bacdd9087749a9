using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Recorder;
using LowLatency.Replay.Export;

namespace LowLatency.Host.Cli;

/// <summary>Exports a recording in formats that other programs read.</summary>
internal static class ExportCommand
{
    private const string Text = """
        Write a recording's levels, trades and tops of book as CSV, lines of JSON, or hftbacktest's npz.

        Examples:
          lowlatency export recordings/20260101-120000-1f0c99ab --to csv --out day.csv
          lowlatency export recordings/20260101-120000-1f0c99ab --to ndjson --what trades --out - | head
          lowlatency export recordings/20260101-120000-1f0c99ab --to npz --symbol BTCUSDT --out btcusdt.npz
          lowlatency export recordings/20260101-120000-1f0c99ab --to csv --out minute.csv
              --from 2026-01-01T12:00:00Z --until 2026-01-01T12:01:00Z

        Prices and quantities in text are exact. After a row of kind stale the book is not to be trusted until the
        next snapshot.
        """;

    private static readonly string[] s_formats = ["csv", "ndjson", "npz"];

    private static readonly Dictionary<string, ExportContents> s_contents = new(StringComparer.Ordinal)
    {
        ["levels"] = ExportContents.Levels,
        ["trades"] = ExportContents.Trades,
        ["tops"] = ExportContents.Tops,
    };

    /// <summary>The verb with its options.</summary>
    /// <param name="output">Receives data, and the names of created files.</param>
    /// <param name="errors">Receives messages.</param>
    /// <param name="stop">Ends it early.</param>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        Argument<string> recording = Arguments.Recording();
        var format = new Option<string>("--to") { Description = "csv, ndjson or npz.", Required = true };
        format.AcceptOnlyFromAmong(s_formats);
        var path = new Option<string>("--out")
        {
            Description = "A file, or - for standard output; npz of several symbols goes to a folder, SYMBOL.npz.",
            Required = true,
        };
        var contents = new Option<ExportContents?>("--what")
        {
            Description = "Any of levels,trades,tops; all by default.",
            HelpName = "KINDS",
            CustomParser = ParseContents,
        };
        var symbols = new Option<string[]>("--symbol")
        {
            Description = "Export only this symbol, or VENUE:SYMBOL if several venues have it; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        Option<long?> from = TimeArgument.Option("--from", "Rows from this time on.");
        Option<long?> until = TimeArgument.Option("--until", "Rows before this time.");
        var force = new Option<bool>("--force") { Description = "Replace existing files." };
        var export = new Command("export", Text) { recording, format, path, contents, symbols, from, until, force };
        export.SetAction(parsed => Guarded.Run(errors, () => Run(
            parsed.GetValue(recording)!,
            parsed.GetValue(format)!,
            new ExportOptions
            {
                Contents = parsed.GetValue(contents) ?? ExportContents.All,
                Symbols = parsed.GetValue(symbols)!,
                FromNs = parsed.GetValue(from) ?? long.MinValue,
                UntilNs = parsed.GetValue(until) ?? long.MaxValue,
                Stop = stop,
            },
            new Target(parsed.GetValue(path)!, parsed.GetValue(force), output),
            errors)));
        return export;
    }

    private static int Run(string recording, string format, ExportOptions options, Target target, TextWriter errors)
    {
        if (format == "npz" && target.IsStandardOutput)
        {
            errors.WriteLine("lowlatency: npz cannot be written to standard output: name a file with --out");
            return ExitCode.Usage;
        }

        if (options.FromNs >= options.UntilNs)
        {
            errors.WriteLine("lowlatency: --from must be before --until");
            return ExitCode.Usage;
        }

        var progress = new ProgressLine(errors);
        using (target)
        {
            try
            {
                ExportResult result = RecordingExport.Run(
                    recording,
                    options with { OnProgress = progress.Show },
                    instruments => target.Open(format, instruments));
                progress.End();
                target.Complete(errors);
                return ExitCodeOf(result, errors);
            }
            catch (OperationCanceledException)
            {
                errors.WriteLine("lowlatency: stopped before the end of the recording; "
                    + (target.IsStandardOutput ? "the export is incomplete" : "no file is written"));
                return ExitCode.Interrupted;
            }
            finally
            {
                progress.End();
            }
        }
    }

    // Reports what was written, and every reason why it is not the complete session.
    private static int ExitCodeOf(ExportResult result, TextWriter errors)
    {
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Levels} levels, {result.Trades} trades, {result.Tops} tops of book of {result.Symbols} "
            + $"symbol{(result.Symbols == 1 ? string.Empty : "s")}"));
        Truncation? cut = result.Replay.Truncation;
        if (cut is not null)
        {
            errors.WriteLine($"lowlatency: the recording ends early, its readable part was exported: {cut}");
        }

        foreach (string fault in result.Replay.Runner.Faults)
        {
            errors.WriteLine($"lowlatency: {fault}");
        }

        return cut is null && result.Replay.Runner.Faults.Count == 0 ? ExitCode.Ok : ExitCode.DamagedData;
    }

    private static ExportContents? ParseContents(ArgumentResult result)
    {
        var contents = ExportContents.None;
        foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!s_contents.TryGetValue(word, out ExportContents named))
            {
                result.AddError($"--what takes any of {string.Join(",", s_contents.Keys)}, not '{word}'");
            }

            contents |= named;
        }

        return contents;
    }

    /// <summary>Destination of the rows. Disposing it closes what was opened.</summary>
    private sealed class Target(string path, bool isReplacing, TextWriter output) : IDisposable
    {
        private const int BufferBytes = 1 << 16;

        private TemporaryFile? _target;
        private StreamWriter? _file;
        private NpzExport? _npz;

        public bool IsStandardOutput => path == "-";

        public IExportWriter Open(string format, IReadOnlyList<Instrument> instruments)
        {
            _npz = format == "npz" ? new NpzExport(path, instruments, isReplacing) : null;
            return (IExportWriter?)_npz ?? OpenText(instruments, isJson: format == "ndjson");
        }

        public void Complete(TextWriter errors)
        {
            if (_file is not null)
            {
                _file.Flush();
                _target!.Complete();
                output.WriteLine(path);
            }

            foreach (NpzExportFile file in _npz?.Files ?? [])
            {
                output.WriteLine(file.Path);
            }

            if (_npz is { ShiftNs: not 0 })
            {
                errors.WriteLine($"the venue's clock is ahead: all local times were shifted by {_npz.ShiftNs} ns, so "
                    + "that no row is seen before it happens");
            }
        }

        public void Dispose() => _target?.Dispose();

        private TextExport OpenText(IReadOnlyList<Instrument> instruments, bool isJson)
        {
            if (IsStandardOutput)
            {
                return new TextExport(output, instruments, isJson);
            }

            if (Directory.Exists(path))
            {
                throw new IOException($"'{path}' is a folder: name a file with --out");
            }

            _target = new TemporaryFile(path, isReplacing);
            _file = new StreamWriter(_target.Stream, new UTF8Encoding(false), BufferBytes);
            return new TextExport(_file, instruments, isJson);
        }
    }
}
