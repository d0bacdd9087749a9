using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay.Export;

/// <summary>
/// Rows as lines of text: CSV with a header, or one JSON object per line. Prices and quantities are exact decimal text;
/// in JSON they are strings, because most readers would convert numbers inexactly. Lines end with a line feed.
/// </summary>
public sealed class TextExport : IExportWriter
{
    /// <summary>The first line of CSV.</summary>
    public const string Head = "recv_ns,venue_ns,symbol,kind,side,price,quantity,id,note";

    // A console flushes on every call.
    private const int FlushChars = 1 << 16;

    private static readonly string[] s_kinds =
        ["snapshot", "snapshot_level", "level", "commit", "stale", "trade", "top"];

    private readonly TextWriter _output;
    private readonly bool _isJson;
    private readonly string[] _symbols;
    private readonly StringBuilder _text = new();

    /// <summary>Creates a writer; CSV begins with its header.</summary>
    /// <param name="output">Receives the lines; the caller closes it.</param>
    /// <param name="instruments">The exported instruments.</param>
    /// <param name="isJson">true for lines of JSON, false for CSV.</param>
    public TextExport(TextWriter output, IReadOnlyList<Instrument> instruments, bool isJson)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _output = output;
        _isJson = isJson;
        _symbols = new string[instruments.Max(item => item.Id) + 1];
        var names = new InstrumentLookup(instruments);
        foreach (Instrument instrument in instruments)
        {
            string name = names.NameOf(instrument);
            _symbols[instrument.Id] = isJson ? JsonText(name) : CsvText(name);
        }

        if (!isJson)
        {
            _text.Append(Head).Append('\n');
        }
    }

    /// <inheritdoc/>
    public void Write(in ExportRow row)
    {
        if (_isJson)
        {
            AppendJson(in row);
        }
        else
        {
            AppendCsv(in row);
        }

        if (_text.Length >= FlushChars)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        Flush();
        _output.Flush();
    }

    private void AppendCsv(in ExportRow row)
    {
        Append(row.ReceiveTimeNs).Append(',');
        AppendUnlessZero(row.VenueTimeNs, string.Empty).Append(',')
            .Append(_symbols[row.InstrumentId]).Append(',')
            .Append(s_kinds[(int)row.Kind]).Append(',');
        if (row.HasNumbers)
        {
            _text.Append(SideOf(in row)).Append(',').Append(row.PriceText).Append(',').Append(row.QuantityText)
                .Append(',');
        }
        else
        {
            _text.Append(",,,");
        }

        AppendUnlessZero(row.Id, string.Empty).Append(',').Append(row.Note).Append('\n');
    }

    // The same names in every line, so that readers can treat them as a table.
    private void AppendJson(in ExportRow row)
    {
        const string Null = "null";
        _text.Append("{\"recv_ns\":");
        Append(row.ReceiveTimeNs).Append(",\"venue_ns\":");
        AppendUnlessZero(row.VenueTimeNs, Null).Append(",\"symbol\":").Append(_symbols[row.InstrumentId])
            .Append(",\"kind\":\"").Append(s_kinds[(int)row.Kind]);
        if (row.HasNumbers)
        {
            _text.Append("\",\"side\":\"").Append(SideOf(in row)).Append("\",\"price\":\"").Append(row.PriceText)
                .Append("\",\"quantity\":\"").Append(row.QuantityText).Append("\",\"id\":");
        }
        else
        {
            _text.Append("\",\"side\":null,\"price\":null,\"quantity\":null,\"id\":");
        }

        AppendUnlessZero(row.Id, Null).Append(",\"note\":");
        _text.Append(row.Note is null ? Null : $"\"{row.Note}\"").Append("}\n");
    }

    private static string SideOf(in ExportRow row) => row.Side == Side.Buy ? "buy" : "sell";

    private StringBuilder Append(long value) => _text.Append(CultureInfo.InvariantCulture, $"{value}");

    private StringBuilder AppendUnlessZero(long value, string otherwise) =>
        value == 0 ? _text.Append(otherwise) : Append(value);

    private void Flush()
    {
        foreach (ReadOnlyMemory<char> chunk in _text.GetChunks())
        {
            _output.Write(chunk.Span);
        }

        _text.Clear();
    }

    private static string CsvText(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string JsonText(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
