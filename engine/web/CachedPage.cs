using System;
using System.Diagnostics;
using System.Threading;

namespace LowLatency.Web;

/// <summary>
/// A page that is made anew at most once in a while, however often it is asked for. While one visitor has it made, the
/// others get the last one. Any thread.
/// </summary>
/// <param name="make">Makes the page; never twice at a time.</param>
/// <param name="age">How old a page may be.</param>
public sealed class CachedPage(Func<byte[]> make, TimeSpan age)
{
    private readonly Lock _gate = new();
    private volatile Made? _last;
    private long _count;

    /// <summary>How often it was made.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The page; nobody changes it any more.</summary>
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
