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

    /// <summary>Copies the last published value. Any thread.</summary>
    public T Read()
    {
        var spinner = default(SpinWait);
        while (true)
        {
            int before = Volatile.Read(ref _version);
            T copy = _value;
            Interlocked.MemoryBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref _version))
            {
                return copy;
            }

            spinner.SpinOnce();
        }
    }
}
