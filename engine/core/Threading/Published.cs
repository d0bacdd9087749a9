using System.Threading;

namespace LowLatency.Engine.Threading;

/// <summary>
/// A value that one thread publishes and others copy whole, without locks: a sequence lock. The writer never waits;
/// a reader tries again when it met a write.
/// </summary>
/// <typeparam name="T">A plain struct without references.</typeparam>
public sealed class Published<T>
    where T : unmanaged
{
    // Odd while a write is under way.
    private int _version;
    private T _value;

    /// <summary>Publishes a value. The owning thread only.</summary>
    public void Write(in T value)
    {
        Volatile.Write(ref _version, _version + 1);
        Interlocked.MemoryBarrier();
        _value = value;
        Volatile.Write(ref _version, _version + 1);
    }

    /// <summary>Copies the last published value. Any thread; waits for a write that is under way.</summary>
    public T Read()
    {
        var spinner = default(SpinWait);
        T copy;
        while (!TryRead(out copy))
        {
            spinner.SpinOnce();
        }

        return copy;
    }

    /// <summary>Copies the last published value without waiting. Any thread.</summary>
    /// <param name="copy">The value; after false, parts of two of them.</param>
    /// <returns>false when it met a write.</returns>
    public bool TryRead(out T copy)
    {
        int before = Volatile.Read(ref _version);
        copy = _value;
        Interlocked.MemoryBarrier();
        return (before & 1) == 0 && before == Volatile.Read(ref _version);
    }
}
