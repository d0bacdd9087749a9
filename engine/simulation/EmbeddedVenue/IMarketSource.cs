using System;
using System.Collections.Generic;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>A market that the embedded venue can play: a capture, or the generator.</summary>
internal interface IMarketSource : IDisposable
{
    /// <summary>What is traded; the messages name instruments by their place in this list.</summary>
    IReadOnlyList<VenueInstrument> Instruments { get; }

    /// <summary>Gives the next message in the order of time.</summary>
    /// <returns>false when the market has ended.</returns>
    bool TryNext(out VenueMessage message);
}

/// <summary>What the venue declares of a symbol, as text in the venue's own form.</summary>
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
/// <param name="TimeNs">Market time, nanoseconds since the Unix epoch; never falls.</param>
/// <param name="Kind">Which stream it belongs to; snapshots seed the venue's own book and are not streamed.</param>
/// <param name="Instrument">Place in the list of instruments.</param>
/// <param name="Data">The bare JSON object, without the combined stream's wrapper; valid until the next message.
/// </param>
internal readonly record struct VenueMessage(
    long TimeNs, VenueMessageKind Kind, int Instrument, ReadOnlyMemory<byte> Data);
