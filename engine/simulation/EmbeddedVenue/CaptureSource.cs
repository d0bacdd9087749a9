using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using LowLatency.Feeds;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Captures;
using LowLatency.Replay;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>Plays a capture of Binance messages, in either capture format.</summary>
internal sealed class CaptureSource : IMarketSource
{
    private readonly IReadOnlyList<VenueInstrument> _instruments;
    private readonly Dictionary<string, int> _index;
    private readonly IEnumerator<CapturedMessage> _messages;
    private readonly List<MessageIdentity> _identities = [];

    internal CaptureSource(IReadOnlyList<VenueInstrument> instruments, IEnumerable<CapturedMessage> messages)
    {
        _instruments = instruments;
        _index = instruments.Select((item, i) => (item.Symbol, i)).ToDictionary(
            pair => pair.Symbol, pair => pair.i, StringComparer.OrdinalIgnoreCase);
        _messages = messages.GetEnumerator();
    }

    public IReadOnlyList<VenueInstrument> Instruments => _instruments;

    /// <summary>Opens a capture: one or more files of lines, or the folder and base name of a cryptofeed one.</summary>
    /// <param name="paths">The files, or the folder and base name.</param>
    /// <param name="stop">Cancels reading, here and later.</param>
    /// <exception cref="FileNotFoundException">There is no such capture.</exception>
    /// <exception cref="InvalidDataException">It is not a capture, or contains no symbol.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; <see cref="TryNext"/> then throws this
    /// too.</exception>
    public static CaptureSource Open(IReadOnlyList<string> paths, CancellationToken stop = default)
    {
        IReadOnlyList<VenueInstrument> instruments = CaptureInstruments.Find(paths, stop);
        return new CaptureSource(instruments, Capture.Read(paths).StoppedBy(stop));
    }

    public bool TryNext(out VenueMessage message)
    {
        while (_messages.MoveNext())
        {
            CapturedMessage captured = _messages.Current;
            if (TryRead(in captured, out message))
            {
                return true;
            }
        }

        message = default;
        return false;
    }

    public void Dispose() => _messages.Dispose();

    // What a message is, says the venue's parser.
    private bool TryRead(in CapturedMessage captured, out VenueMessage message)
    {
        message = default;
        _identities.Clear();
        BinanceVenue.Spot.Identify(captured.Body, _identities);
        MessageIdentity identity = _identities[0];
        if (identity.Subject == MessageSubject.RestBook)
        {
            // In the lines format, a book does not name its symbol: the file has only one.
            int index = captured.Symbol.Length != 0 ? _index.GetValueOrDefault(captured.Symbol, -1)
                : _instruments.Count == 1 ? 0
                : -1;
            message = new VenueMessage(captured.TimeNs, VenueMessageKind.Snapshot, index, captured.Body);
            return index >= 0;
        }

        if (identity.Symbol is null || !_index.TryGetValue(identity.Symbol, out int instrument))
        {
            return false;
        }

        // The embedded venue sends one book, its level updates; partial books are others.
        VenueMessageKind kind = identity.Subject switch
        {
            MessageSubject.Top => VenueMessageKind.BookTicker,
            MessageSubject.Trade => identity.Type == "trade" ? VenueMessageKind.Trade : VenueMessageKind.AggTrade,
            MessageSubject.Book when identity.Type == "depth" => VenueMessageKind.Depth,
            _ => VenueMessageKind.Other,
        };
        Range data = WrappedMessage.TryRead(captured.Body, out _, out Range wrapped) ? wrapped : Range.All;
        message = new VenueMessage(captured.TimeNs, kind, instrument, captured.Body.AsMemory()[data]);
        return true;
    }
}

/// <summary>Unwraps a combined-stream message without copying its data.</summary>
internal static class WrappedMessage
{
    public static bool TryRead(byte[] body, out string stream, out Range data)
    {
        stream = string.Empty;
        data = default;
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                bool isStream = reader.ValueTextEquals("stream"u8);
                bool isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                if (isStream)
                {
                    stream = reader.GetString() ?? string.Empty;
                }

                reader.Skip();
                data = isData ? start..(int)reader.BytesConsumed : data;
            }

            return stream.Length != 0 && !data.Equals(default);
        }
        catch (JsonException fault)
        {
            string head = Encoding.UTF8.GetString(body, 0, Math.Min(80, body.Length));
            throw new InvalidDataException($"a captured message is not JSON: {head}", fault);
        }
    }
}
