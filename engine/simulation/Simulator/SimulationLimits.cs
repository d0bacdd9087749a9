using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Risk;
using LowLatency.Replay;

namespace LowLatency.Simulation.Simulator;

/// <summary>Checks the limits of each decision with a second, simple implementation: rates, price collar, age and
/// clocks of the book, prices that would take liquidity or match an own order. One thread.</summary>
internal sealed class SimulationLimits
{
    private const double Hair = 1e-6;

    private readonly InstrumentManifest[] _instruments;
    private readonly long[] _bookNs;
    private readonly long[] _offsetNs;
    private readonly Bucket[] _orders;
    private readonly Bucket[] _cancels;

    public SimulationLimits(InstrumentManifest[] instruments)
    {
        _instruments = instruments;
        _bookNs = new long[instruments.Length];
        _offsetNs = new long[instruments.Length];
        _orders = Array.ConvertAll(
            instruments, item => new Bucket(item.Limits.OrderIntervalNs, item.Limits.OrderBurst));
        _cancels = Array.ConvertAll(
            instruments, item => new Bucket(item.Limits.CancelIntervalNs, item.Limits.CancelBurst));
    }

    /// <summary>To be called at the end of a book's message.</summary>
    public void OnBook(in EngineInput commit)
    {
        _bookNs[commit.InstrumentId] = commit.ReceiveTimeNs;
        if (commit.ExchangeTimeNs != 0)
        {
            _offsetNs[commit.InstrumentId] = commit.ReceiveTimeNs - commit.ExchangeTimeNs;
        }
    }

    /// <summary>Checks an order or amendment.</summary>
    /// <exception cref="SimulationFailure">It exceeds a limit.</exception>
    public void Check(
        in EngineOutput output, OrderBook book, InstrumentScale scale, OwnOrder? replaced, IEnumerable<OwnOrder> orders)
    {
        RiskLimits limits = _instruments[output.InstrumentId].Limits;
        if (output.TimeNs - _bookNs[output.InstrumentId] > limits.MaxBookAgeNs)
        {
            throw Passed(in output, $"the book is {output.TimeNs - _bookNs[output.InstrumentId]} ns old");
        }

        if (Math.Abs(_offsetNs[output.InstrumentId]) > limits.MaxClockOffsetNs)
        {
            throw Passed(in output, $"the clocks are {_offsetNs[output.InstrumentId]} ns apart");
        }

        if (!_orders[output.InstrumentId].Take(output.TimeNs))
        {
            throw Passed(in output, "orders come too fast");
        }

        CheckPrice(in output, book, scale, limits);
        foreach (OwnOrder own in orders)
        {
            CheckSelfTrade(in output, own, replaced);
        }
    }

    /// <summary>Checks a cancel. Cancels for safety, repeated cancels and those by a composite order are never refused,
    /// but count.</summary>
    /// <exception cref="SimulationFailure">The cancel rate exceeds its limit.</exception>
    public void CheckCancel(in EngineOutput output, OwnOrder? cancelled)
    {
        if (cancelled is null)
        {
            return;
        }

        bool hasToken = _cancels[output.InstrumentId].Take(output.TimeNs);
        bool canWait = !cancelled.IsPart && !cancelled.IsCancelAsked && !IsForSafety(output.Reason);
        cancelled.IsCancelAsked = true;
        if (canWait && !hasToken)
        {
            throw Passed(in output, $"cancels that can wait come too fast: {output.Reason}");
        }
    }

    private static bool IsForSafety(DecisionReason reason) => reason is DecisionReason.Expired
        or DecisionReason.BookStale or DecisionReason.OldBook or DecisionReason.NotTrading or DecisionReason.InTheWay
        or DecisionReason.Stopped or DecisionReason.KilledByOperator or DecisionReason.KilledLoss
        or DecisionReason.KilledDrawdown or DecisionReason.KilledDisconnected or DecisionReason.KilledJournal
        or DecisionReason.KilledRecorder;

    private static void CheckPrice(in EngineOutput output, OrderBook book, InstrumentScale scale, RiskLimits limits)
    {
        decimal bid = book.Bids.BestPrice;
        decimal ask = book.Asks.BestPrice;
        decimal bidQuantity = book.Bids.BestQuantity;
        decimal askQuantity = book.Asks.BestQuantity;
        decimal micro = ((bid * askQuantity) + (ask * bidQuantity)) / (bidQuantity + askQuantity);
        decimal price = (decimal)output.PriceTicks * scale.TickIncrements;
        if (Math.Abs(price - micro) * 1_000_000 > (micro * limits.CollarPpm) + 1)
        {
            throw Passed(in output, $"{price} is too far from {micro}");
        }

        bool wouldTake = output.Side == Side.Buy ? price >= ask : price <= bid;
        if (output.Kind == OutputKind.Place && (output.Flags & OrderFlags.PostOnly) != 0 && wouldTake)
        {
            throw Passed(in output, $"post-only at {price} takes from {bid}, {ask}");
        }
    }

    private static void CheckSelfTrade(in EngineOutput output, OwnOrder own, OwnOrder? replaced)
    {
        if (own.InstrumentId != output.InstrumentId || own.Side == output.Side || own == replaced)
        {
            return;
        }

        // It would match at both the current and the pending price, so there is no doubt.
        long nearest = output.Side == Side.Buy
            ? Math.Max(own.PriceTicks, own.WantedPriceTicks)
            : Math.Min(own.PriceTicks, own.WantedPriceTicks);
        if (output.Side == Side.Buy ? output.PriceTicks >= nearest : output.PriceTicks <= nearest)
        {
            throw Passed(in output, $"it would trade with an own order at {nearest}");
        }
    }

    private static SimulationFailure Passed(in EngineOutput output, string words) => new(
        "limits", $"{output.Kind} of instrument {output.InstrumentId} at {output.PriceTicks}: {words}");

    // A token bucket. What must not be refused may overdraw it.
    private struct Bucket(long intervalNs, int burst)
    {
        private double _tokens = burst;
        private long _lastNs;

        public bool Take(long nowNs)
        {
            if (intervalNs == 0)
            {
                return true;
            }

            _tokens = Math.Min(burst, _tokens + ((nowNs - _lastNs) / (double)intervalNs)) - 1;
            _lastNs = nowNs;
            return _tokens >= -Hair;
        }
    }
}
