namespace LowLatency.Engine.Instruments;

/// <summary>A venue's declaration of a tradable symbol. Immutable; shared by all threads.</summary>
public sealed record Instrument
{
    /// <summary>Index in the session's list, as in events.</summary>
    public required ushort Id { get; init; }

    /// <summary>Short name of the venue, as on the command line.</summary>
    public required string Venue { get; init; }

    /// <summary>The venue's own symbol, as on the wire.</summary>
    public required string Symbol { get; init; }

    /// <summary>Currency that is bought or sold.</summary>
    public required string BaseAsset { get; init; }

    /// <summary>Currency that prices are quoted in.</summary>
    public required string QuoteAsset { get; init; }

    /// <summary>Scale of its numbers when the session starts.</summary>
    public required InstrumentScale Scale { get; init; }

    /// <summary>Minimum order quantity in lots, 1 or more.</summary>
    public required long MinQuantityLots { get; init; }

    /// <summary>Minimum notional of an order, in tick·lots; 0 if the venue has none.</summary>
    public long MinNotionalTickLots { get; init; }

    /// <summary>Trading status when the session started.</summary>
    public TradingStatus Status { get; init; }

    /// <summary>Maker fee, in millionths of the notional; negative for a rebate.</summary>
    public required int MakerFeePpm { get; init; }

    /// <summary>Taker fee, in millionths of the notional.</summary>
    public required int TakerFeePpm { get; init; }
}
