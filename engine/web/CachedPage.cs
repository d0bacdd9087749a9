using System;
using System.Diagnostics;
using System.Threading;

namespace LowLatency.Web;

/// <summary>
/// A page that is rendered again only when it is older than a limit, however often it is requested. While one request
/// renders it, the others get the previous one. Any thread.
/// </summary>
/// <param name="make">Renders the page; calls do not overlap.</param>
/// <param name="age">Maximum age of a page.</param>
public sealed class CachedPage(Func<byte[]> make, TimeSpan age)
{
    private readonly Lock _gate = new();
    private volatile Made? _last;
    private long _count;

    /// <summary>How often it was rendered.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The page. It must not be modified.</summary>
    public byte[] Get()
    {
        Made? last = _last;
        if (last is not null && (last.IsYoungerThan(age) || !_gate.TryEnter()))
        {
            return last.Page;
        }

        if (last is null)
        {
            _gate.Enter();
        }

        try
        {
            last = _last;
            if (last is null || !last.IsYoungerThan(age))
            {
                last = new Made(make(), Stopwatch.GetTimestamp());
                _last = last;
                Interlocked.Increment(ref _count);
            }

            return last.Page;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private sealed record Made(byte[] Page, long AtTicks)
    {
        public bool IsYoungerThan(TimeSpan age) => Stopwatch.GetElapsedTime(AtTicks) < age;
    }
}
