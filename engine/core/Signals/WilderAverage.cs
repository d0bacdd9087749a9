namespace LowLatency.Engine.Signals;

/// <summary>
/// J. W. Wilder's smoothing ("New Concepts in Technical Trading Systems", 1978): first the simple mean of n values,
/// then
/// average = (average·(n − 1) + value) / n. Engine thread only.
/// </summary>
internal struct WilderAverage(int values)
{
    private int _count;

    public readonly bool IsReady => _count >= values;

    public double Value { get; private set; }

    public void Add(double value)
    {
        if (IsReady)
        {
            Value = ((Value * (values - 1)) + value) / values;
            return;
        }

        _count++;
        Value += (value - Value) / _count;
    }

    public void Rescale(long factor) => Value *= factor;
}
