using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;

namespace LowLatency.Replay.Captures;

/// <summary>
/// Reads messages of symbols that become known one after the other, with the venue's own parser and without a book: a
/// message that it reads is one that a session would read. The increments refine as in a session, so that afterwards
/// they are the finest of all numbers. Single thread.
/// </summary>
internal sealed class SurveyReader(IVenue venue)
{
    // A session has a batch of its own, so not every symbol has a session; adding a symbol makes its session anew.
    private const int SymbolsPerSession = 32;

    private readonly Dictionary<string, (int Group, int Index)> _places = new(StringComparer.Ordinal);
    private readonly List<List<string>> _names = [];
    private readonly List<FeedSession> _sessions = [];

    /// <summary>Reads one item of a message of a symbol.</summary>
    /// <param name="symbol">The symbol as the identity names it.</param>
    /// <param name="text">The message.</param>
    /// <param name="item">Index of the item.</param>
    /// <param name="isRest">true for a REST book.</param>
    /// <param name="message">The item as parsed.</param>
    public ReadOnlySpan<EngineInput> Read(
        string symbol, ReadOnlySpan<byte> text, int item, bool isRest, out ParsedMessage message)
    {
        (int group, int index) = PlaceOf(symbol);
        return _sessions[group].ReadItem(text, item, isRest ? index : -1, out message);
    }

    /// <summary>true if a REST book of that update id is continued by a message of the symbol's stream.</summary>
    public bool Joins(string symbol, in DepthIds ids, long snapshotId)
    {
        (int group, int index) = PlaceOf(symbol);
        return _sessions[group].Joins(index, in ids, snapshotId);
    }

    /// <summary>The increments of a symbol by now.</summary>
    public InstrumentScale Scale(string symbol)
    {
        (int group, int index) = PlaceOf(symbol);
        return _sessions[group].Scale(index);
    }

    private (int Group, int Index) PlaceOf(string symbol)
    {
        if (_places.TryGetValue(symbol, out (int Group, int Index) place))
        {
            return place;
        }

        if (_names.Count == 0 || _names[^1].Count == SymbolsPerSession)
        {
            _names.Add([]);
            _sessions.Add(null!);
        }

        int group = _names.Count - 1;
        Instrument[] known = _names[group].Select((name, index) => Of(name, index, _sessions[group].Scale(index)))
            .ToArray();
        _names[group].Add(symbol);
        _sessions[group] = venue.CreateSession(
            [.. known, Of(symbol, known.Length, new InstrumentScale(0, 0, 1, 1))],
            new InputPublisher(new Nowhere(), NullInputLog.Instance, 1),
            new BadInputLog(),
            carriesBooks: true);
        return _places[symbol] = (group, _names[group].Count - 1);
    }

    private Instrument Of(string symbol, int id, InstrumentScale scale) => new()
    {
        Id = (ushort)id,
        Venue = venue.Name,
        Symbol = symbol,
        BaseAsset = symbol,
        QuoteAsset = string.Empty,
        Scale = scale,
        MinQuantityLots = 1,
        MakerFeePpm = 0,
        TakerFeePpm = 0,
    };

    /// <summary>Nothing is published here.</summary>
    private sealed class Nowhere : IInputStream
    {
        public int MaxEvents => int.MaxValue;

        public long Put(ReadOnlySpan<EngineInput> events) => throw new NotSupportedException();

        public bool TryPut(in EngineInput item, out long sequence) => throw new NotSupportedException();
    }
}
