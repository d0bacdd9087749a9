using System;
using System.Diagnostics;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>Plain .NET code for a recording's messages, from memory, without signals or orders.</summary>
internal static class ReplayRivals
{
    /// <summary>Binance's messages to a book of decimals.</summary>
    public static Figure MeasureBook(MeasuredInput input, long events)
    {
        InstrumentScale scale = input.Manifest.Instruments[0].Instrument.Scale;
        var rival = new JsonReaderRival<decimal, DecimalReader>(scale.PriceDecimals, scale.QuantityDecimals);
        double best = double.MaxValue;
        int messages = 0;
        for (int round = 0; round < 3; round++)
        {
            var sink = new DecimalSink(false, 1, 1);
            messages = 0;
            long start = Stopwatch.GetTimestamp();
            foreach (ref readonly RecordedInput item in input.Inputs.AsSpan())
            {
                if (item.Record.Kind is InputKind.Frame or InputKind.Snapshot)
                {
                    rival.Read(item.Payload.Span, item.Record.Kind == InputKind.Snapshot, ref sink);
                    messages++;
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Figure.Yardstick(
            "Utf8JsonReader, decimal, SortedDictionary",
            (FigureNames.EventsPerSecond, events / best),
            (FigureNames.MessagesPerSecond, messages / best),
            (FigureNames.NsPerMessage, best * 1e9 / messages));
    }

    /// <summary>Any venue's messages to numbers.</summary>
    public static Figure MeasureTokens(MeasuredInput input, long events)
    {
        var way = new JsonTokens(string.Empty, input.Manifest.Instruments[0].Instrument.Scale);
        ParseMessage[] messages = input.Inputs.Where(item => item.Record.Kind == InputKind.Frame)
            .Select(item => new ParseMessage(item.Payload, false, item.Record.ReceiveTimeNs)).ToArray();
        double best = double.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long start = Stopwatch.GetTimestamp();
            way.Take(messages);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Figure.Yardstick(
            "Utf8JsonReader, all numbers, no book",
            (FigureNames.EventsPerSecond, events / best),
            (FigureNames.MessagesPerSecond, messages.Length / best),
            (FigureNames.NsPerMessage, best * 1e9 / messages.Length));
    }
}
