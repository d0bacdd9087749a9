using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Memory;
using Xunit;

namespace LowLatency.Tests.Engine.Memory;

public sealed class PreallocatedTests
{
    // More than the collector caches, so that the memory comes from the system.
    private const int Length = 1 << 27;

    [Fact]
    public void ShouldHaveItsPagesFromTheStart()
    {
        byte[] array = Preallocated.NewArray<byte>(Length, isPinned: true);

        Assert.Equal(1, PartPresent(array));
        Assert.Equal(-1, array.AsSpan().IndexOfAnyExcept((byte)0));
    }

    // The system's table of this process's pages (proc_pid_pagemap(5)): bit 63 means that a page is present.
    private static double PartPresent(byte[] array)
    {
        long first = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0).ToInt64() / Environment.SystemPageSize;
        byte[] entries = new byte[array.Length / Environment.SystemPageSize * sizeof(ulong)];
        using FileStream table = File.OpenRead("/proc/self/pagemap");
        table.Position = first * sizeof(ulong);
        table.ReadExactly(entries);
        GC.KeepAlive(array);
        return MemoryMarshal.Cast<byte, ulong>(entries).ToArray().Average(entry => (double)(entry >> 63));
    }
}
