using System;
using System.Collections.Generic;

namespace LowLatency.Feeds;

/// <summary>A venue's limit: so many within a time.</summary>
/// <param name="Count">How many.</param>
/// <param name="Window">Within how long.</param>
public readonly record struct RateLimit(int Count, TimeSpan Window);

/// <summary>
/// What a venue's documentation says of its public feed: how a connection is kept and which limits hold. Immutable.
/// </summary>
public sealed record VenueProfile
{
    /// <summary>The venue's name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Channels that are subscribed, as the venue calls them.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>How the book is proved right, in words.</summary>
    public required string Proof { get; init; }

    /// <summary>A connection that brings no byte for longer is half open: cut and made again.</summary>
    public required TimeSpan SilenceTimeout { get; init; }

    /// <summary>A living book of which no message comes for longer is given up, although the connection lives. Quiet
    /// symbols are silent for minutes; where the venue repeats itself on every channel it is a few of its intervals.
    /// </summary>
    public TimeSpan BookSilence { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Text that the client sends to keep the connection; null where websocket pings do.</summary>
    public string? PingText { get; init; }

    /// <summary>How often the client pings, by text or by websocket ping.</summary>
    public required TimeSpan PingInterval { get; init; }

    /// <summary>Age at which the venue closes a connection; null where it states none.</summary>
    public TimeSpan? MaxConnectionAge { get; init; }

    /// <summary>Messages that a client may send.</summary>
    public required RateLimit ClientMessages { get; init; }

    /// <summary>Subscriptions and their ends that a connection may send, where that is fewer; or null.</summary>
    public RateLimit? Subscriptions { get; init; }

    /// <summary>Connections that may be opened from one address.</summary>
    public required RateLimit Connects { get; init; }

    /// <summary>REST book snapshots that may be asked for from one address.</summary>
    public required RateLimit Snapshots { get; init; }

    /// <summary>Symbols that one connection carries.</summary>
    public required int SymbolsPerConnection { get; init; }

    /// <summary>How often a living book is replaced by a snapshot, where the stream cannot show a lost message; null
    /// for never.</summary>
    public TimeSpan? BookRefresh { get; init; }

    /// <summary>Least slots of the inbound ring that a snapshot of this venue needs.</summary>
    public int RingCapacity { get; init; } = 131_072;

    /// <summary>true when this program can send orders there; until then they are filled on paper.</summary>
    public bool CanSendOrders { get; init; }
}
