using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>What a scanner reads for: a symbol, its scale, and where its events go.</summary>
internal readonly ref struct ScanTarget
{
    private readonly long _receiveTimeNs;
    private readonly ushort _instrumentId;

    /// <summary>Collects it from the symbol's feed.</summary>
    public ScanTarget(
        BookFeed feed, ref readonly ShortName symbol, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
    {
        _receiveTimeNs = receiveTimeNs;
        _instrumentId = feed.Instrument.Id;
        PriceDecimals = feed.Scale.PriceDecimals;
        QuantityDecimals = feed.Scale.QuantityDecimals;
        Symbol = ref symbol;
        Batch = batch;
        Message = ref message;
    }

    /// <summary>The symbol as the message's data write it.</summary>
    public readonly ref readonly ShortName Symbol;

    /// <summary>What is told of the message when it was taken.</summary>
    public readonly ref ParsedMessage Message;

    /// <summary>Where the events go.</summary>
    public EventBatch Batch { get; }

    public int PriceDecimals { get; }

    public int QuantityDecimals { get; }

    /// <summary>An event can be added.</summary>
    public bool HasRoom => !Batch.Room.IsEmpty;

    /// <summary>An event of the symbol.</summary>
    public MarketEvent Template(EventKind kind) =>
        new() { Kind = kind, InstrumentId = _instrumentId, ReceiveTimeNs = _receiveTimeNs };

    /// <summary>Appends a message's only event, where there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref MarketEvent Add(EventKind kind)
    {
        ref MarketEvent item = ref MemoryMarshal.GetReference(Batch.Room);
        item = default;
        item.Kind = kind;
        item.InstrumentId = _instrumentId;
        item.ReceiveTimeNs = _receiveTimeNs;
        Batch.Advance(1);
        Message.Kind = MessageKind.Direct;
        return ref item;
    }
}
