using System.Collections.Generic;
using LowLatency.Engine.Instruments;

namespace LowLatency.Measures;

/// <summary>
/// What is measured beside ours, in the same run and taking turns with it. Here there is nothing: a measurement then
/// gives our figures alone. The bench project has the rivals, so that the trading program carries none of them.
/// </summary>
internal class Yardsticks
{
    /// <summary>No yardsticks.</summary>
    public static Yardsticks None { get; } = new();

    /// <summary>Books; ratios are taken against the last one.</summary>
    public virtual IReadOnlyList<BookWay> Books => [];

    /// <summary>Ways from thread to thread; ratios are taken against the first of each kind.</summary>
    public virtual IReadOnlyList<QueueWay> Queues => [];

    /// <summary>Ways to read messages.</summary>
    /// <param name="scale">How the numbers are counted.</param>
    /// <param name="isBinance">Whether they are Binance's, of one symbol, or any venue's.</param>
    public virtual IReadOnlyList<ParsePath> Parse(InstrumentScale scale, bool isBinance) => [];

    /// <summary>Latencies of handing over alone.</summary>
    /// <param name="perSecond">How many items a second.</param>
    /// <param name="seconds">How long.</param>
    public virtual IReadOnlyList<Figure> Latencies(int perSecond, int seconds) => [];

    /// <summary>Ways through a whole recording.</summary>
    /// <param name="input">The recording.</param>
    /// <param name="events">How many events ours has found in it.</param>
    public virtual IReadOnlyList<Figure> Replay(MeasuredInput input, long events) => [];

    /// <summary>Ways to compress what a recording holds.</summary>
    /// <param name="contentPath">A file with the content.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="referenceMbPerSecond">What the ratio is taken against; null for no ratio.</param>
    public virtual IReadOnlyList<Figure> Compression(
        string contentPath, long bytes, out double? referenceMbPerSecond)
    {
        referenceMbPerSecond = null;
        return [];
    }
}
