using System.Collections.Generic;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>
/// A client of a translated dialect: its subscribed books and trades, by instrument. The venues differ in the form of
/// subscriptions, books and trades.
/// </summary>
internal abstract class TranslatedClient(TranslatedDialect dialect) : DialectClient
{
    private readonly HashSet<int> _books = [];
    private readonly HashSet<int> _trades = [];

    public IEnumerable<int> Books => _books;

    public override bool ListensToBook(int instrument) =>
        instrument < 0 ? _books.Count != 0 : _books.Contains(instrument);

    public override void OnText(string text, List<byte[]> frames)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            OnRequest(document.RootElement, frames);
        }
        catch (JsonException)
        {
            OnOtherText(text, frames);
        }
    }

    public override void OnMessage(in VenueMessage message, List<byte[]> frames)
    {
        if (dialect.Changed is not { } symbol)
        {
            return;
        }

        if (dialect.Trade is { } trade)
        {
            if (_trades.Contains(symbol.Index))
            {
                frames.Add(WireText.Bytes(WriteTrade(symbol, trade)));
            }
        }
        else if (_books.Contains(symbol.Index))
        {
            if (dialect.IsRestarted)
            {
                AddSnapshot(symbol, frames);
            }
            else
            {
                frames.Add(WireText.Bytes(WriteUpdate(symbol, dialect.Changes)));
            }
        }
    }

    protected abstract void OnRequest(JsonElement request, List<byte[]> frames);

    /// <summary>A text that is not JSON.</summary>
    protected virtual void OnOtherText(string text, List<byte[]> frames)
    {
    }

    protected abstract string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes);

    protected abstract string WriteTrade(VenueSymbol symbol, MarketTrade trade);

    /// <summary>The snapshot that the stream sends, or null if only REST provides snapshots.</summary>
    protected virtual string? WriteSnapshot(VenueSymbol symbol) => null;

    protected void SubscribeBook(VenueSymbol symbol, List<byte[]> frames)
    {
        if (_books.Add(symbol.Index))
        {
            AddSnapshot(symbol, frames);
        }
    }

    protected void SubscribeTrades(VenueSymbol symbol) => _trades.Add(symbol.Index);

    protected void UnsubscribeBook(VenueSymbol symbol) => _books.Remove(symbol.Index);

    protected void UnsubscribeTrades(VenueSymbol symbol) => _trades.Remove(symbol.Index);

    private void AddSnapshot(VenueSymbol symbol, List<byte[]> frames)
    {
        if (symbol.IsShown && WriteSnapshot(symbol) is { } snapshot)
        {
            frames.Add(WireText.Bytes(snapshot));
            dialect.NoteServed(symbol);
        }
    }
}
