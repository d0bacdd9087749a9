using System;
using System.Collections.Generic;

namespace LowLatency.Feeds;

/// <summary>A rate limit.</summary>
/// <param name="Count">Number of requests.</param>
/// <param name="Window">Time window.</param>
public readonly record struct RateLimit(int Count, TimeSpan Window);

/// <summary>
/// The rules of a venue's public feed, as documented: how to keep a connection, and the limits. Immutable.
/// </summary>
public sealed record VenueProfile
{
    /// <summary>The venue's display name.</summary>
    public required string Title { get; init; }

    /// <summary>Subscribed channels, in the venue's terms.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>How the book is verified, as text.</summary>
    public required string Proof { get; init; }

    /// <summary>A connection without a byte for this long is half-open: it is cut and reopened.</summary>
    public required TimeSpan SilenceTimeout { get; init; }

    /// <summary>
    /// A live book without a message for this long is invalidated although the connection is up. Quiet symbols are
    /// silent for minutes; where the venue repeats itself on every channel, this is a few of its intervals.
    /// </summary>
    public TimeSpan BookSilence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Text that the client sends as a ping; null for websocket pings.</summary>
    public string? PingText { get; init; }

    /// <summary>Interval of the client's pings, text or websocket.</summary>
    public required TimeSpan PingInterval { get; init; }

    /// <summary>Age at which the venue closes a connection; null if not documented.</summary>
    public TimeSpan? MaxConnectionAge { get; init; }

    /// <summary>Limit for messages sent by a client.</summary>
    public required RateLimit ClientMessages { get; init; }

    /// <summary>Limit for subscribe and unsubscribe messages per connection, if it is lower; otherwise null.</summary>
    public RateLimit? Subscriptions { get; init; }

    /// <summary>Limit for new connections per address.</summary>
    public required RateLimit Connects { get; init; }

    /// <summary>Limit for REST book snapshots per address.</summary>
    public required RateLimit Snapshots { get; init; }

    /// <summary>Symbols per connection.</summary>
    public required int SymbolsPerConnection { get; init; }

    /// <summary>
    /// Interval at which a live book is replaced by a snapshot, if the stream cannot show a lost message; null for
    /// never.
    /// </summary>
    public TimeSpan? BookRefresh { get; init; }

    /// <summary>Minimum number of inbound ring slots for a snapshot of this venue.</summary>
    public int RingCapacity { get; init; } = 131_072;

    /// <summary>true if this program can send orders there; otherwise orders are filled on paper.</summary>
    public bool CanSendOrders { get; init; }
}
