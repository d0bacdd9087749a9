using System.Collections.Generic;
using System.Threading;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// The last decisions, for the console. The gateway's thread writes, any thread reads.
/// </summary>
public sealed class RecentDecisions
{
    private const int Kept = 32;

    private readonly Lock _gate = new();
    private readonly Queue<EngineOutput> _recent = new(Kept + 1);

    /// <summary>Takes a decision. The gateway's thread.</summary>
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
    public IReadOnlyList<EngineOutput> Read()
    {
        lock (_gate)
        {
            return _recent.ToArray();
        }
    }
}
