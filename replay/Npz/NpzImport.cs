using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;

namespace LowLatency.Replay.Npz;

/// <summary>What an import of feed data has made.</summary>
/// <param name="Folder">The recording.</param>
/// <param name="Instrument">Its instrument.</param>
/// <param name="Commits">Book updates and snapshots.</param>
/// <param name="Trades">Trades.</param>
/// <param name="Tops">Tops of book.</param>
/// <param name="Ignored">Rows that say nothing that is used.</param>
/// <param name="StaleBooks">How often the engine had to give up a living book: cleared by the data, or crossed.</param>
public sealed record NpzImportResult(
    string Folder, Instrument Instrument, long Commits, long Trades, long Tops, long Ignored, long StaleBooks);

/// <summary>
/// Turns hftbacktest's feed data of one symbol into a recording. There are no messages of a venue in them, so the
/// recording holds ready events, and nothing of a venue's own rules is checked. What the trader saw is taken: rows
/// that happen locally, at their local times.
/// </summary>
/// <param name="venue">Whose market it is said to be.</param>
/// <param name="symbol">The symbol.</param>
public sealed class NpzImport(IVenue venue, string symbol)
{
    private const ushort FeedSource = 1;

    /// <summary>Least step of an order's price as decimal text; null for the finest price in the data.</summary>
    public string? TickSize { get; init; }

    /// <summary>Least step of an order's quantity as decimal text; null for the finest quantity in the data.</summary>
    public string? LotSize { get; init; }

    /// <summary>Writes the recording.</summary>
    /// <param name="paths">Files in the order of their times; they are read twice.</param>
    /// <param name="describe">Adds limits and strategy to the instrument.</param>
    /// <param name="directory">Where the recording's folder is made.</param>
    /// <param name="program">Name and version of this program.</param>
    /// <param name="stop">Ends it early. However it ends before the data's end, no recording is left.</param>
    /// <exception cref="ArgumentException">Tick or lot size is no number that can be used.</exception>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used; the words name it, and the row.</exception>
    /// <exception cref="IOException">A file cannot be read, or the recording not written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public NpzImportResult Run(
        IReadOnlyList<string> paths, Func<Instrument, InstrumentManifest> describe, string directory, string program,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(describe);
        var source = new FeedRowSource(paths);
        FeedRowScale scale = FeedRowScale.Measure(source.Read().StoppedBy(stop));
        string names = string.Join(", ", paths.Select(Path.GetFileName));
        if (scale.FirstTimeNs == 0)
        {
            throw new InvalidDataException($"{names}: no row of a level, trade or top is seen locally");
        }

        Instrument instrument = CreateInstrument(scale);
        SessionManifest manifest = ImportedRecording.Describe(venue, names, program, [describe(instrument)], feeds: []);
        using var recording = new ImportedRecording(directory, manifest, scale.FirstTimeNs);
        RingPublisher publisher = recording.CreatePublisher(FeedSource);
        var events = new FeedRowEvents(scale, group => Publish(group, publisher, recording.Engine));
        foreach (PlacedRow placed in source.Read().StoppedBy(stop))
        {
            events.Add(in placed);
        }

        events.Flush();
        recording.Finish();
        return new NpzImportResult(
            recording.Folder, instrument, events.Commits, events.Trades, events.Tops, source.Ignored,
            recording.Engine.Engine.View(0).StaleBooks);
    }

    // A snapshot can be larger than what one input may publish; it is whole at its commit in the last part.
    private static void Publish(ReadOnlySpan<EngineInput> group, RingPublisher publisher, InlineEngine engine)
    {
        while (!group.IsEmpty)
        {
            ReadOnlySpan<EngineInput> part = group[..Math.Min(group.Length, publisher.MaxEvents)];
            publisher.Publish(
                InputKind.Event, tag: 0, part[0].ReceiveTimeNs, MemoryMarshal.AsBytes(part), part);
            engine.Run();
            group = group[part.Length..];
        }
    }

    private Instrument CreateInstrument(FeedRowScale scale)
    {
        InstrumentScale declared;
        try
        {
            declared = DeclaredScale.FromText(
                symbol,
                TickSize ?? ListedInstrument.StepOf(scale.PriceDecimals),
                LotSize ?? ListedInstrument.StepOf(scale.QuantityDecimals));
        }
        catch (VenueException fault)
        {
            throw new ArgumentException(fault.Message, fault);
        }

        scale.Refine(in declared);
        Instrument guess = venue.ReadInstruments(
            [], [symbol], _ => (scale.PriceDecimals, scale.QuantityDecimals))[0];
        return guess with
        {
            Scale = declared.Finer(
                InstrumentScale.PowerOfTen(scale.PriceDecimals - declared.PriceDecimals),
                InstrumentScale.PowerOfTen(scale.QuantityDecimals - declared.QuantityDecimals)),
            MinQuantityLots = 1,
            MinNotionalTickLots = 0,
        };
    }
}
