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

/// <summary>Writes what a recording holds in forms that other programs read.</summary>
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
    /// <param name="output">Data, and the names of files that were made.</param>
    /// <param name="errors">Messages.</param>
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
            Description = "Any of levels,trades,tops; by default all.",
            HelpName = "KINDS",
            CustomParser = ParseContents,
        };
        var symbols = new Option<string[]>("--symbol")
        {
            Description = "Take this symbol alone; may be given more than once.",
            DefaultValueFactory = _ => [],
        };
        Option<long?> from = TimeArgument.Option("--from", "Rows from this time on.");
        Option<long?> until = TimeArgument.Option("--until", "Rows before this time.");
        var force = new Option<bool>("--force") { Description = "Replace files that are there." };
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
            errors.WriteLine("lowlatency: npz cannot be written to standard output: give --out a file");
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
                    + (target.IsStandardOutput ? "the export is not whole" : "no file is written"));
                return ExitCode.Interrupted;
            }
            finally
            {
                progress.End();
            }
        }
    }

    // Tells what was written, and everything that keeps it from being the whole session.
    private static int ExitCodeOf(ExportResult result, TextWriter errors)
    {
        errors.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Levels} levels, {result.Trades} trades, {result.Tops} tops of book of {result.Symbols} "
            + $"symbol{(result.Symbols == 1 ? string.Empty : "s")}"));
        Truncation? cut = result.Replay.Truncation;
        if (cut is not null)
        {
            errors.WriteLine($"lowlatency: the recording ends early, what was whole is exported: {cut}");
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

    /// <summary>Where the rows go. What was opened is closed with it.</summary>
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
                errors.WriteLine($"the venue's clock is ahead: all local times were moved by {_npz.ShiftNs} ns, so "
                    + "that nothing is seen before it happens");
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
                throw new IOException($"'{path}' is a folder: give --out a file");
            }

            _target = new TemporaryFile(path, isReplacing);
            _file = new StreamWriter(_target.Stream, new UTF8Encoding(false), BufferBytes);
            return new TextExport(_file, instruments, isJson);
        }
    }
}
