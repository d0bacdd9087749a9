using System;
using System.Diagnostics;

namespace LowLatency.Engine.Threading;

/// <summary>Remembers the first thread that used an object, and in Debug builds refuses every other one.</summary>
public sealed class ThreadOwner
{
    private int _threadId;

    /// <summary>Checks that the calling thread is the owner; the first caller becomes it.</summary>
    /// <exception cref="InvalidOperationException">Another thread called before (Debug builds only).</exception>
    [Conditional("DEBUG")]
    public void Check()
    {
        int current = Environment.CurrentManagedThreadId;
        if (_threadId == 0)
        {
            _threadId = current;
        }
        else if (_threadId != current)
        {
            throw new InvalidOperationException(
                $"used by thread {current}, but it belongs to thread {_threadId}: one writer for each piece of state");
        }
    }
}
