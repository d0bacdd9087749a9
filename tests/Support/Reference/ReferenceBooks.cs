using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Reference.Wire;

namespace LowLatency.Tests.Reference;

/// <summary>
/// Rebuilds the books of one connection as documented by the venues, with lists and sorted dictionaries. It relies on a
/// stream without gaps, as in captures.
/// </summary>
internal sealed class ReferenceBooks(string venue, ReferenceReader reader, int symbolCount)
{
    private readonly State[] _states = Enumerable.Range(0, symbolCount).Select(_ => new State()).ToArray();

    private bool UsesRest => venue is "binance" or "binance-futures" or "bitstamp";

    /// <summary>The symbol that a frame was about, or -1.</summary>
    public int OnFrame(byte[] frame)
    {
        ReferenceMessage message = reader.TryRead(frame, out string why)
            ?? throw new InvalidOperationException($"the reference rejects a captured message: {why}");
        if (message.Kind is not (MessageKind.Depth or MessageKind.BookSnapshot))
        {
            return -1;
        }

        State state = _states[message.Symbol];
        if (message.Kind == MessageKind.BookSnapshot)
        {
            state.Start(message.Ids.Last);
            state.Apply(message, MaxLevels);
        }
        else if (state.IsSynced)
        {
            ApplyNewer(state, message);
        }
        else if (UsesRest)
        {
            state.Waiting.Add(message);
        }

        return message.Symbol;
    }

    public void OnSnapshot(byte[] body, int symbol)
    {
        State state = _states[symbol];
        if (state.IsSynced)
        {
            return;
        }

        ReferenceMessage snapshot = reader.ReadSnapshot(body, symbol);
        state.Start(snapshot.Ids.Last);
        state.Apply(snapshot, MaxLevels);
        foreach (ReferenceMessage message in state.Waiting)
        {
            ApplyNewer(state, message);
        }

        state.Waiting.Clear();
    }

    /// <summary>Hash of a symbol's book; null while there is none.</summary>
    public ulong? Hash(int symbol) => _states[symbol].IsSynced ? _states[symbol].Book.StateHash() : null;

    private int MaxLevels => venue == "kraken" ? 1000 : int.MaxValue;

    private void ApplyNewer(State state, ReferenceMessage message)
    {
        // The futures' first message may end exactly at the snapshot.
        bool isOld = venue switch
        {
            "binance" or "bitstamp" => message.Ids.Last <= state.LastId,
            "binance-futures" => state.IsFresh ? message.Ids.Last < state.LastId : message.Ids.Last <= state.LastId,
            _ => false,
        };
        if (!isOld)
        {
            state.Apply(message, MaxLevels);
            state.LastId = message.Ids.Last;
            state.IsFresh = false;
        }
    }

    private sealed class State
    {
        public ReferenceBook Book { get; } = new();

        public List<ReferenceMessage> Waiting { get; } = [];

        public bool IsSynced { get; private set; }

        public bool IsFresh { get; set; }

        public long LastId { get; set; }

        public void Start(long id)
        {
            Book.Clear();
            (IsSynced, IsFresh, LastId) = (true, true, id);
        }

        public void Apply(ReferenceMessage message, int maxLevels)
        {
            foreach (ReferenceLevel level in message.Levels)
            {
                Book.Set(level.Side, level.Price, level.Quantity);
            }

            foreach (Side side in maxLevels == int.MaxValue ? [] : new[] { Side.Buy, Side.Sell })
            {
                foreach ((long price, _) in Book.Levels(side).Skip(maxLevels))
                {
                    Book.Set(side, price, 0);
                }
            }
        }
    }
}
