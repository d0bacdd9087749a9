using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>
/// Memory for code without bounds checks, between two inaccessible pages. A span ends at the second page, so that
/// reading past its end ends the process, and the bytes before it are checked for writes; or it begins at the first
/// page. Where pages cannot be protected (systems other than Linux), both sides are only checked for writes.
/// </summary>
internal sealed class GuardedMemory : IDisposable
{
    private const byte Canary = 0xA5;
    private const int Watched = 64;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte[]? _array;
    private readonly nint _address;
    private readonly int _length;
    private readonly int _capacity;

    /// <summary>Reserves the memory.</summary>
    /// <param name="capacity">Maximum span length, in bytes.</param>
    public GuardedMemory(int capacity)
    {
        int page = Environment.SystemPageSize;
        _capacity = capacity;
        _length = ((capacity + Watched + page - 1) / page * page) + (2 * page);
        if (!OperatingSystem.IsLinux())
        {
            _array = new byte[capacity + (2 * Watched)];
            return;
        }

        _address = Map(0, (nuint)_length, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, _address);
        Assert.Equal(0, Protect(_address, (nuint)page, 0));
        Assert.Equal(0, Protect(_address + _length - page, (nuint)page, 0));
    }

    private Span<byte> All => _array is not null
        ? _array
        : MemoryMarshal.CreateSpan(
            ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), _address + Environment.SystemPageSize),
            _length - (2 * Environment.SystemPageSize));

    private int BehindLength => _array is not null ? Watched : 0;

    /// <summary>The last bytes before the protected page; writes outside are checked from now on.</summary>
    public Span<byte> Take(int length)
    {
        Assert.InRange(length, 0, _capacity);
        Span<byte> all = All;
        int start = all.Length - BehindLength - length;
        all.Slice(start - Watched, Watched).Fill(Canary);
        all[(start + length)..].Fill(Canary);
        return all.Slice(start, length);
    }

    /// <summary>Like <see cref="Take"/>, with content.</summary>
    public ReadOnlySpan<byte> Put(ReadOnlySpan<byte> content)
    {
        Span<byte> target = Take(content.Length);
        content.CopyTo(target);
        return target;
    }

    /// <summary>The first bytes after the first protected page, with content.</summary>
    public ReadOnlySpan<byte> PutFirst(ReadOnlySpan<byte> content)
    {
        Span<byte> target = All[..content.Length];
        content.CopyTo(target);
        return target;
    }

    /// <summary>Asserts that nothing was written outside the last span.</summary>
    public void AssertUntouchedOutside(int length)
    {
        Span<byte> all = All;
        int start = all.Length - BehindLength - length;
        Assert.Equal(-1, all.Slice(start - Watched, Watched).IndexOfAnyExcept(Canary));
        Assert.Equal(-1, all[(start + length)..].IndexOfAnyExcept(Canary));
    }

    public void Dispose()
    {
        if (_array is null)
        {
            _ = Unmap(_address, (nuint)_length);
        }
    }

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int Protect(nint address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(nint address, nuint length);
}
