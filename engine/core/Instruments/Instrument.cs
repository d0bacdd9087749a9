namespace LowLatency.Engine.Instruments;

/// <summary>What the venue declares about a tradable symbol. Immutable; shared by all threads.</summary>
public sealed record Instrument
{
    /// <summary>Index in the session's list; the events carry it.</summary>
    public required ushort Id { get; init; }

    /// <summary>Short name of the venue, as on the command line.</summary>
    public required string Venue { get; init; }

    /// <summary>The venue's own symbol, as on the wire.</summary>
    public required string Symbol { get; init; }

    /// <summary>Currency that is bought or sold.</summary>
    public required string BaseAsset { get; init; }

    /// <summary>Currency that prices are quoted in.</summary>
    public required string QuoteAsset { get; init; }

    /// <summary>How its numbers are counted when the session starts.</summary>
    public required InstrumentScale Scale { get; init; }

    /// <summary>Least order quantity in lots, 1 or more.</summary>
    public required long MinQuantityLots { get; init; }

    /// <summary>Least notional of an order, in tick·lots; 0 where the venue has none.</summary>
    public long MinNotionalTickLots { get; init; }

    /// <summary>What the venue allowed when the session started.</summary>
    public TradingStatus Status { get; init; }

    /// <summary>Fee of a resting fill, in millionths of the notional; negative for a rebate.</summary>
    public required int MakerFeePpm { get; init; }

    /// <summary>Fee of an aggressive fill, in millionths of the notional.</summary>
    public required int TakerFeePpm { get; init; }
}
