using System;
using System.Net.Http;

namespace LowLatency.Feeds;

/// <summary>How a connection is kept. Immutable.</summary>
public sealed record FeedConnectionOptions
{
    /// <summary>The websocket's whole address.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gives the address of a symbol's REST snapshot; the argument is the symbol's index.</summary>
    public required Func<int, Uri> SnapshotAddress { get; init; }

    /// <summary>Client for the snapshots.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>A connection that brings no byte for longer is cut.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(30);

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
}
