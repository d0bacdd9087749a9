using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Sessions.Journal;

namespace LowLatency.Host.Cli;

/// <summary>Replays a live session and compares every decision with the session's journal.</summary>
internal static class VerifyCommand
{
    /// <summary>The verb.</summary>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        Argument<string> recording = Arguments.Recording();
        var journal = new Option<string?>("--journal")
        {
            Description = "The session's journal, if it is not where the recording says.",
        };
        var assembly = new Option<string?>("--strategy-assembly")
        {
            Description = "Assembly (.dll) with the session's own strategies.",
        };
        Option<bool> json = Arguments.Json();
        var command = new Command("verify", """
            Replay a session and compare every decision with its journal.

            Ends with 0 when all are identical, with 1 at the first that is not, with 3 when it was recorded under
            other rules of the engine, and with 7 when it is incomplete, so that the rest cannot be compared.
            """);
        command.Arguments.Add(recording);
        command.Options.Add(journal);
        command.Options.Add(assembly);
        command.Options.Add(json);
        command.SetAction(parsed => Guarded.Run(errors, () => Run(
            parsed.GetValue(recording)!, parsed.GetValue(journal), parsed.GetValue(assembly) ?? string.Empty,
            parsed.GetValue(json), output, errors, stop)));
        return command;
    }

    private static int Run(
        string path, string? journal, string assembly, bool isJson, TextWriter output, TextWriter errors,
        CancellationToken stop)
    {
        var progress = new ProgressLine(errors);
        StrategyCatalog catalog = StrategyBinder.LoadCatalog(assembly);
        var options = new ReplayOptions
        {
            Catalog = catalog,
            OnProgress = progress.Show,
            Stop = stop,
        };
        if (!Path.Exists(path))
        {
            throw new FileNotFoundException($"no recording at '{path}'", path);
        }

        VerifyResult result;
        try
        {
            result = SessionVerifier.Verify(path, journal ?? SessionVerifier.FindJournal(path), options);
        }
        finally
        {
            progress.End();
        }

        var reasons = StrategyReasonText.Of(result.Replay.Manifest, catalog);
        output.WriteLine(isJson ? ToJson(result, reasons) : ToText(result, reasons));
        return stop.IsCancellationRequested ? ExitCode.Interrupted
            : result.Incomplete is not null ? ExitCode.DamagedData
            : result.Divergence is not null || result.ParseDifference is not null ? ExitCode.Different
            : ExitCode.Ok;
    }

    private static string ToText(VerifyResult result, StrategyReasonText reasons)
    {
        var text = new StringBuilder();
        string with = result.Journal is null ? " (by the session's hash; it kept no journal)" : string.Empty;
        if (result.Divergence is null && result.Incomplete is null && result.ParseDifference is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"identical: {result.Identical} decisions{with}");
        }

        if (result.Incomplete is { } incomplete)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"incomplete: {result.Identical} decisions are identical, the rest cannot be compared: {incomplete}");
        }

        if (result.ParseDifference is { } otherwise)
        {
            text.AppendLine($"different: the same inputs were parsed differently: {otherwise}");
        }

        if (result.Divergence is { Number: 0 })
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"different: {result.Replay.RecordedDecisions} in the session, {result.Replay.DecisionText} here");
        }
        else if (result.Divergence is { } divergence && (result.Incomplete is null || divergence.Replay is not null))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{(result.Incomplete is null ? "different" : "first difference")}: decision {divergence.Number} after "
                + $"{result.Identical} identical ones");
            text.AppendLine($"  journal  {Describe(result, divergence.Journal, reasons)}");
            text.AppendLine($"  replay   {Describe(result, divergence.Replay, reasons)}");
        }

        return text.ToString().TrimEnd();
    }

    private static string Describe(VerifyResult result, EngineOutput? output, StrategyReasonText reasons)
    {
        if (output is not { } decision)
        {
            return "nothing more";
        }

        bool isKnown = decision.InstrumentId < result.Replay.Manifest.Instruments.Count;
        string words = !isKnown ? decision.Kind.ToString()
            : decision.IsCommand || decision.Kind == OutputKind.Refuse
                ? DecisionText.Line(InstrumentOf(result, decision), in decision, reasons)
                : $"{decision.Kind} {InstrumentOf(result, decision).Symbol} order {decision.OrderId}: "
                    + $"{decision.State}, " + DecisionText.Text(in decision, reasons);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ring sequence {decision.Sequence}, {TimeArgument.Text(decision.TimeNs)}: {words}; price "
            + $"{decision.PriceTicks} ticks, {decision.QuantityLots} lots, position {decision.PositionLots} lots, "
            + $"update {decision.UpdateId}");
    }

    private static Instrument InstrumentOf(VerifyResult result, EngineOutput decision) =>
        result.Replay.Manifest.Instruments[decision.InstrumentId].Instrument;

    private static string ToJson(VerifyResult result, StrategyReasonText reasons)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean(
                "identical", result is { Divergence: null, Incomplete: null, ParseDifference: null });
            json.WriteNumber("decisions", result.Identical);
            json.WriteString(
                "decision_hash", result.Replay.Decisions.Value.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteString("journal", result.Journal);
            json.WriteString("incomplete", result.Incomplete);
            json.WriteString("read_otherwise", result.ParseDifference);
            if (result.Divergence is { Number: > 0 } divergence)
            {
                json.WriteStartObject("divergence");
                json.WriteNumber("number", divergence.Number);
                json.WriteNumber("ring_sequence", (divergence.Journal ?? divergence.Replay)!.Value.Sequence);
                json.WriteString("journal", Describe(result, divergence.Journal, reasons));
                json.WriteString("replay", Describe(result, divergence.Replay, reasons));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
