using System;
using System.Threading;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Ring;

/// <summary>
/// How a thread waits for a sequence to advance. One instance serves one ring; its consumers share it.
/// </summary>
public interface IWaitStrategy
{
    /// <summary>
    /// Waits until <paramref name="cursor"/> reaches <paramref name="sequence"/>, or for about
    /// <paramref name="timeoutMs"/> milliseconds, whichever comes first. Consumer threads.
    /// </summary>
    /// <returns>The cursor as last seen: less than <paramref name="sequence"/> when the time ran out.</returns>
    long WaitFor(long sequence, Sequence cursor, int timeoutMs);

    /// <summary>Called by a producer after each publish; wakes sleeping consumers.</summary>
    void SignalAll();
}

/// <summary>The wait strategies that can be named in the settings.</summary>
public enum WaitStrategyKind
{
    /// <summary>Sleeps in the kernel until signalled. The default: uses no processor time while idle.</summary>
    Block,

    /// <summary>Yields a few times, then sleeps about a tenth of a millisecond at a time.</summary>
    Sleep,

    /// <summary>Spins briefly, then yields its time slice repeatedly. Needs most of a core.</summary>
    Yield,

    /// <summary>Spins without pause. Lowest latency; needs a whole core for each waiting thread.</summary>
    BusySpin,
}

/// <summary>Creates wait strategies by name.</summary>
public static class WaitStrategies
{
    /// <summary>Creates a strategy of the given kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Unknown kind.</exception>
    public static IWaitStrategy Create(WaitStrategyKind kind) => kind switch
    {
        WaitStrategyKind.Block => new BlockingWaitStrategy(),
        WaitStrategyKind.Sleep => new SleepingWaitStrategy(),
        WaitStrategyKind.Yield => new YieldingWaitStrategy(),
        WaitStrategyKind.BusySpin => new BusySpinWaitStrategy(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Block, Sleep, Yield or BusySpin"),
    };
}

/// <summary>Spins briefly, then sleeps on a monitor until a producer signals.</summary>
public sealed class BlockingWaitStrategy : IWaitStrategy
{
    // A short spin bridges the gaps inside a burst, where sleeping and waking would cost more than waiting.
    private const int SpinCount = 64;

    private readonly object _gate = new();

    // Number of threads inside the monitor; producers skip the lock while it is 0.
    private int _sleepers;

    /// <inheritdoc/>
    public long WaitFor(long sequence, Sequence cursor, int timeoutMs)
    {
        for (int i = 0; i < SpinCount; i++)
        {
            if (cursor.Value >= sequence)
            {
                return cursor.Value;
            }

            Thread.SpinWait(4);
        }

        lock (_gate)
        {
            // The interlocked increment is a full fence: either the producer sees the sleeper, or the
            // sleeper sees the published cursor.
            Interlocked.Increment(ref _sleepers);
            if (cursor.Value < sequence)
            {
                Monitor.Wait(_gate, timeoutMs);
            }

            Interlocked.Decrement(ref _sleepers);
        }

        return cursor.Value;
    }

    /// <inheritdoc/>
    public void SignalAll()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleepers) != 0)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }
}

/// <summary>Yields, then sleeps for short times; needs no signal.</summary>
public sealed class SleepingWaitStrategy : IWaitStrategy
{
    private const int YieldCount = 32;
    private static readonly TimeSpan s_pause = TimeSpan.FromMicroseconds(100);

    /// <inheritdoc/>
    public long WaitFor(long sequence, Sequence cursor, int timeoutMs)
    {
        for (int i = 0; cursor.Value < sequence && i < YieldCount; i++)
        {
            Thread.Yield();
        }

        // Each pause lasts at least a tenth of a millisecond; counting them bounds the wait without a clock.
        for (int i = 0; cursor.Value < sequence && i < timeoutMs * 10; i++)
        {
            Thread.Sleep(s_pause);
        }

        return cursor.Value;
    }

    /// <inheritdoc/>
    public void SignalAll()
    {
    }
}

/// <summary>Spins, then yields; needs no signal.</summary>
public sealed class YieldingWaitStrategy : IWaitStrategy
{
    private const int SpinCount = 100;

    /// <inheritdoc/>
    public long WaitFor(long sequence, Sequence cursor, int timeoutMs)
    {
        for (int i = 0; cursor.Value < sequence && i < SpinCount; i++)
        {
            Thread.SpinWait(1);
        }

        for (int i = 0; cursor.Value < sequence && i < timeoutMs * 100; i++)
        {
            Thread.Yield();
        }

        return cursor.Value;
    }

    /// <inheritdoc/>
    public void SignalAll()
    {
    }
}

/// <summary>Only spins; needs no signal.</summary>
public sealed class BusySpinWaitStrategy : IWaitStrategy
{
    private const int SpinsPerMs = 20_000;

    /// <inheritdoc/>
    public long WaitFor(long sequence, Sequence cursor, int timeoutMs)
    {
        for (long i = (long)timeoutMs * SpinsPerMs; cursor.Value < sequence && i > 0; i--)
        {
            Thread.SpinWait(1);
        }

        return cursor.Value;
    }

    /// <inheritdoc/>
    public void SignalAll()
    {
    }
}
