using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;

namespace LowLatency.Replay.Npz;

/// <summary>Result of an import of feed data.</summary>
/// <param name="Folder">The recording.</param>
/// <param name="Instrument">Its instrument.</param>
/// <param name="Commits">Book updates and snapshots.</param>
/// <param name="Trades">Trades.</param>
/// <param name="Tops">Tops of book.</param>
/// <param name="Ignored">Unused rows.</param>
/// <param name="StaleBooks">How often a live book was invalidated: cleared by the data, or crossed.</param>
public sealed record NpzImportResult(
    string Folder, Instrument Instrument, long Commits, long Trades, long Tops, long Ignored, long StaleBooks);

/// <summary>
/// Converts hftbacktest's feed data of one symbol to a recording. The data contain no venue messages, so the recording
/// contains ready-made events, and no venue rules are checked. It uses what the trader saw: local rows, at their local
/// times.
/// </summary>
/// <param name="venue">The venue to record.</param>
/// <param name="symbol">The symbol.</param>
public sealed class NpzImport(IVenue venue, string symbol)
{
    private const ushort FeedSource = 1;

    /// <summary>Price step of orders as decimal text; null for the finest price in the data.</summary>
    public string? TickSize { get; init; }

    /// <summary>Quantity step of orders as decimal text; null for the finest quantity in the data.</summary>
    public string? LotSize { get; init; }

    /// <summary>Writes the recording.</summary>
    /// <param name="paths">Files in the order of their times; they are read twice.</param>
    /// <param name="describe">Adds limits and strategy to the instrument.</param>
    /// <param name="directory">Parent folder of the recording.</param>
    /// <param name="program">Name and version of this program.</param>
    /// <param name="stop">Ends it early. If it ends before the end of the data, for any reason, no recording is
    /// left.</param>
    /// <exception cref="ArgumentException">Tick or lot size is not a valid number.</exception>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is invalid; the message names file and row.</exception>
    /// <exception cref="IOException">A file cannot be read, or the recording cannot be written.</exception>
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
            throw new InvalidDataException($"{names}: no local row with a level, trade or top");
        }

        Instrument instrument = CreateInstrument(scale);
        SessionManifest manifest = ImportedRecording.Describe(venue, names, program, [describe(instrument)], feeds: []);
        using var recording = new ImportedRecording(directory, manifest, scale.FirstTimeNs);
        InputPublisher publisher = recording.CreatePublisher(FeedSource);
        var events = new FeedRowEvents(scale, group => Publish(group, publisher));
        foreach (PlacedRow placed in source.Read().StoppedBy(stop))
        {
            events.Add(in placed);
        }

        events.Flush();
        recording.Finish();
        return new NpzImportResult(
            recording.Folder, instrument, events.Commits, events.Trades, events.Tops, source.Ignored,
            recording.Core.Engine.View(0).StaleBooks);
    }

    // A snapshot can be larger than the maximum for one input; it is complete at its commit in the last part.
    private static void Publish(ReadOnlySpan<EngineInput> group, InputPublisher publisher)
    {
        while (!group.IsEmpty)
        {
            ReadOnlySpan<EngineInput> part = group[..Math.Min(group.Length, publisher.MaxEvents)];
            publisher.Publish(
                InputKind.Event, tag: 0, part[0].ReceiveTimeNs, MemoryMarshal.AsBytes(part), part);
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
