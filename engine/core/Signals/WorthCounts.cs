namespace LowLatency.Engine.Signals;

/// <summary>When a prediction is scored.</summary>
public enum WorthHorizon
{
    /// <summary>At the next direction.</summary>
    NextDirection = 0,

    /// <summary>By the mid one second later.</summary>
    OneSecond = 1,

    /// <summary>By the mid ten seconds later.</summary>
    TenSeconds = 2,

    /// <summary>By the mid one minute later.</summary>
    OneMinute = 3,
}

/// <summary>
/// Scores of predictions at a horizon, and of the base rule "the last direction continues". All 0 or more.
/// </summary>
public struct WorthCounts
{
    /// <summary>Right predictions.</summary>
    public long Right;

    /// <summary>Wrong predictions.</summary>
    public long Wrong;

    /// <summary>Predictions after which the mid was unchanged. 0 for
    /// <see cref="WorthHorizon.NextDirection"/>.</summary>
    public long Unchanged;

    /// <summary>As <see cref="Right"/>, of the base rule.</summary>
    public long BaseRight;

    /// <summary>As <see cref="Wrong"/>, of the base rule.</summary>
    public long BaseWrong;

    /// <summary>As <see cref="Unchanged"/>, of the base rule.</summary>
    public long BaseUnchanged;

    /// <summary>Adds the counts of another instrument.</summary>
    public void Add(in WorthCounts other)
    {
        Right += other.Right;
        Wrong += other.Wrong;
        Unchanged += other.Unchanged;
        BaseRight += other.BaseRight;
        BaseWrong += other.BaseWrong;
        BaseUnchanged += other.BaseUnchanged;
    }

    /// <summary>Share of right predictions among those after which the mid moved.</summary>
    public readonly WilsonInterval Share => WilsonInterval.Of(Right, Right + Wrong);

    /// <summary>The same share, of the base rule.</summary>
    public readonly WilsonInterval BaseShare => WilsonInterval.Of(BaseRight, BaseRight + BaseWrong);
}
