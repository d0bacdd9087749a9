using System;
using System.Buffers;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using System.Threading;
using LowLatency.Feeds;
using LowLatency.Measures;
using LowLatency.Simulation.EmbeddedVenue;

namespace LowLatency.Host.Cli;

/// <summary>Measures this machine: the short form of the project's own benches.</summary>
internal static class BenchCommand
{
    private const string Text = """
        Measure the speed of this machine. To compare it with .NET's own queues, JSON reader and collections in the same
        run, use a source checkout: dotnet run -c Release --project bench -- measure WHAT.

          parse     messages to events, and to a book
          book      level updates and walks
          replay    a recording, from the file to the last decision
          ring      passing items between threads
          latency   frame bytes to order command, at a fixed rate; needs two cores
          recorder  appending, writing and reading back

        Without --input a generated market is measured on. Each takes at most about twenty seconds.

        Examples:
          lowlatency bench parse
          lowlatency bench replay --input recordings/20260101-120000-1f0c99ab
          lowlatency bench book --input btcusdt_20260101.gz --venue binance-futures --json
        """;

    /// <summary>The verb.</summary>
    /// <param name="output">Receives the figures.</param>
    /// <param name="errors">Receives messages.</param>
    /// <param name="stop">Ends it without figures.</param>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var name = new Argument<string>("WHAT") { Description = string.Join(", ", Measure.Names) + "." };
        name.AcceptOnlyFromAmong(Measure.Names.ToArray());
        var input = new Option<string?>("--input")
        {
            Description = "A recording, or a capture of lines (receive time, blank, JSON), optionally gzipped.",
        };
        var venue = new Option<string?>("--venue")
        {
            Description = "Venue of a capture; by default Binance Spot or USD-M, as the messages show.",
        };
        Option<bool> json = Arguments.Json();
        var command = new Command("bench", Text) { name, input, venue, json };
        command.SetAction(parsed => Guarded.Run(errors, () =>
        {
            string what = parsed.GetValue(name)!;
            using MeasuredInput? on = Open(what, parsed.GetValue(input), parsed.GetValue(venue));
            if (Run(what, on, stop) is not { } report)
            {
                return ExitCode.Interrupted;
            }

            Write(report, parsed.GetValue(json), output);
            if (report.Problem is null)
            {
                return ExitCode.Ok;
            }

            errors.WriteLine($"lowlatency: these figures are invalid: {report.Problem}");
            return ExitCode.DamagedData;
        }));
        return command;
    }

    // On a background thread, so that the measurement need not check for cancellation.
    private static MeasureReport? Run(string what, MeasuredInput? on, CancellationToken stop)
    {
        MeasureReport? report = null;
        ExceptionDispatchInfo? fault = null;
        var ended = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            try
            {
                report = Measure.Run(what, on);
            }
            catch (Exception error)
            {
                fault = ExceptionDispatchInfo.Capture(error);
            }

            ended.Set();
        })
        {
            IsBackground = true,
            Name = "measurement",
        };
        thread.Start();
        if (WaitHandle.WaitAny([ended.WaitHandle, stop.WaitHandle]) != 0)
        {
            return null;
        }

        fault?.Throw();
        return report;
    }

    private static MeasuredInput? Open(string what, string? path, string? venue)
    {
        if (path is not null && !Measure.NeedsInput(what))
        {
            throw new ArgumentException($"bench {what} generates its own input: remove --input");
        }

        if (venue is not null && !Venues.All.Any(item => item.Name == venue))
        {
            throw new KeyNotFoundException($"unknown venue '{venue}'; the verb venues lists them");
        }

        return !Measure.NeedsInput(what) ? null
            : path is not null ? MeasuredInput.Open(path, venue)
            : MeasuredInput.Import("generated USD-M BTCUSDT", GeneratedCapture.Venue, GeneratedCapture.Read);
    }

    private static void Write(MeasureReport report, bool asJson, TextWriter output)
    {
        if (!asJson)
        {
            report.WriteText(output);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            report.WriteJson(json);
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
