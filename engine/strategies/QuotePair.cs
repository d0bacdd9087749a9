using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>Reasons of a <see cref="QuotePair"/>.</summary>
public enum QuoteReason : byte
{
    /// <summary>A quote at the model's price.</summary>
    [Text("a quote at the model's price")]
    Quote = 8,

    /// <summary>The model's price, quantity or inventory has moved, so the quote follows.</summary>
    [Text("the model's price has moved")]
    Requote = 9,

    /// <summary>No quote is wanted on this side now.</summary>
    [Text("no quote is wanted there now")]
    NoQuote = 10,
}

/// <summary>Settings of a <see cref="QuotePair"/>.</summary>
/// <param name="Lots">Quantity of each quote, in lots.</param>
/// <param name="MinMoveTicks">A quote is moved only if the model's price has moved at least this far.</param>
/// <param name="LifetimeNs">How long a quote may live.</param>
/// <param name="MaxInventoryOrders">Position, in quotes, from which the side that would add to it is not
/// quoted.</param>
public readonly record struct QuotePairSettings(
    long Lots, long MinMoveTicks, long LifetimeNs, double MaxInventoryOrders);

/// <summary>
/// Keeps one post-only bid and one ask where a model wants them: places what is missing, amends what has drifted,
/// cancels what is not wanted. It finds its orders by their tags, so it continues after a restart. Engine thread only.
/// </summary>
public struct QuotePair
{
    private const ushort Tag = 1;
    private const long RetryNs = 1_000_000_000;
    private const double BasisPoints = 10_000;

    private readonly QuotePairSettings _settings;

    // Time of the next attempt after a refusal.
    private long _bidRetryNs;
    private long _askRetryNs;

    /// <summary>Creates the pair.</summary>
    public QuotePair(in QuotePairSettings settings)
    {
        _settings = settings;
        _bidRetryNs = 0;
        _askRetryNs = 0;
    }

    /// <summary>Inventory in quotes, above 0 if long.</summary>
    public readonly double Inventory(TradedInstrument instrument) =>
        _settings.Lots > 0 ? (double)instrument.PositionLots / _settings.Lots : 0;

    /// <summary>Moves both quotes to where a model wants them.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="target">What the model wants, in basis points of the mid.</param>
    /// <param name="volatilityBp">Volatility that it used, in basis points per square root of a second.</param>
    public void Update(TradedInstrument instrument, in QuoteTarget target, double volatilityBp)
    {
        if (!target.IsSound)
        {
            return;
        }

        // In wire increments, which the best prices are whole numbers of: the mid is then exact.
        BookView book = instrument.Book;
        double tick = book.TickIncrements;
        double mid = book.MidIncrements;
        double point = mid / BasisPoints;
        double pointTicks = point / tick;
        var inputs = new QuoteInputs
        {
            FairMicroTicks = QuoteInputs.MicroTicks((mid / tick) + (target.Shift * pointTicks)),
            HalfSpreadMicroTicks = QuoteInputs.MicroTicks(target.Half * pointTicks),
            SkewMicroTicks = QuoteInputs.MicroTicks(target.Shift * pointTicks),
            VolatilityMicroTicks = QuoteInputs.MicroTicks(volatilityBp * pointTicks),
        };

        // Rounded to the passive side, and never through the market.
        double bid = Math.Floor((mid - (target.BidDistance * point)) / tick);
        double ask = Math.Ceiling((mid + (target.AskDistance * point)) / tick);
        long bidTicks = (long)Math.Clamp(bid, 0, book.BestAskTicks - 1);
        long askTicks = (long)Math.Clamp(ask, book.BestBidTicks + 1, long.MaxValue / 2);
        double inventory = Inventory(instrument);
        bool wantsBid = bidTicks > 0 && inventory < _settings.MaxInventoryOrders;
        bool wantsAsk = inventory > -_settings.MaxInventoryOrders;
        Update(instrument, Side.Buy, wantsBid, bidTicks, in inputs, ref _bidRetryNs);
        Update(instrument, Side.Sell, wantsAsk, askTicks, in inputs, ref _askRetryNs);
    }

    private readonly void Update(
        TradedInstrument instrument, Side side, bool isWanted, long priceTicks, in QuoteInputs inputs, ref long retryNs)
    {
        bool meetsOwn = isWanted && MeetsOwn(instrument, side, priceTicks);
        if (!instrument.TryFindOrder(side, Tag, out Order order))
        {
            if (isWanted && !meetsOwn && instrument.NowNs >= retryNs && !Place(instrument, side, priceTicks, in inputs))
            {
                retryNs = instrument.NowNs + RetryNs;
            }

            return;
        }

        if (order.State is not (OrderState.Live or OrderState.PartlyFilled) || instrument.NowNs < retryNs)
        {
            return;
        }

        if (!isWanted)
        {
            instrument.Cancel(order.Id, StrategyReason.Of(QuoteReason.NoQuote));
            retryNs = instrument.NowNs + RetryNs;
        }
        else if (!meetsOwn && Math.Abs(order.PriceTicks - priceTicks) >= _settings.MinMoveTicks
            && !instrument.Amend(
                order.Id, priceTicks, order.FilledLots + _settings.Lots, StrategyReason.Of(QuoteReason.Requote),
                in inputs).IsSent)
        {
            retryNs = instrument.NowNs + RetryNs;
        }
    }

    // After a jump the other quote has to be moved first; the next book places this one.
    private static bool MeetsOwn(TradedInstrument instrument, Side side, long priceTicks) =>
        instrument.TryFindOrder(side == Side.Buy ? Side.Sell : Side.Buy, Tag, out Order other)
        && (side == Side.Buy
            ? priceTicks >= Math.Min(other.PriceTicks, other.WantedPriceTicks)
            : priceTicks <= Math.Max(other.PriceTicks, other.WantedPriceTicks));

    private readonly bool Place(TradedInstrument instrument, Side side, long priceTicks, in QuoteInputs inputs)
    {
        var request = new PlaceRequest
        {
            Side = side,
            Reason = StrategyReason.Of(QuoteReason.Quote),
            Flags = OrderFlags.PostOnly,
            Tag = Tag,
            PriceTicks = priceTicks,
            QuantityLots = _settings.Lots,
            LifetimeNs = _settings.LifetimeNs,
            Inputs = inputs,
        };
        return instrument.Place(in request).IsPlaced;
    }
}
