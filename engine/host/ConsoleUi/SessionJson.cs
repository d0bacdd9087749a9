using System;
using System.Buffers;
using System.Text.Json;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;

namespace LowLatency.Host.ConsoleUi;

/// <summary>A session as JSON, shared by the console and the live view.</summary>
internal static class SessionJson
{
    /// <summary>The current status, as UTF-8.</summary>
    public static byte[] Status(SessionStatus session)
    {
        SessionFigures figures = SessionFigures.Of(session);
        return Write("status", json => WriteFigures(json, session, figures));
    }

    /// <summary>One object that begins with its kind, as UTF-8.</summary>
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

    /// <summary>Writes the figures into the current object.</summary>
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
            WriteInstrument(json, instrument, in view);
        }

        json.WriteEndArray();
    }

    private static void WriteInstrument(Utf8JsonWriter json, Instrument instrument, in InstrumentView view)
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
