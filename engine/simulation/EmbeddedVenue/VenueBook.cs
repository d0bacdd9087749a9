using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// The venue's book of one symbol, a simple implementation that applies the played messages and answers REST snapshots.
/// It shares no code with the engine's book. Any thread.
/// </summary>
internal sealed class VenueBook
{
    // Depth messages before the first snapshot of the market: some of them reach beyond it.
    private const int MaxEarlyMessages = 10_000;

    private readonly Lock _gate = new();
    private readonly VenueBookSide _bids = new(isBid: true);
    private readonly VenueBookSide _asks = new(isBid: false);
    private readonly List<byte[]> _early = [];
    private long _lastUpdateId;
    private long _eventTimeMs;
    private readonly TaskCompletionSource _firstServed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isSeeded;

    /// <summary>Completes when the book has answered its first snapshot.</summary>
    public Task FirstServed => _firstServed.Task;

    /// <summary>Id of the last update in the book.</summary>
    public long LastUpdateId
    {
        get
        {
            lock (_gate)
            {
                return _lastUpdateId;
            }
        }
    }

    public bool IsSeeded
    {
        get
        {
            lock (_gate)
            {
                return _isSeeded;
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _isSeeded = false;
            _bids.Clear();
            _asks.Clear();
            _early.Clear();
        }
    }

    /// <summary>To be called when a client has received the book.</summary>
    public void NoteServed() => _firstServed.TrySetResult();

    /// <summary>The best levels of a side, from the best outwards.</summary>
    public List<BookLevel> Top(bool isBid, int levels)
    {
        lock (_gate)
        {
            return (isBid ? _bids : _asks).Best(levels).ToList();
        }
    }

    /// <summary>Applies a REST snapshot of the market. A later one is used only if it is newer than the book, as after
    /// a gap in a recording.</summary>
    public void Seed(ReadOnlyMemory<byte> snapshot)
    {
        lock (_gate)
        {
            if (_isSeeded && IdOf(snapshot.Span, "lastUpdateId"u8) <= _lastUpdateId)
            {
                return;
            }

            _isSeeded = true;
            _bids.Clear();
            _asks.Clear();
            Apply(snapshot.Span, "lastUpdateId", "bids", "asks");
            foreach (byte[] early in _early)
            {
                ApplyNewer(early);
            }

            _early.Clear();
        }
    }

    /// <summary>Applies a depth message of the market.</summary>
    public void OnDepth(ReadOnlyMemory<byte> data)
    {
        lock (_gate)
        {
            if (_isSeeded)
            {
                ApplyNewer(data.Span);
            }
            else if (_early.Count < MaxEarlyMessages)
            {
                _early.Add(data.ToArray());
            }
        }
    }

    /// <summary>Writes the book in the venue's format.</summary>
    /// <param name="levels">Maximum number of levels per side.</param>
    /// <param name="hasTimes">true for the futures format, with E and T.</param>
    public byte[] WriteSnapshot(int levels, bool hasTimes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        lock (_gate)
        {
            json.WriteStartObject();
            json.WriteNumber("lastUpdateId", _lastUpdateId);
            if (hasTimes)
            {
                json.WriteNumber("E", _eventTimeMs);
                json.WriteNumber("T", _eventTimeMs);
            }

            WriteLevels(json, "bids", _bids.Best(levels));
            WriteLevels(json, "asks", _asks.Best(levels));
            json.WriteEndObject();
        }

        json.Flush();
        NoteServed();
        return buffer.WrittenSpan.ToArray();
    }

    // A decimal keeps trailing zeros, so the numbers are written as the market wrote them.
    private static void WriteLevels(Utf8JsonWriter json, string name, IEnumerable<BookLevel> levels)
    {
        json.WriteStartArray(name);
        foreach ((decimal price, decimal quantity) in levels)
        {
            json.WriteStartArray();
            json.WriteStringValue(price.ToString(CultureInfo.InvariantCulture));
            json.WriteStringValue(quantity.ToString(CultureInfo.InvariantCulture));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void ApplyNewer(ReadOnlySpan<byte> data)
    {
        if (IdOf(data, "u"u8) > _lastUpdateId)
        {
            Apply(data, "u", "b", "a");
        }
    }

    private static long IdOf(ReadOnlySpan<byte> data, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(data);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read())
            {
                return reader.GetInt64();
            }
        }

        throw new InvalidDataException("a depth message or snapshot of the market has no update id");
    }

    private void Apply(ReadOnlySpan<byte> data, string id, string bids, string asks)
    {
        var reader = new Utf8JsonReader(data);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            bool isBids = reader.ValueTextEquals(bids);
            if (isBids || reader.ValueTextEquals(asks))
            {
                reader.Read();
                ApplyLevels(ref reader, isBids ? _bids : _asks);
            }
            else if (reader.ValueTextEquals(id))
            {
                reader.Read();
                _lastUpdateId = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("E"u8))
            {
                reader.Read();
                _eventTimeMs = reader.GetInt64();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ApplyLevels(ref Utf8JsonReader reader, VenueBookSide side)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            decimal price = decimal.Parse(reader.ValueSpan, NumberStyles.Number, CultureInfo.InvariantCulture);
            reader.Read();
            decimal quantity = decimal.Parse(reader.ValueSpan, NumberStyles.Number, CultureInfo.InvariantCulture);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                reader.Skip();
            }

            side.Set(new BookLevel(price, quantity));
        }
    }
}
