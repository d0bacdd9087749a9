using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay;

/// <summary>Finds what contradicts itself in a manifest, so that damage is reported here and not as a later error.
/// </summary>
internal static class ManifestCheck
{
    /// <summary>The first problem, as text; null if there is none.</summary>
    public static string? FindProblem(SessionManifest manifest) =>
        FindVenueProblem(manifest) ?? FindInstrumentProblem(manifest) ?? FindFeedProblem(manifest)
        ?? (manifest.Snapshot is { } snapshot ? FindSnapshotProblem(snapshot) : null);

    private static string? FindVenueProblem(SessionManifest manifest)
    {
        if (manifest.Venues is null or { Count: 0 })
        {
            return "they name no venue";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        return manifest.Venues.FirstOrDefault(venue => !names.Add(venue.Name)) is { } twice
            ? $"venue {twice.Name} is listed twice"
            : null;
    }

    private static string? FindInstrumentProblem(SessionManifest manifest)
    {
        if (manifest.Instruments is null or { Count: 0 })
        {
            return "they name no instrument";
        }

        var venues = manifest.Venues.Select(venue => venue.Name).ToHashSet(StringComparer.Ordinal);
        var known = new HashSet<InstrumentKey>();
        for (int i = 0; i < manifest.Instruments.Count; i++)
        {
            Instrument instrument = manifest.Instruments[i].Instrument;
            string? problem = instrument.Id != i ? $"instrument {i} has the id {instrument.Id}"
                : !venues.Contains(instrument.Venue)
                    ? $"instrument {instrument.Symbol} is at venue {instrument.Venue}, which is not in the list"
                : !known.Add(InstrumentKey.Of(instrument))
                    ? $"instrument {instrument.Symbol} of venue {instrument.Venue} is listed twice"
                : null;
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? FindFeedProblem(SessionManifest manifest)
    {
        foreach (SourceManifest feed in manifest.Feeds ?? [])
        {
            foreach (ushort id in feed.InstrumentIds)
            {
                if (id >= manifest.Instruments.Count || manifest.Instruments[id].Instrument.Venue != feed.Venue)
                {
                    return $"source {feed.Source} is a feed of venue {feed.Venue} and names instrument {id}, which is "
                        + "not there";
                }
            }
        }

        return null;
    }

    private static string? FindSnapshotProblem(SnapshotManifest snapshot) =>
        snapshot.RecordBytes != EngineOutput.SizeBytes
            ? $"their snapshot has records of {snapshot.RecordBytes} bytes, and this program's have "
                + $"{EngineOutput.SizeBytes}: use the program that wrote it"
        : snapshot.Records.Length % snapshot.RecordBytes != 0
            ? $"their snapshot has {snapshot.Records.Length} bytes, which is not a multiple of the "
                + $"record size, {snapshot.RecordBytes} bytes"
        : null;
}
