using System;
using System.Threading;

namespace LowLatency.Engine.Runtime.Threading;

/// <summary>Finds out what the system allows a thread to do, with a short-lived thread.</summary>
internal static class TrialThread
{
    /// <summary>Whether the attempt succeeds on that thread. Waits for it.</summary>
    public static bool Can(Func<bool> attempt)
    {
        bool isDone = false;
        var thread = new Thread(() => isDone = attempt());
        thread.Start();
        thread.Join();
        return isDone;
    }
}
