using System.Collections.Generic;
using System.Threading;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>The most recent decisions, for the console. Written by the gateway's thread, read by any thread.</summary>
public sealed class RecentDecisions
{
    private const int Kept = 32;

    private readonly Lock _gate = new();
    private readonly Queue<EngineOutput> _recent = new(Kept + 1);

    /// <summary>Adds a decision. The gateway's thread only.</summary>
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

    /// <summary>The most recent decisions, newest last.</summary>
    public IReadOnlyList<EngineOutput> Read()
    {
        lock (_gate)
        {
            return _recent.ToArray();
        }
    }
}
