using LowLatency.Engine.Events;

namespace LowLatency.Replay.Export;

/// <summary>Kind of an export row.</summary>
public enum ExportKind
{
    /// <summary>A snapshot begins: the book is emptied; its levels follow, then <see cref="Commit"/>.</summary>
    Snapshot,

    /// <summary>A level of a snapshot.</summary>
    SnapshotLevel,

    /// <summary>The new quantity of a level; quantity 0 removes it.</summary>
    Level,

    /// <summary>A message or snapshot is complete: the book is correct as of its id.</summary>
    Commit,

    /// <summary>The book is invalid until the next snapshot.</summary>
    Stale,

    /// <summary>A trade; the side is the aggressor's.</summary>
    Trade,

    /// <summary>One side of the venue's top of book.</summary>
    Top,
}

/// <summary>
/// One row of an export, in the order of the engine's events. Prices and quantities are whole increments of
/// 10^-decimals, as everywhere between wire and book.
/// </summary>
public readonly record struct ExportRow
{
    /// <summary>Its kind.</summary>
    public required ExportKind Kind { get; init; }

    /// <summary>Index of the instrument in the recording's manifest.</summary>
    public required int InstrumentId { get; init; }

    /// <summary>Local receive time of the message, nanoseconds since the Unix epoch.</summary>
    public required long ReceiveTimeNs { get; init; }

    /// <summary>The engine's time: the receive time, or a later one of an earlier event. It never goes back.</summary>
    public required long EngineTimeNs { get; init; }

    /// <summary>
    /// The venue's time, nanoseconds since the Unix epoch; 0 if absent. Levels have that of their message.
    /// </summary>
    public long VenueTimeNs { get; init; }

    /// <summary>The side; undefined if <see cref="HasNumbers"/> is false.</summary>
    public Side Side { get; init; }

    /// <summary>Price in increments, 0 or more.</summary>
    public long Price { get; init; }

    /// <summary>Quantity in increments, 0 or more.</summary>
    public long Quantity { get; init; }

    /// <summary>Decimals of a price increment, 0 to 12.</summary>
    public int PriceDecimals { get; init; }

    /// <summary>Decimals of a quantity increment, 0 to 12.</summary>
    public int QuantityDecimals { get; init; }

    /// <summary>The venue's update id, or a trade id; 0 if there is none.</summary>
    public long Id { get; init; }

    /// <summary>The reason of a stale book, or what a commit ends; otherwise empty.</summary>
    public string? Note { get; init; }

    /// <summary>true for rows with side, price and quantity.</summary>
    public bool HasNumbers => Kind is not (ExportKind.Snapshot or ExportKind.Commit or ExportKind.Stale);

    /// <summary>The price as exact decimal text without trailing zeros.</summary>
    public string PriceText => CanonicalNumber.Text(Price, PriceDecimals);

    /// <summary>The quantity as exact decimal text without trailing zeros.</summary>
    public string QuantityText => CanonicalNumber.Text(Quantity, QuantityDecimals);
}

/// <summary>Receives the rows of an export. Single thread.</summary>
public interface IExportWriter
{
    /// <summary>Receives the next row.</summary>
    void Write(in ExportRow row);

    /// <summary>There are no more rows: writes everything that is buffered.</summary>
    void Complete();
}
