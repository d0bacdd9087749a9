using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;

namespace LowLatency.Replay.Captures;

/// <summary>The instruments of a capture, for tools that play it.</summary>
public static class CapturedInstruments
{
    /// <summary>
    /// Finds them: as the capture's list declares them, or with the finest increments of their numbers. Each has a
    /// message that the venue's parser reads.
    /// </summary>
    /// <param name="venue">The venue.</param>
    /// <param name="messages">The capture, with its lists.</param>
    public static IReadOnlyList<Instrument> Find(IVenue venue, IEnumerable<CapturedMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(venue);
        ArgumentNullException.ThrowIfNull(messages);
        var survey = new CaptureSurvey(venue, channel: null);
        long lines = 0;
        foreach (CapturedMessage message in messages)
        {
            survey.See(lines++, in message);
        }

        return venue.ReadInstruments(
            survey.Lists,
            survey.Symbols.Where(item => item.Parts.Count != 0).Select(item => item.Name).ToArray(),
            survey.Decimals);
    }
}
