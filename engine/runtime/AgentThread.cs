using System;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Runtime.Threading;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// The one way to run a thread here: it works while there is work, idles as its agent says, and when it is told to
/// end it first does what is left.
/// </summary>
public sealed class AgentThread
{
    private readonly IAgent _agent;
    private readonly int _core;
    private readonly int _priority;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isEnding;

    /// <summary>Makes the thread; it does not run yet.</summary>
    /// <param name="agent">The work.</param>
    /// <param name="core">The core that the thread is tied to; -1 for none.</param>
    /// <param name="priority">Its <see cref="RealTimePriority"/>; 0 for none.</param>
    public AgentThread(IAgent agent, int core = -1, int priority = 0)
    {
        _agent = agent;
        _core = core;
        _priority = priority;
        _thread = new Thread(Run) { Name = agent.RoleName, IsBackground = true };
    }

    /// <summary>Name of the thread.</summary>
    public string RoleName => _agent.RoleName;

    /// <summary>Ends with the thread; faulted when the agent threw.</summary>
    public Task Completion => _ended.Task;

    /// <summary>Called on the thread when the agent has thrown, before <see cref="Completion"/> ends; null for nobody.
    /// Set before <see cref="Start"/>.</summary>
    public Action<Exception>? OnFault { get; set; }

    /// <summary>Starts the thread. Once only.</summary>
    public void Start() => _thread.Start();

    /// <summary>Lets the agent finish what is there, then ends the thread.</summary>
    public Task EndAsync()
    {
        _isEnding = true;
        _agent.Wake();
        return Completion;
    }

    /// <summary>The same, and waits for it. Does not throw; see <see cref="OnFault"/>.</summary>
    public void End()
    {
        _isEnding = true;
        _agent.Wake();
        _thread.Join();
    }

    /// <summary>Has the calling thread scheduled as an agent's.</summary>
    /// <param name="priority">Its <see cref="RealTimePriority"/>; 0 for none.</param>
    /// <exception cref="InvalidOperationException">The system does not allow the priority.</exception>
    public static void Schedule(int priority)
    {
        if (priority != 0 && !RealTimePriority.TrySet(priority))
        {
            throw new InvalidOperationException($"the system does not give it the priority {priority}");
        }

        // Its work for an event is short, and a web server or a recorder may be in the middle of a long turn. Where
        // the system does not know it, the thread waits like any other.
        SchedulerSlice.TrySet(SchedulerSlice.ShortestNs);
    }

    private void Run()
    {
        try
        {
            if (_core >= 0 && !CoreAffinity.TryPin(_core))
            {
                throw new InvalidOperationException($"the system does not let it be tied to core {_core}");
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
            // Going on without this thread would be wrong: whoever awaits Completion ends the session.
            OnFault?.Invoke(fault);
            _ended.SetException(
                new InvalidOperationException($"thread {_agent.RoleName} failed: {fault.Message}", fault));
        }
    }
}
