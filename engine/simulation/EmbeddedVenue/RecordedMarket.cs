using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Captures;
using LowLatency.Recorder;
using LowLatency.Replay;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// Plays the market of one of this program's own recordings: its frames and snapshots, not the engine's actions.
/// </summary>
internal static class RecordedMarket
{
    /// <summary>Opens a recording as a market.</summary>
    /// <exception cref="InvalidDataException">It is not a recording, or cannot be read.</exception>
    public static CaptureSource Open(string path)
    {
        using SegmentReader reader = OpenReader(path);
        SessionManifest manifest = ReadManifest(path, reader);
        if (manifest.Venues.Count != 1 || !manifest.Venues[0].Name.StartsWith("binance", StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                $"'{path}' is a recording of {string.Join(", ", manifest.Venues.Select(venue => venue.Name))}; only "
                + "one of a single Binance venue can be played as a market");
        }

        VenueInstrument[] instruments = manifest.Instruments.Select(item => Describe(item.Instrument)).ToArray();
        return new CaptureSource(instruments, Read(path, manifest));
    }

    private static IEnumerable<CapturedMessage> Read(string path, SessionManifest manifest)
    {
        using SegmentReader reader = OpenReader(path);
        while (TryReadMessage(reader, manifest, out CapturedMessage? message))
        {
            if (message is { } found)
            {
                yield return found;
            }
        }
    }

    private static bool TryReadMessage(SegmentReader reader, SessionManifest manifest, out CapturedMessage? message)
    {
        message = null;
        if (!reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            return false;
        }

        if (record.Kind == InputKind.Frame)
        {
            message = new CapturedMessage(record.ReceiveTimeNs, payload.ToArray(), false, false, string.Empty);
        }
        else if (record.Kind == InputKind.Snapshot)
        {
            SourceManifest? feed = manifest.Feeds.FirstOrDefault(item => item.Source == record.Source);
            string? symbol = feed is not null && record.Tag >= 0 && record.Tag < feed.InstrumentIds.Count
                ? manifest.Instruments[feed.InstrumentIds[record.Tag]].Instrument.Symbol
                : null;
            message = symbol is null
                ? null
                : new CapturedMessage(record.ReceiveTimeNs, payload.ToArray(), true, false, symbol);
        }

        return true;
    }

    private static SegmentReader OpenReader(string path) =>
        SegmentReader.TryOpen(path, out SegmentReader? reader, out string problem)
            ? reader!
            : throw new InvalidDataException(problem);

    private static SessionManifest ReadManifest(string path, SegmentReader reader) =>
        reader.TryRead(out InputRecord first, out ReadOnlySpan<byte> payload) && first.Kind == InputKind.Settings
            ? SessionManifest.FromJson(payload)
            : throw new InvalidDataException($"'{path}' does not begin with a session's settings");

    private static VenueInstrument Describe(Instrument instrument)
    {
        InstrumentScale scale = instrument.Scale;
        string step = Text(scale.LotIncrements, scale.QuantityDecimals);
        return new VenueInstrument(
            instrument.Symbol,
            instrument.BaseAsset,
            instrument.QuoteAsset,
            Text(scale.TickIncrements, scale.PriceDecimals),
            step,
            Text(instrument.MinQuantityLots * scale.LotIncrements, scale.QuantityDecimals),
            "0");
    }

    private static string Text(long increments, int decimals) =>
        ((decimal)increments / InstrumentScale.PowerOfTen(decimals)).ToString(CultureInfo.InvariantCulture);
}
