namespace LowLatency.Engine.Runtime;

/// <summary>How a session numbers the producers of its inputs. The numbers are part of every recording.</summary>
public static class SessionSources
{
    /// <summary>The operator's commands.</summary>
    public const ushort Control = 0;

    /// <summary>The timer.</summary>
    public const ushort Timer = 1;

    /// <summary>The order gateway: its refusals, and a journal that cannot be written.</summary>
    public const ushort Gateway = 2;

    /// <summary>The reports of the venue that takes the orders.</summary>
    public const ushort Venue = 3;

    /// <summary>The first feed connection; the others follow it.</summary>
    public const ushort FirstFeed = 4;
}
