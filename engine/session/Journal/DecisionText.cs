using System;
using System.Globalization;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Replay;
using LowLatency.Sessions.Figures;

namespace LowLatency.Sessions.Journal;

/// <summary>Decisions as plain text, for console, <c>explain</c> and pages.</summary>
public static class DecisionText
{
    private const decimal Micro = 1_000_000;

    /// <summary>One line: "place sell 0.016 BTCUSDT at 61837.64: a rise has turned, mask 1111100 (order
    /// 4711)".</summary>
    /// <param name="instrument">The decision's instrument.</param>
    /// <param name="output">The decision.</param>
    /// <param name="reasons">The texts of the strategies' reasons.</param>
    public static string Line(Instrument instrument, in EngineOutput output, StrategyReasonText reasons)
    {
        if (output.Kind == OutputKind.Resync)
        {
            return $"resync {instrument.Symbol}: {Text(output.Reason)}";
        }

        string side = SideText(output.Side);
        string mask = output.MaskLength == 0 ? string.Empty : $", mask {MaskText(in output)}";
        long lots = output.Kind is OutputKind.Cancel or OutputKind.Query ? output.RemainingLots : output.QuantityLots;
        return $"{Verb(output.Kind)} {side} {Lots(instrument, lots)} {instrument.Symbol} at "
            + $"{Ticks(instrument, output.PriceTicks)}: {Text(in output, reasons)}{mask} (order {output.OrderId})";
    }

    /// <summary>A price in ticks as text.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="ticks">The price in ticks.</param>
    public static string Ticks(Instrument instrument, long ticks) =>
        InstrumentFigures.Text(ticks * InstrumentUnits.TickValue(instrument));

    /// <summary>A quantity in lots as text.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="lots">The quantity in lots.</param>
    public static string Lots(Instrument instrument, long lots) =>
        InstrumentFigures.Text(lots * InstrumentUnits.LotValue(instrument));

    /// <summary>A price in millionths of a tick as text, with two digits more than a tick has.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="microTicks">The price in millionths of a tick.</param>
    public static string MicroTicks(Instrument instrument, long microTicks)
    {
        int digits = Math.Min(28, instrument.Scale.PriceDecimals + 2);
        return InstrumentFigures.Text(Math.Round(microTicks * InstrumentUnits.TickValue(instrument) / Micro, digits));
    }

    /// <summary>A side as text.</summary>
    /// <param name="side">The side.</param>
    public static string SideText(Side side) => side == Side.Buy ? "buy" : "sell";

    /// <summary>The direction mask, oldest direction first; 1 is up.</summary>
    /// <param name="output">The decision.</param>
    public static string MaskText(in EngineOutput output) => string.Create(
        output.MaskLength,
        output.Mask,
        static (text, mask) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = ((mask >> (text.Length - 1 - i)) & 1) != 0 ? '1' : '0';
            }
        });

    /// <summary>The verb of a command or refusal.</summary>
    /// <param name="kind">Its kind.</param>
    public static string Verb(OutputKind kind) => kind switch
    {
        OutputKind.Place => "place",
        OutputKind.Amend => "move",
        OutputKind.Cancel => "cancel",
        OutputKind.Refuse => "refuse",
        OutputKind.Query => "ask about",
        _ => kind.ToString(),
    };

    /// <summary>The reason of a decision as text, whether the engine's or a strategy's own.</summary>
    /// <param name="output">The decision.</param>
    /// <param name="reasons">The texts of the strategies' reasons.</param>
    public static string Text(in EngineOutput output, StrategyReasonText reasons) =>
        reasons.Find(output.InstrumentId, output.Reason) ?? Text(output.Reason);

    /// <summary>A reason of the engine as text.</summary>
    /// <param name="reason">The reason.</param>
    public static string Text(DecisionReason reason) => reason switch
    {
        DecisionReason.None => "no reason",
        DecisionReason.Expired => "it outlived its time",
        DecisionReason.BookStale => "the book is stale",
        DecisionReason.OldBook => "the book has had no message for too long",
        DecisionReason.Stopped => "trading is stopped",
        DecisionReason.NotTrading => "the venue takes no orders",
        DecisionReason.Part => "a part of a composite order",
        DecisionReason.Triggered => "the threshold was crossed",
        DecisionReason.OtherTraded => "the other one of the pair traded",
        DecisionReason.CompositeCancelled => "its composite order was cancelled",
        DecisionReason.Contra => "the order before it was filled",
        DecisionReason.Operator => "the operator asked for it",
        DecisionReason.NotOpen => "the gateway says that it is not open",
        DecisionReason.NoAnswer => "no answer came in time",
        DecisionReason.GatewayLost => "gateway connection lost",
        DecisionReason.Foreign => "a foreign order",
        DecisionReason.InTheWay => "it stood in the way of a stop",
        DecisionReason.RefusedBookNotLive => "the book is not live",
        DecisionReason.RefusedQuantity => "quantity below the venue's minimum",
        DecisionReason.RefusedNotional => "order notional above the limit",
        DecisionReason.RefusedPosition => "position could pass its limit",
        DecisionReason.RefusedOpenOrders => "too many open orders",
        DecisionReason.RefusedCollar => "price outside the collar",
        DecisionReason.RefusedStopped => "trading is stopped",
        DecisionReason.RefusedSelfTrade => "it would meet an own order",
        DecisionReason.RefusedMinNotional => "order notional below the venue's minimum",
        DecisionReason.RefusedNotTrading => "the venue takes no orders",
        DecisionReason.RefusedSize => "quantity above the limit",
        DecisionReason.RefusedOrderRate => "orders come too fast",
        DecisionReason.RefusedCancelRate => "cancels come too fast",
        DecisionReason.RefusedOldBook => "the book has not moved for too long",
        DecisionReason.RefusedClock => "the venue's clock and this one disagree, or the feed is late",
        DecisionReason.RefusedFunds => "the available funds do not cover it",
        DecisionReason.RefusedReconciling => "what is open at the gateway is not known yet",
        DecisionReason.RefusedWouldTake => "a post-only price would trade at once",
        DecisionReason.RefusedState => "it is not open, or another change of it is on its way",
        DecisionReason.RefusedTerms => "its terms contradict each other",
        DecisionReason.RefusedComposites => "no room for another composite order",
        DecisionReason.ResyncCrossed => "the book is crossed",
        DecisionReason.ResyncTopDiffers => "the venue's top of book differs",
        DecisionReason.ResyncOutOfRange => "the book's numbers are out of range",
        DecisionReason.KilledByOperator => "kill switch: the operator",
        DecisionReason.KilledLoss => "kill switch: daily loss limit reached",
        DecisionReason.KilledDrawdown => "kill switch: drawdown limit reached",
        DecisionReason.KilledDisconnected => "kill switch: a feed was lost for too long",
        DecisionReason.KilledJournal => "kill switch: the journal cannot be written",
        DecisionReason.KilledRecorder => "kill switch: the recording cannot be written (Recorder:OnFailure is Stop)",
        DecisionReason.Resumed => "the kill switch was lifted",
        DecisionReason.NewDay => "a new day has begun",
        _ => string.Create(CultureInfo.InvariantCulture, $"reason {(int)reason}"),
    };
}
