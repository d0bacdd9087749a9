using System;
using System.Buffers;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Replay;
using LowLatency.Sessions.Figures;

namespace LowLatency.Sessions;

/// <summary>A session's status as JSON, the same for console and live view.</summary>
public static class SessionJson
{
    /// <summary>The status as one object, in UTF-8.</summary>
    /// <param name="session">The status.</param>
    public static byte[] Status(SessionStatus session)
    {
        SessionFigures figures = SessionFigures.Of(session);
        return Write("status", json => WriteFigures(json, session, figures));
    }

    /// <summary>Writes one object that begins with its kind, in UTF-8.</summary>
    /// <param name="kind">Value of the member <c>kind</c>.</param>
    /// <param name="write">Writes the other members.</param>
    public static byte[] Write(string kind, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the figures as members of the current object.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="session">The status.</param>
    /// <param name="figures">Its figures.</param>
    public static void WriteFigures(Utf8JsonWriter json, SessionStatus session, SessionFigures figures)
    {
        json.WriteNumber("time_ns", session.NowNs);
        json.WriteNumber("frames", figures.Feed.Frames);
        json.WriteNumber("bytes", figures.Feed.Bytes);
        json.WriteNumber("events", figures.Feed.Events);
        json.WriteNumber("connects", figures.Feed.Connects);
        json.WriteNumber("gaps", figures.Gaps);
        json.WriteNumber("resyncs", figures.Resyncs);
        json.WriteNumber("bad_inputs", figures.BadInputs);
        json.WriteNumber("tops_compared", figures.TopsCompared);
        json.WriteNumber("tops_different", figures.TopsDifferent);
        json.WriteNumber("directions", figures.Directions);
        json.WriteNumber("triggers", figures.Triggers);
        WriteOrders(json, figures.Orders);
        json.WriteNumber("open_orders", figures.OpenOrders);
        json.WriteNumber("log_lines", session.LogLines);
        json.WriteNumber("log_lines_dropped", session.DroppedLogLines);
        json.WriteStartObject("pnl");
        foreach ((string currency, decimal? amount) in figures.ProfitAndLoss)
        {
            WriteAmount(json, currency, amount);
        }

        json.WriteEndObject();
        json.WriteStartArray("instruments");
        foreach (Instrument instrument in session.Instruments)
        {
            InstrumentView view = figures.Views[instrument.Id];
            WriteInstrument(json, instrument, in view, session);
        }

        json.WriteEndArray();
    }

    private static void WriteInstrument(
        Utf8JsonWriter json, Instrument instrument, in InstrumentView view, SessionStatus session)
    {
        json.WriteStartObject();
        json.WriteString("symbol", instrument.Symbol);
        json.WriteBoolean("live", view.IsLive);
        json.WriteString("bid", view.BidPrice == 0 ? null : InstrumentFigures.Price(in view, view.BidPrice));
        json.WriteString("ask", view.AskPrice == 0 ? null : InstrumentFigures.Price(in view, view.AskPrice));
        json.WriteString("mask", InstrumentFigures.Mask(in view));
        json.WriteString("position", InstrumentFigures.Text(InstrumentFigures.Position(instrument, in view)));
        WriteAmount(json, "pnl", InstrumentFigures.ProfitAndLoss(instrument, in view));
        WriteAmount(json, "fees", InstrumentFigures.Fees(instrument, in view));
        json.WriteStartObject("gauges");
        foreach (GaugeValue gauge in session.Gauges.Where(gauge => gauge.Instrument.Id == instrument.Id))
        {
            json.WriteNumber(gauge.Name, gauge.Value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOrders(Utf8JsonWriter json, in OrderCounters orders)
    {
        json.WriteStartObject("orders");
        json.WriteNumber("placed", orders.Placed);
        json.WriteNumber("accepted", orders.Accepted);
        json.WriteNumber("filled", orders.Filled);
        json.WriteNumber("fills", orders.Fills);
        json.WriteNumber("cancelled", orders.Cancelled);
        json.WriteNumber("expired", orders.Expired);
        json.WriteNumber("refused", orders.Refused);
        json.WriteNumber("rejected", orders.Rejected);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, string name, decimal? amount)
    {
        if (amount is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
