using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Signals;

/// <summary>Predictions that wait for their horizon, oldest first. Engine thread only.</summary>
internal sealed class PredictionQueue
{
    private readonly long _horizonNs;
    private readonly Prediction[] _predictions;
    private int _oldest;

    internal PredictionQueue(long horizonNs, int capacity)
    {
        _horizonNs = horizonNs;
        _predictions = Preallocated.NewArray<Prediction>(capacity);
    }

    internal int Count { get; private set; }

    internal long Overflowed { get; private set; }

    internal long Dropped { get; private set; }

    /// <summary>When the oldest prediction is due; the greatest number when there is none.</summary>
    internal long NextDueNs => Count == 0 ? long.MaxValue : _predictions[_oldest].DueNs;

    internal void Add(int sign, int baseSign, long nowNs, long twoMid)
    {
        if (Count == _predictions.Length)
        {
            Overflowed++;
            return;
        }

        _predictions[(_oldest + Count) % _predictions.Length] = new Prediction
        {
            DueNs = nowNs + _horizonNs,
            TwoMid = twoMid,
            Sign = sign,
            BaseSign = baseSign,
        };
        Count++;
    }

    internal void Evaluate(long nowNs, long twoMid, ref WorthCounts counts)
    {
        while (Count != 0 && _predictions[_oldest].DueNs <= nowNs)
        {
            ref readonly Prediction prediction = ref _predictions[_oldest];
            int moved = twoMid.CompareTo(prediction.TwoMid);
            Score(prediction.Sign, moved, ref counts.Right, ref counts.Wrong, ref counts.Unchanged);
            if (prediction.BaseSign != 0)
            {
                Score(
                    prediction.BaseSign, moved, ref counts.BaseRight, ref counts.BaseWrong, ref counts.BaseUnchanged);
            }

            _oldest = (_oldest + 1) % _predictions.Length;
            Count--;
        }
    }

    internal void Drop()
    {
        Dropped += Count;
        Count = 0;
    }

    internal void Rescale(long priceFactor)
    {
        for (int i = 0; i < Count; i++)
        {
            _predictions[(_oldest + i) % _predictions.Length].TwoMid *= priceFactor;
        }
    }

    private static void Score(int sign, int moved, ref long right, ref long wrong, ref long unchanged)
    {
        if (moved == 0)
        {
            unchanged++;
        }
        else if (moved > 0 == sign > 0)
        {
            right++;
        }
        else
        {
            wrong++;
        }
    }

    private struct Prediction
    {
        public long DueNs;
        public long TwoMid;

        // 1 for a rise, -1 for a fall.
        public int Sign;

        // The last direction at that time in the same terms; 0 if there was none.
        public int BaseSign;
    }
}
