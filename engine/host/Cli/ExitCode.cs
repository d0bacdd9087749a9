namespace LowLatency.Host.Cli;

/// <summary>What the process ends with. The numbers are part of its interface.</summary>
internal static class ExitCode
{
    /// <summary>All went well; also a live session that was stopped in good order.</summary>
    public const int Ok = 0;

    /// <summary>A failure that nobody foresaw.</summary>
    public const int Unexpected = 1;

    /// <summary>What was compared is not the same.</summary>
    public const int Different = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Refused by the state of things, such as a port in use.</summary>
    public const int Refused = 3;

    /// <summary>A setting is wrong.</summary>
    public const int Configuration = 4;

    /// <summary>Something took too long.</summary>
    public const int Timeout = 5;

    /// <summary>A file, folder or symbol is not there.</summary>
    public const int NotFound = 6;

    /// <summary>Data are damaged, or differ from what they should be.</summary>
    public const int DamagedData = 7;

    /// <summary>The venue refused.</summary>
    public const int VenueRefused = 8;

    /// <summary>Interrupted; a live session by a second signal alone, and then orders may be open.</summary>
    public const int Interrupted = 130;
}
