using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Signals;

/// <summary>A signal whose worth is measured.</summary>
public enum SignalKind
{
    /// <summary>The direction mask, each time it triggers.</summary>
    DirectionMask = 0,

    /// <summary>Micro-price above or below the mid, every second, like the following ones.</summary>
    MicroPrice = 1,

    /// <summary>Imbalance of the first five levels, deeper ones weighing less.</summary>
    DepthImbalance = 2,

    /// <summary>Imbalance of the trades of the last ten seconds.</summary>
    TradeFlow = 3,

    /// <summary>Order-flow imbalance of the last ten seconds.</summary>
    OrderFlow = 4,
}

/// <summary>
/// The signals of one instrument, and each signal's worth so far, which metrics and a replay's summary show beside the
/// base rule. Engine thread only.
/// </summary>
public sealed class InstrumentSignals
{
    /// <summary>Number of signals whose worth is measured.</summary>
    public const int Kinds = 5;

    private const long NsPerSecond = 1_000_000_000;
    private const long FlowWindowNs = 10 * NsPerSecond;
    private const int Levels = 5;
    private const int VolatilitySamples = 300;
    private const int MinVolatilitySamples = 30;
    private const long StepNs = NsPerSecond / 10;
    private const long IntensityWindowNs = 600 * NsPerSecond;
    private const long EstimateNs = 5 * NsPerSecond;

    // Distances of a quarter of a basis point, ten basis points of them; the line is fitted over the nearer half.
    private const int Bins = 40;
    private const int FitBins = 20;
    private const int WidthsAMid = 40_000;
    private const int BasisPoints = 10_000;

    // Predictions of a minute, one a second.
    private const int PredictionCapacity = 64;

    private readonly SignalWorth[] _worths = new SignalWorth[Kinds];
    private readonly bool _drawsDirections;
    private DirectionSignal _directions = new(DirectionRule.Step);
    private DirectionMask _mask = new(run: 5, correction: 1, turn: 2);
    private ArrivalIntensity? _intensity;
    private long _nextSampleNs;
    private long _nextEstimateNs;
    private double _rate;
    private double _decay;
    private long _twoMid;

    /// <summary>Creates the signal with nothing measured.</summary>
    /// <param name="drawsDirections">true to draw directions with the default rule; false if the strategy reports them.
    /// </param>
    public InstrumentSignals(bool drawsDirections)
    {
        _drawsDirections = drawsDirections;
        for (int i = 0; i < Kinds; i++)
        {
            _worths[i] = new SignalWorth(PredictionCapacity);
        }
    }

    /// <summary>Order-flow imbalance over ten seconds.</summary>
    public OrderFlowImbalance OrderFlow { get; } = new(FlowWindowNs);

    /// <summary>Trade-flow imbalance over ten seconds.</summary>
    public TradeFlowImbalance TradeFlow { get; } = new(FlowWindowNs);

    /// <summary>Realised volatility over five minutes, sampled every second.</summary>
    public RealisedVolatility Volatility { get; } = new(NsPerSecond, VolatilitySamples);

    /// <summary>Arrival intensity over ten minutes, in steps of a tenth of a second and distances of a quarter of a
    /// basis point; null before the first book, which gives the size of a basis point.</summary>
    public ArrivalIntensity? Intensity => _intensity;

    /// <summary>true if A and k of the fill intensity could be estimated.</summary>
    public bool HasIntensity { get; private set; }

    /// <summary>The worth of a signal.</summary>
    public SignalWorth Worth(SignalKind kind) => _worths[(int)kind];

    /// <summary>Volatility in basis points per square root of a second; a default for the first half minute.</summary>
    public double VolatilityBp(double initial) =>
        Volatility.Samples >= MinVolatilitySamples ? Volatility.PerRootSecond * BasisPoints : initial;

    /// <summary>k of the fill intensity per basis point; a default until it can be estimated.</summary>
    public double DecayPerBp(double initial) => HasIntensity ? _decay * _twoMid / 2 / BasisPoints : initial;

    /// <summary>A of one side's fill intensity for a second; a default until it can be estimated.</summary>
    public double Rate(double initial) => HasIntensity ? _rate / 2 : initial;

    /// <summary>Handles a live, two-sided book.</summary>
    internal void OnBook(OrderBook book, long tickIncrements, long nowNs)
    {
        long bid = book.Bids.BestPrice;
        long ask = book.Asks.BestPrice;
        long twoMid = bid + ask;
        OrderFlow.OnTop(nowNs, bid, book.Bids.BestQuantity, ask, book.Asks.BestQuantity);
        Volatility.OnMid(nowNs, twoMid);
        _twoMid = twoMid;
        _intensity ??= NewIntensity(twoMid);
        _intensity.OnMid(nowNs, twoMid);
        foreach (SignalWorth worth in _worths)
        {
            worth.OnMid(nowNs, twoMid);
        }

        if (_drawsDirections)
        {
            Direction direction = _directions.OnQuote(bid, ask, tickIncrements);
            if (direction != Direction.None)
            {
                OnDirection(direction, _mask.Add(direction), nowNs, twoMid);
            }
        }

        if (nowNs >= _nextSampleNs)
        {
            _nextSampleNs = ((nowNs / NsPerSecond) + 1) * NsPerSecond;
            Ask(book, nowNs, twoMid);
        }
    }

    /// <summary>Handles a direction, which may have triggered the mask.</summary>
    internal void OnDirection(Direction direction, MaskTrigger trigger, long nowNs, long twoMid)
    {
        foreach (SignalWorth worth in _worths)
        {
            worth.OnDirection(direction);
        }

        if (trigger != MaskTrigger.None)
        {
            _worths[(int)SignalKind.DirectionMask].Predict((int)trigger, nowNs, twoMid);
        }
    }

    /// <summary>Handles a trade, in the book's increments.</summary>
    internal void OnTrade(in EngineInput trade, OrderBook book, long nowNs)
    {
        TradeFlow.OnTrade(nowNs, trade.Side, trade.Quantity);
        if (book.IsTwoSided)
        {
            _intensity?.OnTrade(nowNs, trade.Side, trade.Price);
        }
    }

    /// <summary>Time has passed.</summary>
    internal void OnTime(long nowNs)
    {
        OrderFlow.OnTime(nowNs);
        TradeFlow.OnTime(nowNs);
        _intensity?.OnTime(nowNs);
        if (nowNs >= _nextEstimateNs && _intensity is not null)
        {
            _nextEstimateNs = nowNs + EstimateNs;
            HasIntensity = _intensity.TryEstimate(out _rate, out _decay);
        }
    }

    /// <summary>Handles the loss of the book: moves during the gap are unknown.</summary>
    internal void OnStale()
    {
        OrderFlow.Reset();
        TradeFlow.Reset();
        Volatility.Reset();
        _intensity?.Reset();
        _directions.Reset();
        _mask.Reset();
        foreach (SignalWorth worth in _worths)
        {
            worth.Reset();
        }
    }

    /// <summary>Converts prices and quantities to finer increments.</summary>
    internal void Rescale(long priceFactor, long quantityFactor)
    {
        OrderFlow.Rescale(priceFactor, quantityFactor);
        TradeFlow.Rescale(quantityFactor);
        Volatility.Rescale(priceFactor);
        _intensity?.Rescale(priceFactor);
        _decay /= priceFactor;
        _twoMid *= priceFactor;
        foreach (SignalWorth worth in _worths)
        {
            worth.Rescale(priceFactor);
        }
    }

    // Once in a session, at its first book.
    private static ArrivalIntensity NewIntensity(long twoMid) =>
        new(StepNs, IntensityWindowNs, Math.Max(1, twoMid / 2 / WidthsAMid), Bins, FitBins);

    private void Ask(OrderBook book, long nowNs, long twoMid)
    {
        // The micro-price lies above the mid exactly when the bid holds more than the ask.
        Predict(SignalKind.MicroPrice, book.Bids.BestQuantity.CompareTo(book.Asks.BestQuantity), nowNs, twoMid);
        Predict(SignalKind.DepthImbalance, Math.Sign(DepthImbalance.OfFallingLevels(book, Levels)), nowNs, twoMid);
        Predict(SignalKind.TradeFlow, TradeFlow.Bought.CompareTo(TradeFlow.Sold), nowNs, twoMid);
        Predict(SignalKind.OrderFlow, Int128.Sign(OrderFlow.WindowSum), nowNs, twoMid);
    }

    private void Predict(SignalKind kind, int sign, long nowNs, long twoMid)
    {
        if (sign != 0)
        {
            _worths[(int)kind].Predict(sign, nowNs, twoMid);
        }
    }
}
