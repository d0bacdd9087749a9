using System;
using System.Threading.Tasks;
using LowLatency.Recorder;

namespace LowLatency.Engine.Runtime;

/// <summary>A recorder on a thread of its own, which leaves the other threads alone.</summary>
public sealed class RecorderThread : IDisposable
{
    private static readonly TimeSpan s_disposeTimeout = TimeSpan.FromSeconds(30);

    private readonly AgentThread _thread;

    /// <summary>Starts the thread, which creates the first segment at once.</summary>
    /// <param name="recording">The recording to write; see <see cref="Recording.Create"/>.</param>
    /// <param name="options">null for the defaults.</param>
    /// <param name="time">Clock for flush, retry and rotation; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RecorderThread(Recording recording, TickRecorderOptions? options = null, TimeProvider? time = null)
    {
        Recorder = new TickRecorder(recording, options, time);
        _thread = new AgentThread(Recorder, ThreadPlacement.Background);
        _thread.Start();
    }

    /// <summary>The recorder.</summary>
    public TickRecorder Recorder { get; }

    /// <summary>Completes when the thread ends; faulted when the recorder threw, which no I/O error makes it do.
    /// </summary>
    public Task Completion => _thread.Completion;

    /// <summary>
    /// Refuses further records, writes what is in memory, seals the segment and ends the thread. A second call waits
    /// again.
    /// </summary>
    /// <param name="timeout">Maximum wait.</param>
    /// <returns>false if the disk did not keep up: the thread continues as long as the process lives.</returns>
    public bool Stop(TimeSpan timeout)
    {
        Recorder.Close();
        return _thread.End(timeout);
    }

    /// <summary>Stops, waiting up to 30 seconds. Does not throw.</summary>
    public void Dispose() => Stop(s_disposeTimeout);
}
