using LowLatency.Engine.Events;

namespace LowLatency.Replay.Export;

/// <summary>What a row of an export tells.</summary>
public enum ExportKind
{
    /// <summary>A snapshot begins: the book is emptied, its levels follow, then <see cref="Commit"/>.</summary>
    Snapshot,

    /// <summary>A level of a snapshot.</summary>
    SnapshotLevel,

    /// <summary>A level as it is from now on; quantity 0 removes it.</summary>
    Level,

    /// <summary>A message or snapshot is complete: the book is right as of its id.</summary>
    Commit,

    /// <summary>The book is not to be trusted until the next snapshot.</summary>
    Stale,

    /// <summary>A trade; the side is the aggressor's.</summary>
    Trade,

    /// <summary>One side of the venue's own top of book.</summary>
    Top,
}

/// <summary>
/// One row of an export, in the order in which the engine met it. Prices and quantities are whole increments of
/// 10^-decimals, as everywhere between the wire and a book.
/// </summary>
public readonly record struct ExportRow
{
    /// <summary>What it tells.</summary>
    public required ExportKind Kind { get; init; }

    /// <summary>Index of the instrument in the recording's manifest.</summary>
    public required int InstrumentId { get; init; }

    /// <summary>Local receive time of the message, nanoseconds since the Unix epoch.</summary>
    public required long ReceiveTimeNs { get; init; }

    /// <summary>When the engine met it: its receive time, or a later one met before. It never goes back.</summary>
    public required long EngineTimeNs { get; init; }

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 where it gives none. Levels have that of their
    /// message.</summary>
    public long VenueTimeNs { get; init; }

    /// <summary>Which side; means nothing where <see cref="HasNumbers"/> is false.</summary>
    public Side Side { get; init; }

    /// <summary>Price in increments, 0 or more.</summary>
    public long Price { get; init; }

    /// <summary>Quantity in increments, 0 or more.</summary>
    public long Quantity { get; init; }

    /// <summary>Decimals of a price increment, 0 to 12.</summary>
    public int PriceDecimals { get; init; }

    /// <summary>Decimals of a quantity increment, 0 to 12.</summary>
    public int QuantityDecimals { get; init; }

    /// <summary>The venue's update id, or a trade's number; 0 where there is none.</summary>
    public long Id { get; init; }

    /// <summary>Of a stale book why, of a commit what it ends; empty for all else.</summary>
    public string? Note { get; init; }

    /// <summary>true for rows with side, price and quantity.</summary>
    public bool HasNumbers => Kind is not (ExportKind.Snapshot or ExportKind.Commit or ExportKind.Stale);

    /// <summary>The price as exact decimal text without needless zeros.</summary>
    public string PriceText => CanonicalNumber.Text(Price, PriceDecimals);

    /// <summary>The quantity as exact decimal text without needless zeros.</summary>
    public string QuantityText => CanonicalNumber.Text(Quantity, QuantityDecimals);
}

/// <summary>Takes the rows of an export. One thread.</summary>
public interface IExportWriter
{
    /// <summary>Takes the next row.</summary>
    void Write(in ExportRow row);

    /// <summary>No row comes any more: what was held back is written.</summary>
    void Complete();
}
