using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// The fast path for one venue's frames: single messages exactly as the venue writes them, with fields in its order,
/// without blanks and escapes. It takes a frame as a whole or leaves it to the venue's parser. It never takes a frame
/// that the parser would reject or read differently. A struct, so that the compiler resolves its calls. Single thread.
/// </summary>
internal interface IFrameScanner
{
    /// <summary>Reads one frame with the given vectors.</summary>
    /// <param name="text">The frame; not validated.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
    /// <param name="batch">Receives its events.</param>
    /// <param name="message">The message, if it was taken.</param>
    /// <returns>false if nothing was taken and the frame is left to the parser.</returns>
    bool TryRead<TVectors>(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors;
}

/// <summary>Selects the vectors for all scanners.</summary>
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
