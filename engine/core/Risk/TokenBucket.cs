namespace LowLatency.Engine.Risk;

/// <summary>
/// A rate limit in event time: a burst, then one per interval. It keeps one number, the time at which the bucket is
/// full again (the generic cell rate algorithm). Engine thread only.
/// </summary>
internal struct TokenBucket
{
    private readonly long _intervalNs;
    private readonly long _roomNs;
    private long _fullAtNs;

    /// <summary>Creates a full bucket.</summary>
    /// <param name="intervalNs">Nanoseconds until a token comes back; 0 for no limit.</param>
    /// <param name="burst">Tokens in a full bucket, 1 or more.</param>
    public TokenBucket(long intervalNs, int burst)
    {
        _intervalNs = intervalNs;
        _roomNs = intervalNs * (burst - 1L);
        _fullAtNs = 0;
    }

    /// <summary>true if a token is available.</summary>
    public readonly bool HasToken(long nowNs) => _intervalNs == 0 || _fullAtNs - nowNs <= _roomNs;

    /// <summary>Takes a token even if none is available: mandatory actions count too.</summary>
    public void Take(long nowNs)
    {
        if (_intervalNs != 0)
        {
            _fullAtNs = (_fullAtNs > nowNs ? _fullAtNs : nowNs) + _intervalNs;
        }
    }
}
