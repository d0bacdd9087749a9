using System;
using System.Collections.Generic;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>A market for the embedded venue: a capture, or the generator.</summary>
internal interface IMarketSource : IDisposable
{
    /// <summary>The instruments; messages refer to them by index.</summary>
    IReadOnlyList<VenueInstrument> Instruments { get; }

    /// <summary>Returns the next message in order of time.</summary>
    /// <returns>false when the market has ended.</returns>
    bool TryNext(out VenueMessage message);
}

/// <summary>A venue's declaration of a symbol, as text in the venue's format.</summary>
internal sealed record VenueInstrument(
    string Symbol,
    string BaseAsset,
    string QuoteAsset,
    string TickSize,
    string StepSize,
    string MinQuantity,
    string MinNotional);

internal enum VenueMessageKind
{
    Depth,
    BookTicker,
    Trade,
    AggTrade,
    Snapshot,
    Other,
}

/// <summary>One message of a market.</summary>
/// <param name="TimeNs">Market time, nanoseconds since the Unix epoch; never decreases.</param>
/// <param name="Kind">Its stream; snapshots initialise the venue's book and are not streamed.</param>
/// <param name="Instrument">Index in the list of instruments.</param>
/// <param name="Data">The JSON object without the combined stream's wrapper; valid until the next message.</param>
internal readonly record struct VenueMessage(
    long TimeNs, VenueMessageKind Kind, int Instrument, ReadOnlyMemory<byte> Data);
