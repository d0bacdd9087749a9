using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// How much more was added to the bid and taken from the ask than the other way, event by event: R. Cont, A. Kukanov,
/// S. Stoikov, "The price impact of order book events", Journal of Financial Econometrics 12(1), 2014, 47–88.
/// For the states n - 1 and n of the touch
/// <code>
/// e = 1[Pb(n) ≥ Pb(n-1)] Qb(n) - 1[Pb(n) ≤ Pb(n-1)] Qb(n-1) - 1[Pa(n) ≤ Pa(n-1)] Qa(n) + 1[Pa(n) ≥ Pa(n-1)] Qa(n-1)
/// </code>
/// and the imbalance of a time is the sum of its e: above 0, buyers press. Prices and quantities are in wire
/// increments, quantities from 0 to 2^62; all sums are exact. Engine thread only.
/// </summary>
public sealed class OrderFlowImbalance
{
    private readonly SlidingSum _window;
    private bool _hasTop;
    private long _bid;
    private long _bidQuantity;
    private long _ask;
    private long _askQuantity;

    /// <summary>Creates the signal with no reference state.</summary>
    /// <param name="windowNs">Length of the sliding window in nanoseconds, 16 or more. It moves in steps of a
    /// sixteenth, so between 15/16 of it and all of it count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is too short.</exception>
    public OrderFlowImbalance(long windowNs)
    {
        _window = new SlidingSum(windowNs);
    }

    /// <summary>The sum of e within the window that ends with the last call that named a time.</summary>
    public Int128 WindowSum => _window.Total;

    /// <summary>The sum of e since the start or the last <see cref="Reset"/>.</summary>
    public Int128 Total { get; private set; }

    /// <summary>Adds a state of the touch, changed or not.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch; an older one counts as the last one.
    /// </param>
    /// <param name="bid">Best bid.</param>
    /// <param name="bidQuantity">Quantity at the best bid.</param>
    /// <param name="ask">Best ask.</param>
    /// <param name="askQuantity">Quantity at the best ask.</param>
    /// <returns>e; 0 for the first state.</returns>
    public long OnTop(long nowNs, long bid, long bidQuantity, long ask, long askQuantity)
    {
        _window.Advance(nowNs);
        long flow = 0;
        if (_hasTop)
        {
            flow += bid >= _bid ? bidQuantity : 0;
            flow -= bid <= _bid ? _bidQuantity : 0;
            flow -= ask <= _ask ? askQuantity : 0;
            flow += ask >= _ask ? _askQuantity : 0;
            _window.Add(flow);
            Total += flow;
        }

        _hasTop = true;
        (_bid, _bidQuantity, _ask, _askQuantity) = (bid, bidQuantity, ask, askQuantity);
        return flow;
    }

    /// <summary>Advances the window without an event.</summary>
    public void OnTime(long nowNs) => _window.Advance(nowNs);

    /// <summary>Clears everything, because the book was not live and flow was missed.</summary>
    public void Reset()
    {
        _hasTop = false;
        _window.Clear();
        Total = 0;
    }

    /// <summary>Converts everything to finer increments.</summary>
    /// <param name="priceFactor">New price increments per old one.</param>
    /// <param name="quantityFactor">New quantity increments per old one.</param>
    internal void Rescale(long priceFactor, long quantityFactor)
    {
        _bid *= priceFactor;
        _ask *= priceFactor;
        _bidQuantity *= quantityFactor;
        _askQuantity *= quantityFactor;
        _window.Rescale(quantityFactor);
        Total *= quantityFactor;
    }
}
