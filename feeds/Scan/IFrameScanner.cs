using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// The fast way to read one venue's frames: those with a single message, exactly as the venue writes it, field by field
/// in its order, without blanks and escapes. It takes a frame whole or leaves it to the venue's parser, and takes none
/// that the parser would refuse or read otherwise. A structure, so that its calls are resolved by the compiler. One
/// thread.
/// </summary>
internal interface IFrameScanner
{
    /// <summary>Reads one frame with the vectors that the caller names.</summary>
    /// <param name="text">The frame; nothing need be known of it.</param>
    /// <param name="receiveTimeNs">When it was received.</param>
    /// <param name="batch">Where its events go.</param>
    /// <param name="message">What it was, when it was taken.</param>
    /// <returns>false when nothing was taken and the frame is the parser's.</returns>
    bool TryRead<TVectors>(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors;
}

/// <summary>The one choice of vectors for all scanners.</summary>
internal static class WidestScan
{
    /// <summary>Reads one frame with the widest vectors of the machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<TScanner>(
        in TScanner scanner,
        ReadOnlySpan<byte> text,
        long receiveTimeNs,
        EventBatch batch,
        out ParsedMessage message)
        where TScanner : struct, IFrameScanner =>
        Vector512.IsHardwareAccelerated ? scanner.TryRead<Vectors512>(text, receiveTimeNs, batch, out message)
        : Vector256.IsHardwareAccelerated ? scanner.TryRead<Vectors256>(text, receiveTimeNs, batch, out message)
        : Vector128.IsHardwareAccelerated ? scanner.TryRead<Vectors128>(text, receiveTimeNs, batch, out message)
        : scanner.TryRead<NoVectors>(text, receiveTimeNs, batch, out message);
}
