using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// A trading strategy: the engine calls it with events, and it answers with orders. One instance trades one instrument
/// or several; its constructor decides (see <see cref="StrategyAttribute"/>). Every method has an empty default.
/// <para>
/// The engine thread calls it, live and in replay alike, one call at a time. It must not allocate, block, throw, read a
/// clock or keep state outside itself: the same events then give the same decisions.
/// </para>
/// <para>
/// Prices are in ticks, quantities in lots, times in nanoseconds since the Unix epoch. A book can hold prices between
/// ticks and quantities between lots. Such prices are rounded to the passive side, bids down and asks up, and
/// quantities down; where an unrounded number is given, its name says "Exact". Units never change during a session.
/// </para>
/// </summary>
public interface IStrategy
{
    /// <summary>true for a strategy that reports its directions with <see cref="TradedInstrument.NoteDirection"/>. For
    /// any other strategy the engine draws directions itself, with the default rule, to measure the mask's worth.
    /// </summary>
    bool DrawsDirections => false;

    /// <summary>true for a strategy that never places an order: a replay then needs no paper venue.</summary>
    bool OnlyWatches => false;

    /// <summary>A whole depth message or snapshot was applied. The book is live, two-sided and not crossed.</summary>
    void OnBook(StrategyContext context, TradedInstrument instrument)
    {
    }

    /// <summary>A message of the venue's top-of-book stream has arrived. The depth book may be older or newer, and may
    /// not be live. Not every venue has such a stream.</summary>
    void OnTop(StrategyContext context, TradedInstrument instrument, in TopView top)
    {
    }

    /// <summary>A trade was reported. The book may not be live.</summary>
    void OnTrade(StrategyContext context, TradedInstrument instrument, in TradeView trade)
    {
    }

    /// <summary>An own order was filled, wholly or in part. Position, order and composite order already include the
    /// fill. <see cref="OnOrder"/> follows.</summary>
    void OnFill(StrategyContext context, TradedInstrument instrument, in FillUpdate fill)
    {
    }

    /// <summary>An own order has changed: accepted, filled, amended, cancelled, …</summary>
    void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update)
    {
    }

    /// <summary>An own composite order has changed.</summary>
    void OnComposite(StrategyContext context, TradedInstrument instrument, in CompositeUpdate update)
    {
    }

    /// <summary>Time has passed: called once for each timer event, every Engine:TimerIntervalMs (100 ms by default),
    /// whatever the market does. The interval is machine time: at <c>--speed 60</c> two events are 60 times as far
    /// apart in market time. Timer events are recorded, so a replay has the same.</summary>
    void OnTimer(StrategyContext context)
    {
    }

    /// <summary>The book is invalid (connection lost, gap, checksum mismatch, …). The engine has already sent a cancel
    /// for every order of the instrument. The next <see cref="OnBook"/> comes when it is live again.</summary>
    void OnStale(StrategyContext context, TradedInstrument instrument)
    {
    }
}
