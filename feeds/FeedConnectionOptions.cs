using System;
using System.Collections.Generic;
using System.Net.Http;

namespace LowLatency.Feeds;

/// <summary>Settings of a connection. Immutable.</summary>
public sealed record FeedConnectionOptions
{
    /// <summary>Address and subscriptions.</summary>
    public required ConnectionPlan Plan { get; init; }

    /// <summary>The venue's connection rules.</summary>
    public required VenueProfile Profile { get; init; }

    /// <summary>The venue's limits, shared by all its connections.</summary>
    public required VenueLimits Limits { get; init; }

    /// <summary>Returns the address of a symbol's REST snapshot; the argument is the symbol's index.</summary>
    public required Func<int, Uri?> SnapshotAddress { get; init; }

    /// <summary>Returns the messages that make the stream send a symbol's snapshot again.</summary>
    public required Func<int, IReadOnlyList<string>> Resubscription { get; init; }

    /// <summary>HTTP client for snapshots.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>A connection without a byte for this long is cut; null for the venue's default.</summary>
    public TimeSpan? SilenceTimeout { get; init; }

    /// <summary>
    /// Age at which a connection is replaced; null for the default, shortly before the venue's limit.
    /// </summary>
    public TimeSpan? ReplaceAge { get; init; }

    /// <summary>How long a younger connection listens in parallel before it takes over.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Interval at which a snapshot of each live book is fetched, so that a replay can start from it; null for never.
    /// Only for venues with REST snapshots.
    /// </summary>
    public TimeSpan? WaypointInterval { get; init; }

    /// <summary>A symbol without a message for this long after the subscription gets a snapshot nevertheless.</summary>
    public TimeSpan FirstWord { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Interval at which symbols that still wait for a snapshot are looked for.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A live book without a message for this long is invalidated although the connection is up; null for the venue's
    /// default.
    /// </summary>
    public TimeSpan? BookSilence { get; init; }

    /// <summary>
    /// The same for a book whose symbol has had trades or tops of book meanwhile: trades move a book.
    /// </summary>
    public TimeSpan TradedSilence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum message size in bytes; a longer message ends the connection with close code 1009.</summary>
    public int MaxMessageBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>First pause before a reconnect.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Maximum pause before a reconnect.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Timeout for opening the connection and for snapshot requests.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Called with a line of text when the connection opens or ends; on any thread.</summary>
    public Action<string>? OnNotice { get; init; }

    internal TimeSpan EffectiveSilence => SilenceTimeout ?? Profile.SilenceTimeout;

    internal TimeSpan EffectiveBookSilence => BookSilence ?? Profile.BookSilence;

    /// <summary>
    /// Shortly before the venue's limit, randomised so that not all connections are replaced at once.
    /// </summary>
    internal TimeSpan? DrawReplaceAge()
    {
#pragma warning disable CA5394 // Jitter needs no cryptographic strength.
        return (ReplaceAge ?? Profile.MaxConnectionAge * 0.9) * (0.95 + (Random.Shared.NextDouble() * 0.05));
#pragma warning restore CA5394
    }
}
