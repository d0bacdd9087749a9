using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using LowLatency.Recorder;
using LowLatency.Sessions;
using LowLatency.Simulation.Simulator;

namespace LowLatency.Host.Cli;

/// <summary>Simulates the whole system under faults and checks its invariants.</summary>
internal static class SimulateCommand
{
    private const int RunsToShrink = 400;

    // Each is a thread with its own engine, venue and disk.
    private const int MaxJobs = 1024;

    private const int MaxScriptBytes = 16 << 20;
    private const double MaxSeconds = 31 * 86_400;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(60);

    /// <summary>The verb.</summary>
    public static Command Build(TextWriter output, TextWriter errors, CancellationToken stop)
    {
        Option<ulong?> seed = WholeNumberArgument.Option<ulong>("--seed", "First seed.", least: 0, otherwise: 1);
        Option<int?> seeds = WholeNumberArgument.Option(
            "--seeds", "Number of consecutive seeds; 1 by default.", least: 1);
        var time = new Option<string?>("--for")
        {
            Description = "Continue with further seeds for a time, such as 30s, 10m or 8h.",
        };
        Option<int?> jobs = WholeNumberArgument.Option(
            "--jobs", "Number of parallel simulations.", least: 1,
            otherwise: Math.Min(Environment.ProcessorCount, MaxJobs), most: MaxJobs);
        var script = new Option<string?>("--script") { Description = "Run a script instead of a seed." };
        var trace = new Option<bool>("--trace")
        {
            Description = "With --script: print each order command, note and report.",
        };
        var outFile = new Option<string?>("--out") { Description = "File for the script of a failure." };
        Option<bool> json = Arguments.Json();
        var command = new Command("simulate", """
            Runs the whole system on virtual time with faults drawn from a seed and checks its invariants.

            The same seed on the same program repeats bit for bit. Ends with 0 if every invariant held, and with 1 at
            the first failure, which is shrunk to a short script.

            Failures are reported in each symbol's ticks and lots: a tick is the smallest step of an order's price, a
            lot the smallest step of its quantity, and a tick lot the value of one lot at a price of one tick. 5 lots
            at 20 ticks are 100 tick lots.
            """);
        foreach (Option option in new Option[] { seed, seeds, time, jobs, script, trace, outFile, json })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(trace) && result.GetValue(script) is null)
            {
                result.AddError("--trace needs a script: name it with --script");
            }
        });
        command.SetAction(parsed => Guarded.Run(errors, () =>
        {
            var run = new Runner(output, errors, parsed.GetValue(json), parsed.GetValue(outFile), stop);
            if (parsed.GetValue(script) is { } path)
            {
                return run.Repeat(path, parsed.GetValue(trace));
            }

            TimeSpan? span = parsed.GetValue(time) is { } text ? ReadTime(text) : null;
            ulong first = parsed.GetValue(seed)!.Value;
            int? count = parsed.GetValue(seeds) ?? (span is null ? 1 : null);
            RequireRoom(first, count ?? 1);
            return run.Campaign(first, count, span, parsed.GetValue(jobs)!.Value);
        }));
        return command;
    }

    // After the largest seed come 0 and 1 again, which were not requested.
    private static void RequireRoom(ulong first, int seeds)
    {
        if ((ulong)(seeds - 1) > ulong.MaxValue - first)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"--seed {first} and --seeds {seeds}: the last seed would exceed {ulong.MaxValue}"));
        }
    }

    private static TimeSpan ReadTime(string text)
    {
        bool isNumber = double.TryParse(
            text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double number);
        double? seconds = !isNumber || number <= 0 ? null : text[^1] switch
        {
            's' => number,
            'm' => number * 60,
            'h' => number * 3600,
            _ => null,
        };
        return seconds is { } known && known <= MaxSeconds
            ? TimeSpan.FromSeconds(known)
            : throw new ArgumentException(
                $"--for '{text}': expected a number and s, m or h, such as 8h; at most a month");
    }

    private sealed class Runner(
        TextWriter output, TextWriter errors, bool isJson, string? outFile, CancellationToken stop)
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _told;

        public int Repeat(string path, bool traces)
        {
            using var text = new StringReader(BoundedFile.ReadText(path, MaxScriptBytes));
            (ulong seed, SimulationSpan? span, IReadOnlyList<Fault> faults) = SimulationScript.Read(text, path);
            Begin(seed, $"{faults.Count} of {path}");
            SimulationResult result = SimulationCampaign.RunOne(seed, faults, span, errors.WriteLine, traces);
            Write(result);
            return result.Failure is null ? ExitCode.Ok : ExitCode.Unexpected;
        }

        public int Campaign(ulong seed, int? seeds, TimeSpan? span, int jobs)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            if (span is { } time)
            {
                ended.CancelAfter(time);
            }

            var campaign = new SimulationCampaign
            {
                FirstSeed = seed,
                Seeds = seeds ?? SeedsFrom(seed),
                Jobs = jobs,
                OnResult = result => Report(result, isAlone: seeds == 1),
            };
            if (seeds == 1)
            {
                Begin(seed, FaultPlan.Draw(seed).RatesText);
            }
            else
            {
                errors.WriteLine($"from seed {seed} on, {ProgramVersion.Text}");
            }

            using (new Timer(_ => ReportSlow(campaign), null, s_slow, s_slow))
            {
                campaign.Run(ended.Token);
            }

            if (seeds != 1)
            {
                WriteSummary(campaign);
            }

            foreach (SimulationResult failure in campaign.Failures)
            {
                Explain(failure);
            }

            return campaign.Failures.Count != 0 ? ExitCode.Unexpected
                : stop.IsCancellationRequested ? ExitCode.Interrupted
                : ExitCode.Ok;
        }

        // All seeds up to the largest, which a run of limited time only reaches if it starts near it.
        private static long SeedsFrom(ulong seed) =>
            (long)(Math.Min(ulong.MaxValue - seed, long.MaxValue - 1) + 1);

        // Printed before the run, so that any outcome can be reproduced.
        private void Begin(ulong seed, string faults)
        {
            if (!isJson)
            {
                output.WriteLine($"seed      {seed}, {ProgramVersion.Text}");
                output.WriteLine($"faults    {faults}");
            }
        }

        // A seed takes about a second: one that takes minutes hangs, and must be named.
        private void ReportSlow(SimulationCampaign campaign)
        {
            foreach ((ulong seed, TimeSpan time) in campaign.InProgress.Where(item => item.For > s_slow))
            {
                errors.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"seed {seed} is still running after {time.TotalSeconds:f0} s"));
            }
        }

        private void Report(SimulationResult result, bool isAlone)
        {
            if (isAlone)
            {
                Write(result);
            }
            else
            {
                ReportProgress($"seed {result.Seed} done");
            }
        }

        // At most one line per interval.
        private void ReportProgress(string text)
        {
            if (_watch.Elapsed - _told >= s_progressInterval)
            {
                _told = _watch.Elapsed;
                errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_told.TotalSeconds:f0} s: {text}"));
            }
        }

        private void Write(SimulationResult result)
        {
            if (isJson)
            {
                output.WriteLine(JsonSerializer.Serialize(new
                {
                    result.Seed,
                    Program = ProgramVersion.Text,
                    result.World,
                    result.Rates,
                    Faults = result.Faults.Count,
                    result.Failure,
                    result.Steps,
                    SimulatedSeconds = result.SimulatedNs / 1e9,
                    ElapsedSeconds = result.Elapsed.TotalSeconds,
                    result.Frames,
                    result.Events,
                    result.Decisions,
                    result.Fills,
                    result.Processes,
                    result.Replayed,
                    Digest = $"{result.Digest:x16}",
                }));
                return;
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"world     {result.World}; pace {result.Span.Pace}, {result.Span.Seconds} s with faults"));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"ran       {result.Steps} steps, {result.SimulatedNs / 1e9:f1} s simulated in "
                + $"{result.Elapsed.TotalSeconds:f2} s; {result.Frames} frames, {result.Events} events, "
                + $"{result.Decisions} decisions, {result.Fills} fills, {result.Processes} processes, "
                + $"{result.Replayed} replayed"));
            output.WriteLine($"met       {ByKind(result.Faults.GroupBy(fault => fault.Kind)
                .ToDictionary(group => group.Key, group => group.LongCount()))}");
            output.WriteLine($"digest    {result.Digest:x16}");
            output.WriteLine(result.Failure is { } failure ? $"FAILED    {failure}" : "held      every invariant");
        }

        private void WriteSummary(SimulationCampaign campaign)
        {
            double speed = campaign.Simulated / campaign.Busy;
            if (isJson)
            {
                output.WriteLine(JsonSerializer.Serialize(new
                {
                    Program = ProgramVersion.Text,
                    campaign.FirstSeed,
                    Seeds = campaign.Done,
                    Failures = campaign.Failures.Count,
                    SimulatedHours = campaign.Simulated.TotalHours,
                    ElapsedSeconds = _watch.Elapsed.TotalSeconds,
                    TimesRealTime = speed,
                    campaign.Frames,
                    campaign.Events,
                    campaign.Decisions,
                    campaign.Fills,
                    campaign.Processes,
                    campaign.Replayed,
                    campaign.BooksCompared,
                    campaign.Reconciliations,
                    Faults = campaign.Faults.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
                }));
                return;
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{campaign.Done} seeds from {campaign.FirstSeed}, {campaign.Failures.Count} failures; "
                + $"{campaign.Simulated.TotalHours:f2} hours simulated in {_watch.Elapsed.TotalSeconds:f0} s, each "
                + $"thread {speed:f0} times real time"));
            output.WriteLine(
                $"{campaign.Frames} frames, {campaign.Events} events, {campaign.Decisions} decisions, "
                + $"{campaign.Fills} fills, {campaign.Processes} processes, {campaign.Replayed} sessions replayed, "
                + $"{campaign.BooksCompared} books and {campaign.Reconciliations} lists of open orders compared with "
                + "the venue's");
            output.WriteLine($"{campaign.Faults.Values.Sum()} faults: {ByKind(campaign.Faults)}");
        }

        // A failure is reported with the shortest list of faults that still causes it.
        private void Explain(SimulationResult failure)
        {
            output.WriteLine($"seed {failure.Seed} failed at step {failure.Steps}: {failure.Failure}");
            output.WriteLine($"  {failure.World}; {failure.Rates}");
            string invariant = failure.Failure!.Split(':')[0];
            errors.WriteLine($"shrinking {failure.Faults.Count} faults ...");
            IReadOnlyList<Fault> faults = SimulationShrinker.Shrink(
                failure.Faults,
                less =>
                {
                    ReportProgress($"shrinking, {less.Count} faults tried");
                    return !stop.IsCancellationRequested
                        && SimulationCampaign.RunOne(failure.Seed, less, failure.Span).Failure?.Split(':')[0]
                            == invariant;
                },
                RunsToShrink);
            string text = SimulationScript.Write(
                failure.Seed, failure.Span, faults, failure.Failure, failure.World);
            output.Write(text);
            if (outFile is not null)
            {
                PrivateFile.WriteAllText(outFile, text);
                output.WriteLine($"repeat with: lowlatency simulate --script {outFile}");
            }
        }

        private static string ByKind(IReadOnlyDictionary<FaultKind, long> faults) => faults.Count == 0
            ? "none"
            : string.Join(", ", faults.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"));
    }
}
