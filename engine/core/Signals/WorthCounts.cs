namespace LowLatency.Engine.Signals;

/// <summary>When a prediction is judged.</summary>
public enum WorthHorizon
{
    /// <summary>By the next direction drawn.</summary>
    NextDirection = 0,

    /// <summary>By the mid a second later.</summary>
    OneSecond = 1,

    /// <summary>By the mid ten seconds later.</summary>
    TenSeconds = 2,

    /// <summary>By the mid a minute later.</summary>
    OneMinute = 3,
}

/// <summary>
/// How predictions fared at a horizon, and how the base did, which is "the last direction goes on". All 0 or more.
/// </summary>
public struct WorthCounts
{
    /// <summary>Predictions whose way it went.</summary>
    public long Right;

    /// <summary>Predictions that it went against.</summary>
    public long Wrong;

    /// <summary>Predictions after which the mid was the same. 0 for <see cref="WorthHorizon.NextDirection"/>.</summary>
    public long Unchanged;

    /// <summary>As <see cref="Right"/>, of the base.</summary>
    public long BaseRight;

    /// <summary>As <see cref="Wrong"/>, of the base.</summary>
    public long BaseWrong;

    /// <summary>As <see cref="Unchanged"/>, of the base.</summary>
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

    /// <summary>Share of right ones among those that moved at all, of the predictions.</summary>
    public readonly WilsonInterval Share => WilsonInterval.Of(Right, Right + Wrong);

    /// <summary>Share of right ones among those that moved at all, of the base.</summary>
    public readonly WilsonInterval BaseShare => WilsonInterval.Of(BaseRight, BaseRight + BaseWrong);
}
