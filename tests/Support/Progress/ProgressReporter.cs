using System;
using System.Threading;
using Xunit.Sdk;
using Xunit.v3;

namespace LowLatency.Tests.Support.Progress;

/// <summary>
/// Prints a line of progress every 15 seconds, because a long run without output looks stuck. A fixture of each suite's
/// assembly. The lines are diagnostic messages, which xunit.runner.json switches on; the console shows them in a run of
/// the suite's program and through <c>dotnet test</c>.
/// </summary>
public sealed class ProgressReporter : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);

    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    /// <summary>Starts the thread that prints. The pool's threads may all be in use by tests.</summary>
    /// <param name="messages">Takes the lines.</param>
    public ProgressReporter(IMessageSink messages)
    {
        _thread = new Thread(() =>
        {
            while (!_ended.Wait(s_interval))
            {
                messages.OnMessage(new DiagnosticMessage(TestProgress.Instance.Describe()));
            }
        })
        { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Set();
        _thread.Join();
        _ended.Dispose();
    }
}
