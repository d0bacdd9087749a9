namespace LowLatency.Host.Cli;

/// <summary>Exit codes of the process. The numbers are part of its interface.</summary>
internal static class ExitCode
{
    /// <summary>Success, including a live session that was stopped cleanly.</summary>
    public const int Ok = 0;

    /// <summary>An unexpected error.</summary>
    public const int Unexpected = 1;

    /// <summary>The compared data differ.</summary>
    public const int Different = 1;

    /// <summary>Invalid command line.</summary>
    public const int Usage = 2;

    /// <summary>Refused in the current state, for example because a port is in use.</summary>
    public const int Refused = 3;

    /// <summary>Invalid settings.</summary>
    public const int Configuration = 4;

    /// <summary>A timeout.</summary>
    public const int Timeout = 5;

    /// <summary>A file, folder or symbol was not found.</summary>
    public const int NotFound = 6;

    /// <summary>Data are damaged, or differ from what they should be.</summary>
    public const int DamagedData = 7;

    /// <summary>The venue refused.</summary>
    public const int VenueRefused = 8;

    /// <summary>
    /// Interrupted. A live session ends with it only after a second signal, and then orders may be open.
    /// </summary>
    public const int Interrupted = 130;
}
