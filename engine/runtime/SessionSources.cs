namespace LowLatency.Engine.Runtime;

/// <summary>Source numbers of a session's input producers. They are part of every recording.</summary>
public static class SessionSources
{
    /// <summary>The operator's commands.</summary>
    public const ushort Control = 0;

    /// <summary>The timer.</summary>
    public const ushort Timer = 1;

    /// <summary>The order gateway: its refusals, and journal write failures.</summary>
    public const ushort Gateway = 2;

    /// <summary>The reports of the venue that takes the orders.</summary>
    public const ushort Venue = 3;

    /// <summary>The first feed connection; the others follow.</summary>
    public const ushort FirstFeed = 4;
}
