using System;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Host;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Measures this process, so nothing may run beside it.</summary>
[Collection(nameof(NativeHeapTests))]
[CollectionDefinition(nameof(NativeHeapTests), DisableParallelization = true)]
public sealed class NativeHeapTests
{
    private const int Pieces = 4096;
    private const int PieceBytes = 16 * 1024;

    [Fact]
    public void ShouldGiveBackWhatIsFree()
    {
        Assert.SkipUnless(NativeHeap.Trim(), "the C library does not support it");

        // The last piece keeps the heap from shrinking by itself; the free memory before it stays.
        nint[] pieces = Enumerable.Range(0, Pieces).Select(_ => Filled()).ToArray();
        foreach (nint piece in pieces.AsSpan(0, Pieces - 1))
        {
            Marshal.FreeHGlobal(piece);
        }

        long before = Environment.WorkingSet;
        NativeHeap.Trim();
        long after = Environment.WorkingSet;
        Marshal.FreeHGlobal(pieces[^1]);

        Assert.True(before - after > 32 << 20, $"{before} bytes before, {after} after");
    }

    private static nint Filled()
    {
        nint piece = Marshal.AllocHGlobal(PieceBytes);
        for (int at = 0; at < PieceBytes; at += sizeof(long))
        {
            Marshal.WriteInt64(piece, at, at);
        }

        return piece;
    }
}
