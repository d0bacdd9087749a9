using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>A gauge that a strategy has set.</summary>
/// <param name="Strategy">Name of the strategy.</param>
/// <param name="Instrument">The instrument that it is about.</param>
/// <param name="Name">Its name in snake case.</param>
/// <param name="Help">What it means, with its unit.</param>
/// <param name="Value">Its value, finite.</param>
public sealed record GaugeValue(string Strategy, Instrument Instrument, string Name, string Help, double Value);

/// <summary>Reads the gauges of a session's strategies. Any thread.</summary>
public sealed class GaugeReader
{
    private readonly EngineLoop _engine;
    private readonly (StrategyDescription? Strategy, Instrument Instrument)[] _instruments;

    /// <summary>Creates the reader.</summary>
    /// <param name="manifest">The session's instruments and their strategies.</param>
    /// <param name="catalog">The strategies that are known.</param>
    /// <param name="engine">The engine that runs them.</param>
    public GaugeReader(SessionManifest manifest, StrategyCatalog catalog, EngineLoop engine)
    {
        _engine = engine;
        _instruments = [.. manifest.Instruments.Select(item => (catalog.Find(item.Strategy.Name), item.Instrument))];
    }

    /// <summary>The gauges that have a finite value now, by instrument and number.</summary>
    public IReadOnlyList<GaugeValue> Read()
    {
        var values = new List<GaugeValue>();
        foreach ((StrategyDescription? strategy, Instrument instrument) in _instruments)
        {
            foreach (GaugeDescription gauge in strategy?.Gauges ?? [])
            {
                double value = _engine.Gauges(instrument.Id)[gauge.Number];
                if (double.IsFinite(value))
                {
                    values.Add(new GaugeValue(strategy!.Name, instrument, gauge.Name, gauge.Help, value));
                }
            }
        }

        return values;
    }
}
