using System.Runtime.InteropServices;
using System.Threading;

namespace LowLatency.Engine.Threading;

/// <summary>
/// A position in a ring that one thread advances and others watch, alone on its cache lines.
/// Starts at <see cref="Initial"/>; the first slot of a ring has sequence 0.
/// </summary>
public sealed class Sequence
{
    /// <summary>The value before the first slot.</summary>
    public const long Initial = -1;

    private Padded _padded;

    /// <summary>Creates a sequence.</summary>
    /// <param name="value">Start value; <see cref="Initial"/> for a fresh ring.</param>
    public Sequence(long value = Initial) => _padded.Value = value;

    /// <summary>The current value, read with acquire semantics. Any thread.</summary>
    public long Value => Volatile.Read(ref _padded.Value);

    /// <summary>Writes the value with release semantics. The owning thread only.</summary>
    public void SetRelease(long value) => Volatile.Write(ref _padded.Value, value);

    /// <summary>Atomically replaces <paramref name="expected"/> by <paramref name="next"/>. Any thread.</summary>
    /// <returns>true when the value was <paramref name="expected"/> and has been replaced.</returns>
    public bool CompareAndSet(long expected, long next) =>
        Interlocked.CompareExchange(ref _padded.Value, next, expected) == expected;

    [StructLayout(LayoutKind.Explicit, Size = 2 * CacheLine.PaddedBytes)]
    internal struct Padded
    {
        [FieldOffset(CacheLine.PaddedBytes)]
        public long Value;
    }
}
