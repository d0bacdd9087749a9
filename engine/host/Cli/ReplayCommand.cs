using System;
using System.Buffers;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;
using LowLatency.Sessions.Figures;

namespace LowLatency.Host.Cli;

/// <summary>Replays a recording and reports what the engine did.</summary>
internal sealed class ReplayCommand
{
    private const string MaxSpeed = "max";

    private readonly Argument<string> _recording = Arguments.Recording();
    private readonly Option<string> _speed = new("--speed")
    {
        Description = "Speed: a factor such as 1 for the recorded speed, or max.",
        DefaultValueFactory = _ => MaxSpeed,
    };

    private readonly Option<long?> _from = TimeArgument.Option(
        "--from", "Trade from this time on, with complete books; only what they need is read before.");

    private readonly Option<long?> _to = TimeArgument.Option("--to", "End at this time.");

    private readonly Option<string[]> _symbols = new("--symbol")
    {
        Description = "Replay only this symbol, or VENUE:SYMBOL if several venues have it. May be repeated.",
    };

    private readonly Option<string?> _wait = new("--wait-strategy")
    {
        Description = "Run the engine on its own thread with this wait strategy: Block, Sleep, Yield or BusySpin.",
    };

    private readonly Option<string?> _decoded = new("--decoded")
    {
        Description = "Save the decoded events in this file and use them next time, for trying many "
            + "settings on one recording.",
    };

    private readonly Option<bool> _pastDamage = Arguments.PastDamage();
    private readonly Option<bool> _json = Arguments.Json();
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Show no progress." };
    private readonly ReplayChanges _changes = new();

    /// <summary>The verb.</summary>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var replay = new ReplayCommand();
        var command = new Command("replay", """
            Replay a recording: what the engine did, and its decision hash.

            Alone it repeats the session, with the reports that its gateway gave, and compares the hash. With another
            strategy, other settings, a time to begin at or some symbols alone, orders are filled on paper, from the
            recorded market. What strategies log goes to the error stream, as in a live session.

            Examples:
              lowlatency replay recordings/20260101-120000-1f0c99ab
              lowlatency replay recordings/20260101-120000-1f0c99ab --strategy Glft --set Risk:MaxOpenOrders=4
              lowlatency replay recordings/20260101-120000-1f0c99ab --decoded events.bin --strategy Grid
              lowlatency replay recordings/20260101-120000-1f0c99ab --from 2026-01-01T13:00:00 --symbol BTCUSDT
            """);
        command.Arguments.Add(replay._recording);
        foreach (Option option in new Option[]
        {
            replay._speed, replay._from, replay._to, replay._symbols, replay._wait, replay._decoded, replay._pastDamage,
            replay._json, replay._quiet,
        })
        {
            command.Options.Add(option);
        }

        replay._changes.AddTo(command);
        replay._wait.AcceptOnlyFromAmong(Enum.GetNames<WaitStrategyKind>());
        replay._speed.Validators.Add(result =>
        {
            string text = result.GetValueOrDefault<string>() ?? string.Empty;
            if (text != MaxSpeed && !(TryParseSpeed(text, out double speed) && speed > 0))
            {
                result.AddError($"--speed '{text}': expected a factor above 0 such as 1 or 60, or max");
            }
        });
        command.SetAction(parsed => replay.Run(parsed, output, errors, stop));
        return command;
    }

    private static bool TryParseSpeed(string text, out double speed) => double.TryParse(
        text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out speed);

    private int Run(ParseResult parsed, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var progress = new ProgressLine(errors);
        bool isQuiet = parsed.GetValue(_quiet);
        string[] symbols = parsed.GetValue(_symbols) ?? [];
        ReplayResult? result = null;
        int code = Guarded.Run(errors, () =>
        {
            try
            {
                result = RecordingReplay.Run(parsed.GetValue(_recording)!, onOutput: null, new ReplayOptions
                {
                    Catalog = _changes.Catalog(parsed),
                    Change = _changes.Read(parsed),
                    FromNs = parsed.GetValue(_from),
                    UntilNs = parsed.GetValue(_to),
                    Symbols = symbols.Length == 0 ? null : symbols,
                    Speed = TryParseSpeed(parsed.GetValue(_speed)!, out double speed) ? speed : null,
                    WaitStrategy = Enum.TryParse(parsed.GetValue(_wait), out WaitStrategyKind wait) ? wait : null,
                    DecodedEvents = parsed.GetValue(_decoded),
                    ContinueAfterDamage = parsed.GetValue(_pastDamage),
                    OnStrategyLog = line =>
                    {
                        progress.End();
                        errors.WriteLine(line.ToString());
                    },
                    OnProgress = isQuiet ? null : progress.Show,
                    Stop = stop,
                });
            }
            finally
            {
                progress.End();
            }

            return ExitCode.Ok;
        });
        if (result is null)
        {
            return code;
        }

        if (parsed.GetValue(_from) > result.Runner.LastTimeNs)
        {
            errors.WriteLine($"lowlatency: the recording ends at {TimeArgument.Text(result.Runner.LastTimeNs)} UTC, "
                + "before the start time");
            return ExitCode.NotFound;
        }

        if (parsed.GetValue(_json))
        {
            output.WriteLine(ToJson(result, watch.Elapsed));
        }
        else
        {
            WriteText(result, _changes.Catalog(parsed), watch.Elapsed, output);
        }

        int judgement = ExitCodeOf(result, errors);
        return stop.IsCancellationRequested ? ExitCode.Interrupted : judgement;
    }

    // Reports every reason why the replay is not the recorded session.
    private static int ExitCodeOf(ReplayResult result, TextWriter errors)
    {
        ReplayRunner runner = result.Runner;
        if (result.Truncation is { } cut)
        {
            errors.WriteLine($"lowlatency: the recording ends early: {cut}");
        }

        if (result.DecodedProblem is { } problem)
        {
            errors.WriteLine($"lowlatency: the decoded events were not saved: {problem}");
        }

        foreach (string fault in runner.Faults)
        {
            errors.WriteLine($"lowlatency: {fault}");
        }

        bool isOther = result.RecordedDecisions is { } recorded && recorded != result.DecisionText;
        if (isOther)
        {
            errors.WriteLine($"lowlatency: the recorded session decided differently: {result.RecordedDecisions} there, "
                + $"{result.DecisionText} here");
        }

        bool isDamaged = isOther || result.Truncation is not null || runner.Faults.Count != 0;
        return isDamaged ? ExitCode.DamagedData : ExitCode.Ok;
    }

    private static void WriteStrategies(ReplayRunner runner, StrategyCatalog catalog, TextWriter output)
    {
        var names = new InstrumentLookup(runner.Manifest.InstrumentList);
        foreach (IGrouping<Instrument, GaugeValue> gauges in new GaugeReader(
            runner.Manifest, catalog, runner.Core.Engine).Read().GroupBy(gauge => gauge.Instrument))
        {
            output.WriteLine($"{names.NameOf(gauges.Key)}: gauges {GaugeText.Of(gauges)}");
        }

        StrategyLog log = runner.Core.Engine.StrategyLog;
        if (log.Lines != 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"strategy log: {log.Lines} lines, {log.Dropped} dropped"));
        }
    }

    private static void WriteText(ReplayResult result, StrategyCatalog catalog, TimeSpan took, TextWriter output)
    {
        ReplayRunner runner = result.Runner;
        CultureInfo culture = CultureInfo.InvariantCulture;
        double seconds = (runner.LastTimeNs - runner.FirstTimeNs) * 1e-9;
        output.WriteLine($"recorded by {result.Manifest.Program}: {result.Manifest.MarketText}");
        if (runner.Records == 0)
        {
            output.WriteLine("nothing was received in that time");
            return;
        }

        output.WriteLine(string.Create(
            culture, $"from {TimeArgument.Text(runner.FirstTimeNs)} UTC, {seconds:0.000} s of market time"));
        output.WriteLine(string.Create(
            culture,
            $"{runner.Records} records, {runner.Events} events in {took.TotalSeconds:0.00} s"));
        if (!result.IsSession)
        {
            output.WriteLine(result.IsStopped ? "a part of the session" : "not the session itself: filled on paper");
        }

        var names = new InstrumentLookup(result.Manifest.InstrumentList);
        foreach (InstrumentManifest item in result.Runner.Manifest.Instruments)
        {
            string name = names.NameOf(item.Instrument);
            output.WriteLine($"{name}: {item.Strategy.Name}");
            output.WriteLine(Describe(name, item.Instrument, runner.Core.Engine.View(item.Instrument.Id)));
        }

        WriteStrategies(runner, catalog, output);

        output.WriteLine(string.Create(
            culture, $"decisions {result.Decisions.Count}, hash {result.Decisions.Value:x16}"));
        WriteWorth(result, output);
        if (result.RecordedDecisions == result.DecisionText)
        {
            output.WriteLine("equal to the recorded session");
        }
    }

    // The measured worth of each signal, next to the rule that the last direction continues.
    private static void WriteWorth(ReplayResult result, TextWriter output)
    {
        output.WriteLine("signal worth: share of correct predictions when the market moved (95 % interval), and the "
            + "rule \"the last direction continues\" for comparison");
        foreach (SignalKind kind in Enum.GetValues<SignalKind>())
        {
            foreach (WorthHorizon horizon in Enum.GetValues<WorthHorizon>())
            {
                WorthCounts counts = Total(result, kind, horizon);
                if (counts.Right + counts.Wrong + counts.Unchanged != 0)
                {
                    output.WriteLine($"  {SignalWorthText.Name(kind),-16} {SignalWorthText.Name(horizon),-15} "
                        + $"{SignalWorthText.Share(counts.Right, counts.Wrong),-32} base "
                        + SignalWorthText.Share(counts.BaseRight, counts.BaseWrong));
                }
            }
        }
    }

    private static WorthCounts Total(ReplayResult result, SignalKind kind, WorthHorizon horizon)
    {
        var total = default(WorthCounts);
        foreach (InstrumentManifest item in result.Manifest.Instruments)
        {
            total.Add(result.Runner.Core.Engine.Signals(item.Instrument.Id).Worth(kind).Counts(horizon));
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
                SignalWorth worth = result.Runner.Core.Engine.Signals(item.Instrument.Id).Worth(kind);
                foreach (WorthHorizon horizon in Enum.GetValues<WorthHorizon>())
                {
                    WorthCounts counts = worth.Counts(horizon);
                    json.WriteStartObject();
                    json.WriteString("venue", item.Instrument.Venue);
                    json.WriteString("symbol", item.Instrument.Symbol);
                    json.WriteString("signal", SignalWorthText.Name(kind));
                    json.WriteString("horizon", SignalWorthText.Name(horizon));
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

    private static string Describe(string name, Instrument instrument, InstrumentView view) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {view.BookMessages} book messages, {view.Trades} trades, {view.DirectionsUp} rises, "
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
            VenueJson.Write(json, result.Manifest);
            json.WriteNumber("records", runner.Records);
            json.WriteNumber("events", runner.Events);
            json.WriteNumber("first_time_ns", runner.FirstTimeNs);
            json.WriteNumber("last_time_ns", runner.LastTimeNs);
            json.WriteNumber("seconds", took.TotalSeconds);
            json.WriteNumber("events_per_second", runner.Events / took.TotalSeconds);
            json.WriteBoolean("is_session", result.IsSession);
            json.WriteBoolean("is_stopped", result.IsStopped);
            json.WriteNumber("lost_records", runner.LostRecords);
            json.WriteString("divergence", runner.Divergence);
            json.WriteString("hole", runner.Gap);
            json.WriteString("truncation", result.Truncation?.ToString());
            json.WriteNumber("log_lines", runner.Core.Engine.StrategyLog.Lines);
            json.WriteNumber("log_lines_dropped", runner.Core.Engine.StrategyLog.Dropped);
            json.WriteNumber("decisions", result.Decisions.Count);
            json.WriteString("decision_hash", result.Decisions.Value.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteString("recorded_decisions", result.RecordedDecisions);
            WriteWorth(json, result);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
