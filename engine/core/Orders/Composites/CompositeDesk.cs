using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Orders;

/// <summary>
/// Carries out composite orders. Each is a list of parts that become due by its rule. Whenever something may have
/// changed (it was created, a part has traded or ended, the book has moved, time has passed), every due part without an
/// open order is placed, through the same risk gate as any order. Engine thread only.
/// </summary>
internal sealed class CompositeDesk(CompositeStore composites, OrderDesk desk)
{
    private const long RetryNs = 1_000_000_000;
    private const long SoonNs = 50_000_000;

    // Updates that strategies have not been told: [0, _updateCount). They are told once an event has been handled,
    // because their requests may change the order that is being worked on.
    private (ushort InstrumentId, CompositeUpdate Update)[] _updates = new (ushort, CompositeUpdate)[256];
    private int _updateCount;

    public CompositeStore Store => composites;

    /// <summary>true while there are updates for strategies.</summary>
    public bool HasUpdates => _updateCount != 0;

    private DecisionWriter Writer => desk.Writer;

    /// <summary>Accepts a composite order and starts it.</summary>
    /// <returns>Its id, or why its terms were refused; a refusal is noted.</returns>
    public PlaceResult Place(InstrumentState state, in CompositeRequest request)
    {
        // One that is accepted while trading is stopped would not be cancelled by the stop any more.
        DecisionReason problem = desk.IsStopped ? DecisionReason.RefusedStopped : CheckTerms(in request);
        if (problem != DecisionReason.None)
        {
            var noted = new PlaceRequest
            {
                Side = request.Side,
                Tag = request.Tag,
                Flags = request.Flags,
                PriceTicks = request.PriceTicks,
                QuantityLots = request.QuantityLots,
            };
            desk.Refuse(state, in noted, problem);
            return new PlaceResult(0, problem);
        }

        ref Composite item = ref composites.Add(ref state.CompositeList);
        item.InstrumentId = state.Instrument.Id;
        item.Terms = request;
        item.TriggerTicks = request.TriggerTicks;
        item.ExpireTimeNs = Expiry.After(Writer.NowNs, request.LifetimeNs);
        item.State = CompositeState.Created;
        state.Composites++;
        WriteTerms(state, in item);
        long id = item.Id;
        Work(state, ref item);
        return new PlaceResult(id, DecisionReason.None);
    }

    /// <summary>Cancels what is still open of a composite order. The cancel rate limit does not apply.</summary>
    /// <returns>Whether it is being cancelled now.</returns>
    public ChangeResult Cancel(InstrumentState state, long id, DecisionReason reason)
    {
        ref Composite item = ref composites.FindEnded(id);
        return new ChangeResult(
            !Unsafe.IsNullRef(ref item) && composites.IsLiving(in item) && item.InstrumentId == state.Instrument.Id
                && Cancel(state, ref item, reason)
                ? DecisionReason.None
                : DecisionReason.RefusedState);
    }

    /// <summary>Cancels all composite orders of an instrument.</summary>
    public void CancelAll(InstrumentState state, DecisionReason reason)
    {
        for (int slot = state.CompositeList, older; slot >= 0; slot = older)
        {
            older = composites.Older(slot);
            Cancel(state, ref composites.Slot(slot), reason);
        }
    }

    /// <summary>Tells the strategies about the changes of their composite orders.</summary>
    public void FlushUpdates(InstrumentState[] states)
    {
        for (int i = 0; i < _updateCount; i++)
        {
            (ushort instrumentId, CompositeUpdate update) = _updates[i];
            InstrumentState state = states[instrumentId];
            desk.Writer.InstrumentId = instrumentId;
            state.Strategy.OnComposite(state.Context, state.Traded, in update);
        }

        _updateCount = 0;
    }

    /// <summary>Handles a change of a live book.</summary>
    public void OnBook(InstrumentState state)
    {
        for (int slot = state.CompositeList, older; slot >= 0; slot = older)
        {
            older = composites.Older(slot);
            ref Composite item = ref composites.Slot(slot);
            if (item.IsHeld)
            {
                Watch(state, ref item);
            }

            Work(state, ref item);
        }
    }

    /// <summary>Time has passed.</summary>
    public void OnTime(InstrumentState state)
    {
        for (int slot = state.CompositeList, older; slot >= 0; slot = older)
        {
            older = composites.Older(slot);
            ref Composite item = ref composites.Slot(slot);
            if (Writer.NowNs >= item.ExpireTimeNs)
            {
                Cancel(state, ref item, DecisionReason.Expired);
            }
            else
            {
                SettleWithoutParts(state, ref item);
            }
        }
    }

    /// <summary>Handles a report about an order that is a part of a composite order.</summary>
    public void OnPart(InstrumentState state, in OrderReport report)
    {
        ref readonly OrderUpdate update = ref report.Order;
        ref Composite item = ref composites.FindEnded(update.ParentId);
        if (Unsafe.IsNullRef(ref item))
        {
            return;
        }

        if (report.Fill.Lots != 0)
        {
            Account(state, ref item, in report.Fill);
        }

        if (!composites.IsLiving(in item))
        {
            WriteEvent(state, in item, DecisionReason.None);
            return;
        }

        if (OrderStateMachine.IsEnd(update.State))
        {
            item.LivingParts &= ~(1u << update.Part);
            item.ClosedParts |= StaysAway(in item, in update) ? 1u << update.Part : 0;
        }

        if (item.State is CompositeState.Created or CompositeState.Started && item.FilledLots > 0)
        {
            item.State = CompositeState.PartlyFilled;
        }

        if (report.Fill.Lots != 0 || OrderStateMachine.IsEnd(update.State))
        {
            WriteEvent(state, in item, DecisionReason.None);
        }

        Work(state, ref item);
    }

    // Places every due part; a composite order with nothing left to do ends.
    private void Work(InstrumentState state, ref Composite item)
    {
        if (item.State != CompositeState.Cancelling && Writer.NowNs >= item.RetryTimeNs && state.Book.IsTwoSided)
        {
            for (int part = 0; part < item.Parts; part++)
            {
                if (((item.LivingParts | item.ClosedParts) & (1u << part)) == 0 && item.IsDue(part))
                {
                    PlacePart(state, ref item, part);
                }
            }
        }

        SettleWithoutParts(state, ref item);
    }

    private void SettleWithoutParts(InstrumentState state, ref Composite item)
    {
        if (item.LivingParts == 0)
        {
            Settle(state, ref item);
        }
    }

    private void PlacePart(InstrumentState state, ref Composite item, int part)
    {
        PartTerms terms = item.PartTerms(part);
        long lots = terms.QuantityLots - item.Filled[part];
        if (lots <= 0)
        {
            return;
        }

        var request = new PlaceRequest
        {
            Side = terms.Side,
            Reason = StrategyReason.OfRecorded(
                item.IsTriggered ? DecisionReason.Triggered
                : part == 1 && item.Terms.Kind == CompositeKind.Paired ? DecisionReason.Contra
                : DecisionReason.Part),
            Flags = item.IsTriggered ? item.Terms.Flags & ~OrderFlags.PostOnly : item.Terms.Flags,
            Tag = item.Terms.Tag,
            QuantityLots = lots,
            PriceTicks = terms.PriceTicks,
            ExpireTimeNs = item.ExpireTimeNs,
            ParentId = item.Id,
            Part = part,
        };
        if (request.PriceTicks == 0)
        {
            PriceByDepth(state, ref request);
        }

        DecisionReason refusal = desk.Place(state, in request).Refusal;
        if (refusal == DecisionReason.None)
        {
            item.LivingParts |= 1u << part;
            if (!item.HasStarted)
            {
                item.HasStarted = true;
                item.State = CompositeState.Started;
                WriteEvent(state, in item, DecisionReason.None);
            }
        }
        else if (IsPassing(refusal) || item.IsTriggered)
        {
            // A stop is tried again whatever the gate says: giving up would leave the position unguarded. Own orders
            // that it would trade with make way, and then it is tried soon again.
            bool makeWay = item.IsTriggered && refusal == DecisionReason.RefusedSelfTrade;
            item.RetryTimeNs = Writer.NowNs + (makeWay ? SoonNs : RetryNs);
            if (makeWay)
            {
                desk.CancelOpposing(state, request.Side, request.PriceTicks, DecisionReason.InTheWay);
            }
        }
        else
        {
            item.ClosedParts |= 1u << part;
            WriteEvent(state, in item, refusal);
        }
    }

    // Follows the market with a trailing threshold, and notices when it is crossed.
    private void Watch(InstrumentState state, ref Composite item)
    {
        InstrumentScale scale = state.Scale;
        bool isSale = item.Terms.Side == Side.Sell;
        long bidTicks = scale.FloorTicks(state.Book.Bids.BestPrice);
        long askTicks = scale.CeilingTicks(state.Book.Asks.BestPrice);
        if (item.Terms.Kind == CompositeKind.TrailingStop)
        {
            long wanted = isSale ? bidTicks - item.Terms.TrailTicks : askTicks + item.Terms.TrailTicks;
            bool isBetter = item.TriggerTicks == 0
                || (isSale ? wanted > item.TriggerTicks : wanted < item.TriggerTicks);
            if (isBetter)
            {
                item.TriggerTicks = wanted;
                WriteEvent(state, in item, DecisionReason.None);
            }
        }

        if (isSale ? bidTicks <= item.TriggerTicks : askTicks >= item.TriggerTicks)
        {
            item.IsTriggered = true;
            item.RetryTimeNs = 0;
            WriteEvent(state, in item, DecisionReason.Triggered);
            if (item.Terms.Kind == CompositeKind.OneCancelsOther)
            {
                CancelParts(state, in item, DecisionReason.OtherTraded);
            }
        }
    }

    private static void Account(InstrumentState state, ref Composite item, in FillUpdate fill)
    {
        item.Filled[fill.Part] += fill.Lots;
        Int128 notional = (Int128)fill.PriceTicks * fill.Lots;
        item.CashTickLots += fill.Side == Side.Buy ? -notional : notional;
        int feePpm = fill.IsMaker ? state.Instrument.MakerFeePpm : state.Instrument.TakerFeePpm;
        item.FeesMicroTickLots += notional * feePpm;
    }

    // Returns false if it is being cancelled already.
    private bool Cancel(InstrumentState state, ref Composite item, DecisionReason reason)
    {
        if (item.State == CompositeState.Cancelling)
        {
            // One that was being cancelled when an earlier session died, and whose parts are gone.
            SettleWithoutParts(state, ref item);
            return false;
        }

        item.State = CompositeState.Cancelling;
        item.CancelReason = reason;
        WriteEvent(state, in item, reason);
        CancelParts(
            state,
            in item,
            reason == DecisionReason.Expired ? DecisionReason.Expired : DecisionReason.CompositeCancelled);
        SettleWithoutParts(state, ref item);
        return true;
    }

    private void CancelParts(InstrumentState state, in Composite item, DecisionReason reason)
    {
        for (int slot = state.OrderList; slot >= 0; slot = desk.Orders.Older(slot))
        {
            if (desk.Orders.Slot(slot).ParentId == item.Id)
            {
                desk.Cancel(state, desk.Orders.Slot(slot).Id, reason);
            }
        }
    }

    private void Settle(InstrumentState state, ref Composite item)
    {
        CompositeState end = EndOf(in item, Writer.NowNs);
        if (end == CompositeState.None)
        {
            return;
        }

        item.State = end;
        WriteEvent(state, in item, item.CancelReason);
        composites.Remove(ref item, ref state.CompositeList);
        state.Composites--;
        state.View.CompositesExecuted += end == CompositeState.Executed ? 1 : 0;
    }

    // None while something is still to be done.
    private static CompositeState EndOf(in Composite item, long nowNs)
    {
        if (item.FilledLots >= item.WantedLots && item.FilledLots > 0)
        {
            return CompositeState.Executed;
        }

        if (item.State == CompositeState.Cancelling)
        {
            return item.CancelReason == DecisionReason.Expired ? CompositeState.Expired : CompositeState.Cancelled;
        }

        for (int part = 0; part < item.Parts; part++)
        {
            bool isClosed = (item.ClosedParts & (1u << part)) != 0;
            bool isFilled = item.Filled[part] >= item.PartTerms(part).QuantityLots;
            bool neverComes = part == 1 && item.Terms.Kind == CompositeKind.Paired && !item.IsDue(1) && IsOver(in item);
            if (!isClosed && !isFilled && !neverComes)
            {
                return CompositeState.None;
            }
        }

        return nowNs >= item.ExpireTimeNs ? CompositeState.Expired
            : item.FilledLots == 0 ? CompositeState.Refused
            : CompositeState.Cancelled;
    }

    private static bool IsOver(in Composite pair) => (pair.ClosedParts & 1) != 0 && pair.Filled[0] == 0;

    // An order that was pulled because nobody could see the market comes back; one that was refused, cancelled by hand
    // or has outlived its time does not.
    private static bool StaysAway(in Composite item, in OrderUpdate update) => update.State switch
    {
        OrderState.Filled => false,
        OrderState.Cancelled => update.CancelReason is not (DecisionReason.BookStale or DecisionReason.NotTrading
                or DecisionReason.OtherTraded)
            || (item.Terms.Kind == CompositeKind.OneCancelsOther && update.Part == 0 && item.IsTriggered),
        OrderState.Rejected => !item.IsTriggered,
        _ => true,
    };

    private static bool IsPassing(DecisionReason refusal) => refusal is DecisionReason.RefusedBookNotLive
        or DecisionReason.RefusedOrderRate or DecisionReason.RefusedOldBook or DecisionReason.RefusedClock
        or DecisionReason.RefusedReconciling or DecisionReason.RefusedNotTrading or DecisionReason.RefusedWouldTake;

    // As far into the other side as the quantity reaches, so that it trades at once.
    private static void PriceByDepth(InstrumentState state, ref PlaceRequest request)
    {
        Side other = request.Side == Side.Buy ? Side.Sell : Side.Buy;
        request.Walk = new BookWalk(state.Book[other], other, request.QuantityLots, in state.Scale);
        request.PriceTicks = request.Walk.PriceTicks;
    }

    private DecisionReason CheckTerms(in CompositeRequest request)
    {
        if (composites.IsFull)
        {
            return DecisionReason.RefusedComposites;
        }

        bool isSound = request.Side <= Side.Sell && request.Flags <= OrderFlags.ImmediateOrCancel
            && request.QuantityLots > 0 && request.LifetimeNs >= 0 && request.PriceTicks >= 0
            && request.SecondPriceTicks >= 0 && request.TriggerTicks >= 0 && request.Kind switch
            {
                CompositeKind.Sliced => request.Parts is >= 1 and <= PartWeights.Capacity
                    && request.QuantityLots >= request.Parts && request is { PriceTicks: > 0, SecondPriceTicks: > 0 },
                CompositeKind.Paired => request is { PriceTicks: > 0, SecondPriceTicks: > 0 },
                CompositeKind.StopLoss => request.TriggerTicks > 0,
                CompositeKind.TrailingStop => request.TrailTicks > 0,
                CompositeKind.OneCancelsOther => request is { PriceTicks: > 0, TriggerTicks: > 0 }
                    && (request.Side == Side.Sell
                        ? request.TriggerTicks < request.PriceTicks
                        : request.TriggerTicks > request.PriceTicks),
                CompositeKind.Iceberg => request is { PriceTicks: > 0, DisplayLots: > 0 },
                _ => false,
            };
        return isSound ? DecisionReason.None : DecisionReason.RefusedTerms;
    }

    private void WriteTerms(InstrumentState state, in Composite item)
    {
        ref EngineOutput output = ref Writer.Decide(
            state, OutputKind.CompositeCreated, item.Terms.Side, item.Terms.Reason.Recorded);
        CompositeRecords.WriteTerms(ref output, in item);
        Writer.Publish(in output);
        if (CompositeRecords.HasWeights(in item))
        {
            output = ref Writer.Note(state, OutputKind.CompositeWeights, item.Terms.Side, DecisionReason.None);
            output.OrderId = item.Id;
            output.Weights = item.Terms.Weights;
            Writer.Publish(in output);
        }
    }

    private void WriteEvent(InstrumentState state, in Composite item, DecisionReason reason)
    {
        ref EngineOutput output = ref Writer.Note(state, OutputKind.CompositeEvent, item.Terms.Side, reason);
        CompositeRecords.WriteProgress(ref output, in item);
        Writer.Publish(in output);
        if (_updateCount == _updates.Length)
        {
            Array.Resize(ref _updates, _updates.Length * 2);
        }

        _updates[_updateCount++] = (
            state.Instrument.Id,
            new CompositeUpdate(item.Id, item.Terms.Kind, item.State, item.Terms.Tag, item.FilledLots));
    }
}
