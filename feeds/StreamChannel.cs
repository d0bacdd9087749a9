namespace LowLatency.Feeds;

/// <summary>
/// A channel of a venue as one number, so that a session can compare it: family, depth, update interval, and whether
/// each message is the whole book. The families are the venue's own.
/// </summary>
/// <param name="Code">The number. 0 stands for a message that does not name its channel, and for a symbol whose channel
/// is not chosen yet.</param>
internal readonly record struct StreamChannel(int Code)
{
    private const int Bits = 12;
    private const int Mask = (1 << Bits) - 1;
    private const int FamilyShift = 2 * Bits;
    private const int WholeFlag = 1 << 28;
    private const int SecondaryFlag = 1 << 29;

    /// <summary>Not named, or not chosen.</summary>
    public static StreamChannel None => default;

    /// <summary>No channel at all: the symbol's book, or its trades, come over another connection.</summary>
    public static StreamChannel Off => new(-1);

    /// <summary>Levels per side; 0 for all, or if the name does not say.</summary>
    public int Depth => (Code >> Bits) & Mask;

    /// <summary>Update interval in milliseconds; -1 if the name does not say.</summary>
    public int IntervalMs => (Code & Mask) - 1;

    /// <summary>true if each message is the whole book to its depth.</summary>
    public bool IsWhole => Code > 0 && (Code & WholeFlag) != 0;

    /// <summary>true if it has orders of its own, which are not those of the venue's main book.</summary>
    public bool IsSecondary => Code > 0 && (Code & SecondaryFlag) != 0;

    /// <summary>The venue's number of the family; 1 to 15.</summary>
    public int Family => (Code >> FamilyShift) & 15;

    /// <summary>Creates it.</summary>
    /// <param name="family">The venue's number of the family, 1 to 15.</param>
    /// <param name="depth">Levels per side, up to 4,095; 0 for all.</param>
    /// <param name="intervalMs">Update interval, up to 4,094; -1 if unnamed.</param>
    /// <param name="isWhole">true if each message is the whole book.</param>
    /// <param name="isSecondary">true if it is not the venue's main book.</param>
    public static StreamChannel Of(
        int family, int depth = 0, int intervalMs = -1, bool isWhole = false, bool isSecondary = false) =>
        new((family << FamilyShift) | (depth << Bits) | (intervalMs + 1) | (isWhole ? WholeFlag : 0)
            | (isSecondary ? SecondaryFlag : 0));

    /// <summary>true if depth and interval fit.</summary>
    public static bool Fits(long depth, long intervalMs) => depth is >= 0 and <= Mask && intervalMs is >= -1 and < Mask;
}

/// <summary>Which of a symbol's channels a session uses.</summary>
/// <param name="Book">The channel of its book, as the venue names it; null for the first that is heard, empty for
/// none.</param>
/// <param name="Trades">The channel of its trades, likewise.</param>
public sealed record FeedChannels(string? Book, string? Trades);
