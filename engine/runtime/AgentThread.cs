using System;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Runtime.Threading;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Runs an agent on a thread: it works while there is work, idles as its agent says, and drains what is left before it
/// ends. Every thread of a session runs this way.
/// </summary>
public sealed class AgentThread
{
    private readonly IAgent _agent;
    private readonly int _core;
    private readonly int _priority;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isEnding;

    /// <summary>Creates the thread; it does not run yet.</summary>
    /// <param name="agent">The work.</param>
    /// <param name="core">The core that the thread is pinned to; -1 for none.</param>
    /// <param name="priority">Its <see cref="RealTimePriority"/>; 0 for none.</param>
    public AgentThread(IAgent agent, int core = -1, int priority = 0)
    {
        _agent = agent;
        _core = core;
        _priority = priority;
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
    public void End()
    {
        _isEnding = true;
        _agent.Wake();
        _thread.Join();
    }

    /// <summary>Schedules the calling thread like an agent's thread.</summary>
    /// <param name="priority">Its <see cref="RealTimePriority"/>; 0 for none.</param>
    /// <exception cref="InvalidOperationException">The system does not allow the priority.</exception>
    public static void Schedule(int priority)
    {
        if (priority != 0 && !RealTimePriority.TrySet(priority))
        {
            throw new InvalidOperationException($"the system does not allow priority {priority}");
        }

        // The work for one event is short, but a web server or a recorder may be in the middle of a long turn. Where
        // the system does not support this, the thread waits like any other.
        SchedulerSlice.TrySet(SchedulerSlice.ShortestNs);
    }

    private void Run()
    {
        try
        {
            if (_core >= 0 && !CoreAffinity.TryPin(_core))
            {
                throw new InvalidOperationException($"the system does not allow pinning it to core {_core}");
            }

            Schedule(_priority);
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
}
