using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;

namespace LowLatency.Testing;

/// <summary>A strategy's decisions over a recording.</summary>
/// <param name="Decisions">The decisions, in order.</param>
/// <param name="DecisionText">Count and hash of everything the engine decided or noted: equal texts are equal runs.
/// </param>
public sealed record RecordingRun(IReadOnlyList<TestDecision> Decisions, string DecisionText)
{
    /// <summary>The lines that the strategy logged, oldest first.</summary>
    public IReadOnlyList<StrategyLogLine> LogLines { get; init; } = [];

    /// <summary>Replays a recording with a strategy on every instrument; orders are filled on paper.</summary>
    /// <typeparam name="TStrategy">The strategy, public and with a <see cref="StrategyAttribute"/>.</typeparam>
    /// <param name="path">Folder of the recording.</param>
    /// <param name="values">Settings by name; null for the defaults.</param>
    /// <exception cref="System.IO.InvalidDataException">The recording is damaged, or a setting is wrong.</exception>
    public static RecordingRun Of<TStrategy>(string path, IReadOnlyDictionary<string, string>? values = null)
        where TStrategy : IStrategy
    {
        StrategyCatalog catalog = StrategyCatalog.BuiltIn;
        catalog = typeof(TStrategy).Assembly == typeof(StrategyCatalog).Assembly
            ? catalog
            : catalog.With(typeof(TStrategy).Assembly);
        var strategy = StrategyManifest.Of(
            catalog, StrategyDescription.Of(typeof(TStrategy)).Name,
            values ?? new Dictionary<string, string>(StringComparer.Ordinal));
        var decisions = new List<TestDecision>();
        var lines = new List<StrategyLogLine>();
        string[] symbols = [];
        ReplayResult result = RecordingReplay.Run(
            path,
            output =>
            {
                if (TestDecision.IsDecision(in output))
                {
                    decisions.Add(TestDecision.Of(in output, symbols[output.InstrumentId]));
                }
            },
            new ReplayOptions
            {
                Catalog = catalog,
                OnStrategyLog = lines.Add,
                Change = manifest =>
                {
                    var names = new InstrumentLookup(manifest.InstrumentList);
                    symbols = manifest.InstrumentList.Select(names.NameOf).ToArray();
                    return manifest with
                    {
                        Instruments = manifest.Instruments
                            .Select(item => item with { Strategy = strategy }).ToArray(),
                    };
                },
            });
        return new RecordingRun(decisions, result.DecisionText) { LogLines = lines };
    }
}
