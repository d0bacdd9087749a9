using System;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Runtime.Threading;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Runs an agent on a thread of its own. The thread works while there is work, then idles, and finishes pending work
/// before it ends. All threads of a session run this way.
/// </summary>
public sealed class AgentThread
{
    private readonly IAgent _agent;
    private readonly ThreadPlacement _placement;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isEnding;

    /// <summary>Creates the thread; it does not run yet.</summary>
    /// <param name="agent">The work.</param>
    /// <param name="placement">How the system schedules it.</param>
    public AgentThread(IAgent agent, ThreadPlacement placement)
    {
        _agent = agent;
        _placement = placement;
        _thread = new Thread(Run) { Name = agent.RoleName, IsBackground = true };
    }

    /// <summary>The thread's name.</summary>
    public string RoleName => _agent.RoleName;

    /// <summary>Completes when the thread ends; faulted when the agent threw.</summary>
    public Task Completion => _ended.Task;

    /// <summary>
    /// Called on the thread when the agent has thrown, before <see cref="Completion"/> completes; null to ignore. Set
    /// before <see cref="Start"/>.
    /// </summary>
    public Action<Exception>? OnFault { get; set; }

    /// <summary>Starts the thread. Call once.</summary>
    public void Start() => _thread.Start();

    /// <summary>Lets the agent finish the work that is there, then ends the thread.</summary>
    public Task EndAsync()
    {
        _isEnding = true;
        _agent.Wake();
        return Completion;
    }

    /// <summary>As <see cref="EndAsync"/>, but waits. Does not throw; see <see cref="OnFault"/>.</summary>
    public void End() => End(Timeout.InfiniteTimeSpan);

    /// <summary>The same with a maximum wait.</summary>
    /// <returns>false when the thread has not ended in that time; it goes on as long as the process lives.</returns>
    public bool End(TimeSpan timeout)
    {
        _isEnding = true;
        _agent.Wake();
        return _thread.Join(timeout);
    }

    private void Run()
    {
        try
        {
            Schedule();
            _agent.OnStart();
            while (true)
            {
                bool isLastRound = _isEnding;
                if (_agent.DoWork() != 0)
                {
                    continue;
                }

                if (isLastRound)
                {
                    break;
                }

                _agent.Idle();
            }

            _agent.OnClose();
            _ended.SetResult();
        }
        catch (Exception fault)
        {
            // It would be wrong to go on without this thread: whoever awaits Completion ends the session.
            OnFault?.Invoke(fault);
            _ended.SetException(
                new InvalidOperationException($"thread {_agent.RoleName} failed: {fault.Message}", fault));
        }
    }

    private void Schedule()
    {
        if (_placement.Core >= 0 && !CoreAffinity.TryPin(_placement.Core))
        {
            throw new InvalidOperationException($"the system does not allow pinning to core {_placement.Core}");
        }

        if (_placement.Priority != 0 && !RealTimePriority.TrySet(_placement.Priority))
        {
            throw new InvalidOperationException($"the system does not allow priority {_placement.Priority}");
        }

        if (_placement.IsUrgent)
        {
            // The work for one event is short, but a web server or a recorder may be in the middle of a long turn.
            // Where the system does not support this, the thread waits like any other.
            SchedulerSlice.TrySet(SchedulerSlice.ShortestNs);
        }
    }
}
