using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Replay;
using LowLatency.Sessions.Figures;

namespace LowLatency.Sessions.Journal;

/// <summary>
/// The life of one order as text: each decision with its time, reason and market, and each event. The story of a
/// composite order includes its parts.
/// </summary>
/// <param name="orderId">The order's id.</param>
/// <param name="scaleNow">Gives an instrument's scale at the output that is being added.</param>
/// <param name="reasons">The texts of the strategies' reasons.</param>
public sealed class OrderStory(
    long orderId, Func<ushort, InstrumentScale> scaleNow, StrategyReasonText reasons)
{
    private const string Immediate = "what does not trade at once is cancelled";

    private readonly List<(EngineOutput Output, InstrumentScale Scale)> _steps = [];

    /// <summary>true if the order was found.</summary>
    public bool IsKnown => _steps.Count != 0;

    /// <summary>Adds an output of the engine; every output must be added, in order.</summary>
    /// <param name="output">The output.</param>
    public void Add(EngineOutput output)
    {
        bool isOrder = output.Kind is OutputKind.Place or OutputKind.Cancel or OutputKind.Refuse or OutputKind.Amend
            or OutputKind.Query or OutputKind.OrderEvent or OutputKind.CompositeCreated or OutputKind.CompositeEvent;
        if (isOrder && (output.OrderId == orderId || (orderId != 0 && output.ParentId == orderId)))
        {
            _steps.Add((output, scaleNow(output.InstrumentId)));
        }
    }

    /// <summary>Writes the story. Requires <see cref="IsKnown"/>.</summary>
    /// <param name="instruments">The session's instruments in the order of their ids.</param>
    /// <param name="output">Receives the text.</param>
    public void Write(IReadOnlyList<Instrument> instruments, TextWriter output)
    {
        EngineOutput first = _steps[0].Output;
        Instrument instrument = instruments[first.InstrumentId];
        string what = OrderIds.IsComposite(orderId) ? "Composite order" : "Order";
        output.WriteLine($"{what} {orderId}: {instrument.Symbol} at {instrument.Venue}");
        foreach ((EngineOutput step, InstrumentScale scale) in _steps)
        {
            DateTime time = DateTime.UnixEpoch.AddTicks(step.TimeNs / 100);
            output.WriteLine();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd HH:mm:ss.ffffff}  {Sentence(instrument, in step)}"));
            foreach (string line in Circumstances(instrument, step, scale))
            {
                output.WriteLine($"    {line}");
            }
        }
    }

    private string Sentence(Instrument instrument, in EngineOutput step)
    {
        string part = step.ParentId != 0 && step.OrderId != orderId
            ? $"part {step.Part + 1} (order {step.OrderId}): "
            : string.Empty;
        return part + step.Kind switch
        {
            OutputKind.OrderEvent => Event(instrument, in step),
            OutputKind.CompositeCreated => Terms(instrument, in step),
            OutputKind.CompositeEvent => $"is {CompositeText(in step)}, "
                + $"{DecisionText.Lots(instrument, step.FilledLots)} filled{Because(in step)}"
                + Profit(instrument, in step),
            OutputKind.Place => $"placed: {DecisionText.SideText(step.Side)} "
                + $"{DecisionText.Lots(instrument, step.QuantityLots)} {instrument.BaseAsset} at "
                + $"{DecisionText.Ticks(instrument, step.PriceTicks)}{FlagText(step.Flags)}{Because(in step)}",
            OutputKind.Amend => $"moved to {DecisionText.Lots(instrument, step.QuantityLots)} at "
                + $"{DecisionText.Ticks(instrument, step.PriceTicks)}{Because(in step)}",
            OutputKind.Cancel => $"cancel requested, {DecisionText.Lots(instrument, step.RemainingLots)} left at "
                + $"{DecisionText.Ticks(instrument, step.PriceTicks)}{Because(in step)}",
            OutputKind.Refuse => $"refused: {DecisionText.SideText(step.Side)} "
                + $"{DecisionText.Lots(instrument, step.QuantityLots)} at "
                + $"{DecisionText.Ticks(instrument, step.PriceTicks)}{Because(in step)}",
            _ => $"its state was queried at the gateway{Because(in step)}",
        };
    }

    private string Event(Instrument instrument, in EngineOutput step)
    {
        if (step.FillLots == 0)
        {
            return $"is {StateText(step.State)}{Because(in step)}";
        }

        string role = (step.Flags & OrderFlags.Maker) != 0 ? "maker" : "taker";
        return $"traded {DecisionText.Lots(instrument, step.FillLots)} at "
            + $"{DecisionText.Ticks(instrument, step.FillPriceTicks)} ({role}); is {StateText(step.State)}, "
            + $"{DecisionText.Lots(instrument, step.QuantityLots - step.FilledLots)} left; position "
            + $"{DecisionText.Lots(instrument, step.PositionLots)} {instrument.BaseAsset}";
    }

    private string Terms(Instrument instrument, in EngineOutput step)
    {
        var words = new List<string>
        {
            $"{Name(step.CompositeKind)}: {DecisionText.SideText(step.Side)} "
                + $"{DecisionText.Lots(instrument, step.QuantityLots)} {instrument.BaseAsset}",
        };
        void Say(string what, long ticks)
        {
            if (ticks != 0)
            {
                words.Add($"{what} {DecisionText.Ticks(instrument, ticks)}");
            }
        }

        Say("price", step.PriceTicks);
        Say("second price", step.SecondPriceTicks);
        Say("threshold", step.TriggerTicks);
        Say("trailing by", step.TrailTicks);
        if (step.CompositeKind == CompositeKind.Iceberg)
        {
            words.Add($"showing {DecisionText.Lots(instrument, step.DisplayLots)}");
        }

        if (step.CompositeKind == CompositeKind.Sliced)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"in {step.PartCount} parts"));
        }

        return string.Join(", ", words) + Because(in step);
    }

    // The inputs of the decision.
    private static IEnumerable<string> Circumstances(Instrument instrument, EngineOutput step, InstrumentScale scale)
    {
        bool isDecision = step.IsCommand || step.Kind is OutputKind.Refuse or OutputKind.CompositeCreated;
        if (!isDecision)
        {
            yield break;
        }

        yield return $"market: {Quantity(step.BidQuantity, scale)} at {Price(step.BidPrice, scale)} bid, "
            + $"{Quantity(step.AskQuantity, scale)} at {Price(step.AskPrice, scale)} asked, update {step.UpdateId}";
        if (step.LevelsWalked != 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"depth: {Quantity(step.DepthPassed, scale)} passed over {step.LevelsWalked} levels to find the price");
        }

        if (step.MaskLength != 0)
        {
            yield return $"mask: {DecisionText.MaskText(in step)} (oldest first, 1 is a rise)";
        }

        if (step.FairMicroTicks != 0 && step.Kind != OutputKind.CompositeCreated)
        {
            yield return $"model: fair price {DecisionText.MicroTicks(instrument, step.FairMicroTicks)}, half spread "
                + $"{DecisionText.MicroTicks(instrument, step.HalfSpreadMicroTicks)}, moved by "
                + $"{DecisionText.MicroTicks(instrument, step.SkewMicroTicks)}, volatility "
                + $"{DecisionText.MicroTicks(instrument, step.VolatilityMicroTicks)} for a root of a second";
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"inventory: {DecisionText.Lots(instrument, step.PositionLots)} {instrument.BaseAsset}, {step.OpenOrders} "
            + $"open orders before");
        if (step.Kind == OutputKind.Place)
        {
            DateTime end = DateTime.UnixEpoch.AddTicks(step.ExpireTimeNs / 100);
            yield return (step.Flags & OrderFlags.ImmediateOrCancel) != 0
                ? Immediate
                : step.ExpireTimeNs == long.MaxValue
                ? "does not expire"
                : string.Create(CultureInfo.InvariantCulture, $"expires at {end:yyyy-MM-dd HH:mm:ss.fff}");
        }
    }

    private static string Profit(Instrument instrument, in EngineOutput step) =>
        step.CompositeState < CompositeState.Executed || step.FilledLots == 0
            ? string.Empty
            : $"; received less paid {Money(instrument, step.OwnCashTickLots * 1_000_000)}, fees "
                + $"{Money(instrument, step.OwnFeesMicroTickLots)} {instrument.QuoteAsset}";

    private static string Money(Instrument instrument, Int128 microTickLots) =>
        InstrumentFigures.Text(InstrumentUnits.MicroTickLots(microTickLots, instrument));

    private static string Price(long increments, InstrumentScale scale) =>
        InstrumentFigures.Text((decimal)increments / InstrumentScale.PowerOfTen(scale.PriceDecimals));

    private static string Quantity(long increments, InstrumentScale scale) =>
        InstrumentFigures.Text((decimal)increments / InstrumentScale.PowerOfTen(scale.QuantityDecimals));

    private string Because(in EngineOutput step) => step.Reason == DecisionReason.None
        ? string.Empty
        : step.Reason == DecisionReason.Expired && IsImmediate(step.OrderId) ? $", because {Immediate}"
        : $", because {DecisionText.Text(in step, reasons)}";

    private bool IsImmediate(long id) => _steps.Exists(item => item.Output.Kind == OutputKind.Place
        && item.Output.OrderId == id && (item.Output.Flags & OrderFlags.ImmediateOrCancel) != 0);

    private static string FlagText(OrderFlags flags) =>
        ((flags & OrderFlags.PostOnly) != 0 ? ", post-only" : string.Empty)
        + ((flags & OrderFlags.ImmediateOrCancel) != 0 ? ", immediate or cancel" : string.Empty);

    private static string StateText(OrderState state) => state switch
    {
        OrderState.PendingNew => "sent, not acknowledged yet",
        OrderState.Live => "live",
        OrderState.PendingCancel => "waiting for its cancel",
        OrderState.PendingAmend => "waiting for its amendment",
        OrderState.PartlyFilled => "partly filled",
        OrderState.Unknown => "in doubt",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static string CompositeText(in EngineOutput step) => step.CompositeState switch
    {
        CompositeState.PartlyFilled => "partly filled",
        CompositeState.Cancelling => "being cancelled",
        _ => step.CompositeState.ToString().ToLowerInvariant(),
    };

    private static string Name(CompositeKind kind) => kind switch
    {
        CompositeKind.StopLoss => "stop-loss",
        CompositeKind.TrailingStop => "trailing stop",
        CompositeKind.OneCancelsOther => "one cancels the other",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
