using System;
using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Host.ConsoleUi;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>Replays a recording and says what the engine did.</summary>
internal static class ReplayCommand
{
    public static int Run(string path, bool isJson, TextWriter output, TextWriter errors)
    {
        var watch = Stopwatch.StartNew();
        ReplayResult result;
        try
        {
            result = RecordingReplay.Run(path);
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

        if (isJson)
        {
            output.WriteLine(ToJson(result, watch.Elapsed));
        }
        else
        {
            WriteText(result, watch.Elapsed, output);
        }

        return Judge(result, errors);
    }

    // Tells everything that keeps the replay from being the session that was recorded.
    private static int Judge(ReplayResult result, TextWriter errors)
    {
        ReplayRunner runner = result.Runner;
        if (result.Truncation is { } cut)
        {
            errors.WriteLine($"lowlatency: the recording ends early: {cut}");
        }

        if (runner.LostRecords != 0)
        {
            errors.WriteLine($"lowlatency: the recorder had to leave out {runner.LostRecords} records");
        }

        if (runner.Divergence is { } divergence)
        {
            errors.WriteLine($"lowlatency: the replay differs from the recording: {divergence}");
        }

        bool isOther = runner.RecordedDecisions is { } recorded && recorded != result.DecisionText;
        if (isOther)
        {
            errors.WriteLine($"lowlatency: the recorded session decided otherwise: {runner.RecordedDecisions} there, "
                + $"{result.DecisionText} here");
        }

        bool isDamaged = isOther || runner.Divergence is not null || result.Truncation is not null;
        return isDamaged ? ExitCode.DamagedData : ExitCode.Ok;
    }

    private static void WriteText(ReplayResult result, TimeSpan took, TextWriter output)
    {
        ReplayRunner runner = result.Runner;
        CultureInfo culture = CultureInfo.InvariantCulture;
        DateTime start = DateTime.UnixEpoch.AddTicks(runner.FirstTimeNs / 100);
        double seconds = (runner.LastTimeNs - runner.FirstTimeNs) * 1e-9;
        output.WriteLine($"recorded by {result.Manifest.Program}: {result.Manifest.Venue}, {result.Manifest.Market}");
        output.WriteLine(string.Create(
            culture, $"from {start:yyyy-MM-dd HH:mm:ss.fff} UTC, {seconds:0.000} s of market time"));
        output.WriteLine(string.Create(
            culture,
            $"{runner.Records} records, {runner.Events} events in {took.TotalSeconds:0.00} s"));
        foreach (InstrumentManifest item in result.Manifest.Instruments)
        {
            output.WriteLine(Describe(item.Instrument, runner.Engine.Engine.View(item.Instrument.Id)));
        }

        output.WriteLine(string.Create(
            culture, $"decisions {result.Decisions.Count}, hash {result.Decisions.Value:x16}"));
        if (runner.RecordedDecisions == result.DecisionText)
        {
            output.WriteLine("equal to the recorded session");
        }
    }

    private static string Describe(Instrument instrument, InstrumentView view) => string.Create(
        CultureInfo.InvariantCulture,
        $"{instrument.Symbol}: {view.BookMessages} book messages, {view.Trades} trades, {view.DirectionsUp} rises, "
        + $"{view.DirectionsDown} falls, {view.Triggers} triggers; "
        + $"orders {view.Buys.Placed + view.Sells.Placed} placed, {view.Buys.Filled + view.Sells.Filled} filled, "
        + $"{view.Buys.Expired + view.Sells.Expired} expired, {view.Buys.Refused + view.Sells.Refused} refused; "
        + $"position {InstrumentFigures.Text(InstrumentFigures.Position(instrument, in view))} {instrument.BaseAsset}, "
        + $"P&L {InstrumentFigures.Money(InstrumentFigures.ProfitAndLoss(instrument, in view))} "
        + $"{instrument.QuoteAsset}; "
        + $"{view.TopsCompared} tops compared, {view.TopsDifferent} different");

    private static string ToJson(ReplayResult result, TimeSpan took)
    {
        ReplayRunner runner = result.Runner;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("program", result.Manifest.Program);
            json.WriteString("venue", result.Manifest.Venue);
            json.WriteString("market", result.Manifest.Market);
            json.WriteNumber("records", runner.Records);
            json.WriteNumber("events", runner.Events);
            json.WriteNumber("first_time_ns", runner.FirstTimeNs);
            json.WriteNumber("last_time_ns", runner.LastTimeNs);
            json.WriteNumber("seconds", took.TotalSeconds);
            json.WriteNumber("lost_records", runner.LostRecords);
            json.WriteString("divergence", runner.Divergence);
            json.WriteString("truncation", result.Truncation?.ToString());
            json.WriteNumber("decisions", result.Decisions.Count);
            json.WriteString("decision_hash", result.Decisions.Value.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteString("recorded_decisions", runner.RecordedDecisions);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
