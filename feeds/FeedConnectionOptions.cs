using System;
using System.Collections.Generic;
using System.Net.Http;

namespace LowLatency.Feeds;

/// <summary>How a connection is kept. Immutable.</summary>
public sealed record FeedConnectionOptions
{
    /// <summary>Address and subscriptions.</summary>
    public required ConnectionPlan Plan { get; init; }

    /// <summary>What the venue says of its connections.</summary>
    public required VenueProfile Profile { get; init; }

    /// <summary>The venue's limits, shared by all its connections.</summary>
    public required VenueLimits Limits { get; init; }

    /// <summary>Gives the address of a symbol's REST snapshot; the argument is the symbol's index.</summary>
    public required Func<int, Uri?> SnapshotAddress { get; init; }

    /// <summary>Gives the texts that make the stream send a symbol's snapshot anew.</summary>
    public required Func<int, IReadOnlyList<string>> Resubscription { get; init; }

    /// <summary>Client for the snapshots.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>A connection that brings no byte for longer is cut; null for the venue's own time.</summary>
    public TimeSpan? SilenceTimeout { get; init; }

    /// <summary>Age at which a connection is replaced; null for a while before the venue's own limit.</summary>
    public TimeSpan? ReplaceAge { get; init; }

    /// <summary>How long a younger connection listens beside the older one before it takes over.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a snapshot of each book is asked for although it lives, so that a replay can begin with it;
    /// null for never. Only where books begin with REST snapshots.</summary>
    public TimeSpan? WaypointInterval { get; init; }

    /// <summary>A symbol whose stream has said nothing so long after the subscription gets its snapshot all the same.
    /// </summary>
    public TimeSpan FirstWord { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often symbols are looked for that still wait for a snapshot.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A living book of which no message comes for longer is given up, although the connection lives; null for
    /// the venue's own time.</summary>
    public TimeSpan? BookSilence { get; init; }

    /// <summary>The same for a book of whose symbol trades or tops have come meanwhile: what trades moves its book.
    /// </summary>
    public TimeSpan TradedSilence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest message, in bytes; a longer one ends the connection with close code 1009.</summary>
    public int MaxMessageBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>First pause before connecting again.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause before connecting again.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest wait for the connection to open or a snapshot to arrive.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Called with a line in words when the connection opens or ends; on any thread.</summary>
    public Action<string>? OnNotice { get; init; }

    internal TimeSpan EffectiveSilence => SilenceTimeout ?? Profile.SilenceTimeout;

    internal TimeSpan EffectiveBookSilence => BookSilence ?? Profile.BookSilence;

    /// <summary>Well before the venue's limit, and not all connections of a process at once.</summary>
    internal TimeSpan? DrawReplaceAge()
    {
#pragma warning disable CA5394 // Jitter needs no cryptographic strength.
        return (ReplaceAge ?? Profile.MaxConnectionAge * 0.9) * (0.95 + (Random.Shared.NextDouble() * 0.05));
#pragma warning restore CA5394
    }
}
