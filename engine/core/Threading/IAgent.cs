namespace LowLatency.Engine.Threading;

/// <summary>Work that a thread does over and over.</summary>
public interface IAgent
{
    /// <summary>Name of the thread, and label of its metrics.</summary>
    string RoleName { get; }

    /// <summary>Does what there is to do now.</summary>
    /// <returns>How much was done; 0 lets the thread idle.</returns>
    int DoWork();

    /// <summary>Waits for work, for at most a few milliseconds.</summary>
    void Idle();
}
