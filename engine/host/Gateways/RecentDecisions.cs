using System;
using System.Collections.Generic;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Host.Journal;

namespace LowLatency.Host.Gateways;

/// <summary>
/// The last decisions in words, for the console. The gateway's thread writes, any thread reads.
/// </summary>
internal sealed class RecentDecisions(IReadOnlyList<Instrument> instruments)
{
    private const int Kept = 32;

    private readonly Lock _gate = new();
    private readonly Queue<EngineOutput> _recent = new(Kept + 1);

    public void Add(in EngineOutput output)
    {
        lock (_gate)
        {
            _recent.Enqueue(output);
            if (_recent.Count > Kept)
            {
                _recent.Dequeue();
            }
        }
    }

    /// <summary>The last decisions, newest last.</summary>
    public IReadOnlyList<string> Read()
    {
        EngineOutput[] outputs;
        lock (_gate)
        {
            outputs = _recent.ToArray();
        }

        return Array.ConvertAll(outputs, output => DecisionText.Short(instruments[output.InstrumentId], in output));
    }
}
