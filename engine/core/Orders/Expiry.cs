namespace LowLatency.Engine.Orders;

/// <summary>When orders expire. The one place that adds a lifetime to a time.</summary>
internal static class Expiry
{
    /// <summary>The expiry time of what never expires.</summary>
    public const long Never = long.MaxValue;

    /// <summary>The time at which a lifetime ends.</summary>
    /// <param name="nowNs">Start of the lifetime, nanoseconds since the Unix epoch, 0 or more.</param>
    /// <param name="lifetimeNs">Lifetime in nanoseconds, 0 or more; 0 for no end.</param>
    /// <returns>Nanoseconds since the Unix epoch; <see cref="Never"/> for no end, and where the sum leaves the range.
    /// </returns>
    public static long After(long nowNs, long lifetimeNs) =>
        lifetimeNs == 0 || lifetimeNs > Never - nowNs ? Never : nowNs + lifetimeNs;

    /// <summary>The lifetime that <see cref="After"/> made an expiry time of.</summary>
    /// <param name="nowNs">Start of the lifetime, nanoseconds since the Unix epoch.</param>
    /// <param name="expireTimeNs">Its end.</param>
    /// <returns>Nanoseconds; 0 for no end.</returns>
    public static long LifetimeOf(long nowNs, long expireTimeNs) =>
        expireTimeNs == Never ? 0 : expireTimeNs - nowNs;
}
