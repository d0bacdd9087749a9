using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Replay;

namespace LowLatency.Measures;

/// <summary>One operation on a book.</summary>
internal readonly record struct BookStep(EventKind Kind, Side Side, ushort Instrument, long Price, long Quantity);

/// <summary>
/// The operations of a market on its books, parsed in advance and scaled to the final increments, so that a measurement
/// contains nothing but the books.
/// </summary>
/// <param name="Name">Origin.</param>
/// <param name="Ticks">Increments per tick of each instrument.</param>
/// <param name="Steps">Snapshots, level updates and commits in order.</param>
internal sealed record BookStream(string Name, long[] Ticks, BookStep[] Steps)
{
    /// <summary>Level updates, including those of snapshots.</summary>
    public int Updates => Steps.Count(step => step.Kind == EventKind.LevelUpdate);

    /// <summary>Snapshots and depth messages.</summary>
    public int Messages => Steps.Count(step => step.Kind == EventKind.BookCommit);

    /// <summary>The book operations of a recording.</summary>
    public static BookStream Of(MeasuredInput input)
    {
        var steps = new List<BookStep>();
        using var runner = new ReplayRunner(input.Manifest.WatchOnly(_ => true));
        runner.Core.OnInput = item =>
        {
            if (item.Kind is EventKind.SnapshotBegin or EventKind.LevelUpdate or EventKind.BookCommit
                or EventKind.BookStale or EventKind.BookRescale)
            {
                steps.Add(new BookStep(item.Kind, item.Side, item.InstrumentId, item.Price, item.Quantity));
            }
        };
        foreach (RecordedInput item in input.Inputs)
        {
            runner.Add(item.Record, item.Payload.Span);
        }

        runner.Finish(isStopped: true);
        int instruments = input.Manifest.Instruments.Count;
        return new BookStream(
            input.Name,
            Enumerable.Range(0, instruments).Select(id => runner.Core.Engine.Scale(id).TickIncrements).ToArray(),
            InLastIncrements(steps, instruments));
    }

    // From end to start: everything before a rescale is multiplied by it.
    private static BookStep[] InLastIncrements(List<BookStep> steps, int instruments)
    {
        (long Price, long Quantity)[] factors = Enumerable.Repeat((1L, 1L), instruments).ToArray();
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            BookStep step = steps[i];
            ref (long Price, long Quantity) factor = ref factors[step.Instrument];
            if (step.Kind == EventKind.BookRescale)
            {
                factor = (factor.Price * step.Price, factor.Quantity * step.Quantity);
            }
            else
            {
                steps[i] = step with
                {
                    Price = step.Price * factor.Price,
                    Quantity = step.Quantity * factor.Quantity,
                };
            }
        }

        return steps.Where(step => step.Kind != EventKind.BookRescale).ToArray();
    }
}
