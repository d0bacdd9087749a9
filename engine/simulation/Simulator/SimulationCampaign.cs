using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Recorder;

namespace LowLatency.Simulation.Simulator;

/// <summary>Runs the simulations of consecutive seeds on several threads.</summary>
internal sealed class SimulationCampaign
{
    private readonly ConcurrentQueue<SimulationResult> _failures = new();
    private readonly SortedDictionary<FaultKind, long> _faults = [];
    private readonly ConcurrentDictionary<ulong, long> _inProgress = new();
    private readonly Lock _gate = new();

    /// <summary>First seed.</summary>
    public required ulong FirstSeed { get; init; }

    /// <summary>Number of seeds; null to run until it is stopped.</summary>
    public required long? Seeds { get; init; }

    /// <summary>Number of simulations at the same time.</summary>
    public required int Jobs { get; init; }

    /// <summary>Number of failures after which it stops.</summary>
    public int MaxFailures { get; init; } = 1;

    /// <summary>Receives each result; calls do not overlap.</summary>
    public Action<SimulationResult>? OnResult { get; init; }

    /// <summary>Running seeds and how long they have run, to find simulations that do not end. Any thread.</summary>
    public IReadOnlyList<(ulong Seed, TimeSpan For)> InProgress => _inProgress
        .Select(pair => (pair.Key, Stopwatch.GetElapsedTime(pair.Value))).OrderBy(pair => pair.Key).ToArray();

    /// <summary>Simulations that failed.</summary>
    public IReadOnlyCollection<SimulationResult> Failures => _failures;

    /// <summary>Injected faults, by kind.</summary>
    public IReadOnlyDictionary<FaultKind, long> Faults => _faults;

    /// <summary>Completed simulations.</summary>
    public long Done { get; private set; }

    public TimeSpan Simulated { get; private set; }

    /// <summary>Total run time, summed over the threads.</summary>
    public TimeSpan Busy { get; private set; }

    public long Frames { get; private set; }

    public long Events { get; private set; }

    public long Decisions { get; private set; }

    public long Fills { get; private set; }

    public long Processes { get; private set; }

    public long Replayed { get; private set; }

    public long BooksCompared { get; private set; }

    public long Reconciliations { get; private set; }

    /// <summary>Runs one simulation in a temporary folder.</summary>
    public static SimulationResult RunOne(
        ulong seed,
        IReadOnlyList<Fault>? script = null,
        SimulationSpan? span = null,
        Action<string>? log = null,
        bool tracesOrders = false)
    {
        string folder = PrivateFile.CreateTemporaryFolder("lowlatency-simulation-");
        try
        {
            return SimulationRun.Run(new SimulationOptions
            {
                Seed = seed,
                Script = script,
                Span = span,
                Folder = folder,
                Log = log,
                TracesOrders = tracesOrders,
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the campaign.</summary>
    public void Run(CancellationToken stop)
    {
        long next = -1;
        void Work()
        {
            while (!stop.IsCancellationRequested && _failures.Count < MaxFailures)
            {
                long index = Interlocked.Increment(ref next);
                if (index >= (Seeds ?? long.MaxValue))
                {
                    return;
                }

                ulong seed = FirstSeed + (ulong)index;
                _inProgress[seed] = Stopwatch.GetTimestamp();
                Take(RunOne(seed));
                _inProgress.TryRemove(seed, out _);
            }
        }

        Task.WaitAll(
            Enumerable.Range(0, Jobs)
                .Select(_ => Task.Factory.StartNew(
                    Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
                .ToArray(),
            CancellationToken.None);
    }

    private void Take(SimulationResult result)
    {
        lock (_gate)
        {
            Done++;
            Simulated += TimeSpan.FromTicks(result.SimulatedNs / 100);
            Busy += result.Elapsed;
            Frames += result.Frames;
            Events += result.Events;
            Decisions += result.Decisions;
            Fills += result.Fills;
            Processes += result.Processes;
            Replayed += result.Replayed;
            BooksCompared += result.BooksCompared;
            Reconciliations += result.Reconciliations;
            foreach (Fault fault in result.Faults)
            {
                _faults[fault.Kind] = _faults.GetValueOrDefault(fault.Kind) + 1;
            }

            if (result.Failure is not null)
            {
                _failures.Enqueue(result);
            }

            OnResult?.Invoke(result);
        }
    }
}
