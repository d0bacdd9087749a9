using System;
using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Signals;
using LowLatency.Host.Configuration;
using LowLatency.Host.ConsoleUi;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>Replays a recording and says what the engine did.</summary>
internal static class ReplayCommand
{
    public static int Run(string path, string assembly, bool isJson, TextWriter output, TextWriter errors)
    {
        var watch = Stopwatch.StartNew();
        ReplayResult result;
        try
        {
            result = RecordingReplay.Run(
                path, options: new ReplayOptions { Catalog = StrategyBinder.LoadCatalog(assembly) });
        }
        catch (FileNotFoundException fault)
        {
            errors.WriteLine($"lowlatency: {fault.Message}");
            return ExitCode.NotFound;
        }
        catch (Exception fault) when (fault is InvalidDataException or ArgumentException or BadImageFormatException)
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

        bool isOther = result.RecordedDecisions is { } recorded && recorded != result.DecisionText;
        if (isOther)
        {
            errors.WriteLine($"lowlatency: the recorded session decided otherwise: {result.RecordedDecisions} there, "
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
        WriteWorth(result, output);
        if (result.RecordedDecisions == result.DecisionText)
        {
            output.WriteLine("equal to the recorded session");
        }
    }

    // What each signal has been worth, beside the rule that the last direction goes on.
    private static void WriteWorth(ReplayResult result, TextWriter output)
    {
        output.WriteLine("what signals were worth: right of the times that the market moved (95 % interval), and the "
            + "rule \"the last direction goes on\" beside it");
        foreach (SignalKind kind in Enum.GetValues<SignalKind>())
        {
            foreach (WorthHorizon horizon in Enum.GetValues<WorthHorizon>())
            {
                WorthCounts counts = Total(result, kind, horizon);
                if (counts.Right + counts.Wrong + counts.Unchanged != 0)
                {
                    output.WriteLine($"  {WorthText.Name(kind),-16} {WorthText.Name(horizon),-15} "
                        + $"{WorthText.Share(counts.Right, counts.Wrong),-32} base "
                        + WorthText.Share(counts.BaseRight, counts.BaseWrong));
                }
            }
        }
    }

    private static WorthCounts Total(ReplayResult result, SignalKind kind, WorthHorizon horizon)
    {
        var total = default(WorthCounts);
        foreach (InstrumentManifest item in result.Manifest.Instruments)
        {
            total.Add(result.Runner.Engine.Engine.Signals(item.Instrument.Id).Worth(kind).Counts(horizon));
        }

        return total;
    }

    private static void WriteWorth(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartArray("worth");
        foreach (InstrumentManifest item in result.Manifest.Instruments)
        {
            foreach (SignalKind kind in Enum.GetValues<SignalKind>())
            {
                SignalWorth worth = result.Runner.Engine.Engine.Signals(item.Instrument.Id).Worth(kind);
                foreach (WorthHorizon horizon in Enum.GetValues<WorthHorizon>())
                {
                    WorthCounts counts = worth.Counts(horizon);
                    json.WriteStartObject();
                    json.WriteString("symbol", item.Instrument.Symbol);
                    json.WriteString("signal", WorthText.Name(kind));
                    json.WriteString("horizon", WorthText.Name(horizon));
                    json.WriteNumber("right", counts.Right);
                    json.WriteNumber("wrong", counts.Wrong);
                    json.WriteNumber("unchanged", counts.Unchanged);
                    json.WriteNumber("base_right", counts.BaseRight);
                    json.WriteNumber("base_wrong", counts.BaseWrong);
                    json.WriteNumber("base_unchanged", counts.BaseUnchanged);
                    json.WriteEndObject();
                }
            }
        }

        json.WriteEndArray();
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
            json.WriteString("recorded_decisions", result.RecordedDecisions);
            WriteWorth(json, result);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
