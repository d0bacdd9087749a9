using System;
using System.Threading;

namespace LowLatency.Engine.Runtime.Threading;

/// <summary>Finds out what the system allows a thread, with one that ends at once.</summary>
internal static class TrialThread
{
    /// <summary>Whether it can be done there. Waits for it.</summary>
    public static bool Can(Func<bool> attempt)
    {
        bool isDone = false;
        var thread = new Thread(() => isDone = attempt());
        thread.Start();
        thread.Join();
        return isDone;
    }
}
