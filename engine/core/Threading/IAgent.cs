namespace LowLatency.Engine.Threading;

/// <summary>
/// Work that is done in small steps, over and over: on a thread of its own, or by whoever calls <see cref="DoWork"/>.
/// All members except <see cref="Wake"/> are called by one thread at a time.
/// </summary>
public interface IAgent
{
    /// <summary>Name of the thread, and label of its metrics.</summary>
    string RoleName { get; }

    /// <summary>Called once, before the first step.</summary>
    void OnStart()
    {
    }

    /// <summary>Does what there is to do now.</summary>
    /// <returns>How much was done; 0 lets the thread idle.</returns>
    int DoWork();

    /// <summary>Waits for work, for at most a few milliseconds unless <see cref="Wake"/> is implemented.</summary>
    void Idle();

    /// <summary>Called once, after the last step; not after a fault.</summary>
    void OnClose()
    {
    }

    /// <summary>Makes <see cref="Idle"/> return soon. Any thread.</summary>
    void Wake()
    {
    }
}
