using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;

namespace LowLatency.Tests.Support.Progress;

/// <summary>How far a suite's run is. Any thread.</summary>
internal sealed class TestProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Name, long StartedAt)> _running = [];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private int _ended;
    private int _failed;

    /// <summary>The progress of this process's suite.</summary>
    public static TestProgress Instance { get; } = new();

    /// <summary>Notes that a test case begins.</summary>
    /// <param name="id">Identifies the test case.</param>
    /// <param name="name">Shown while it runs.</param>
    public void Begin(string id, string name)
    {
        lock (_gate)
        {
            _running[id] = (name, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Notes that a test case has ended.</summary>
    public void End(string id, bool hasFailed)
    {
        lock (_gate)
        {
            _running.Remove(id);
            _ended++;
            _failed += hasFailed ? 1 : 0;
        }
    }

    /// <summary>One line: elapsed time, counts, and the running test cases, longest first.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            IEnumerable<string> running = _running.Values.OrderBy(item => item.StartedAt)
                .Select(item => $"{item.Name} for {Seconds(item.StartedAt)} s");
            string names = _running.Count == 0 ? "none" : string.Join(", ", running);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"after {Seconds(_startedAt)} s: {_ended} tests done, {_failed} failed; running: {names}");
        }
    }

    private static long Seconds(long since) => (long)Stopwatch.GetElapsedTime(since).TotalSeconds;
}
