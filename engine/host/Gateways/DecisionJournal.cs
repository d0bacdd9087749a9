using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Host.Gateways;

/// <summary>
/// The last decisions in words, for the console. The gateway's thread writes, any thread reads.
/// </summary>
internal sealed class DecisionJournal(IReadOnlyList<Instrument> instruments)
{
    private const int Kept = 32;

    private readonly Lock _gate = new();
    private readonly Queue<EngineOutput> _recent = new(Kept + 1);

    public void Add(in EngineOutput output)
    {
        lock (_gate)
        {
            _recent.Enqueue(output);
            if (_recent.Count > Kept)
            {
                _recent.Dequeue();
            }
        }
    }

    /// <summary>The last decisions, newest last.</summary>
    public IReadOnlyList<string> Recent()
    {
        EngineOutput[] outputs;
        lock (_gate)
        {
            outputs = _recent.ToArray();
        }

        return Array.ConvertAll(outputs, output => Describe(in output));
    }

    private string Describe(in EngineOutput output)
    {
        Instrument instrument = instruments[output.InstrumentId];
        string side = output.Side == Side.Buy ? "buy" : "sell";
        string order = output.Kind == OutputKind.Resync
            ? instrument.Symbol
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{side} {Lots(instrument, output.QuantityLots)} {instrument.Symbol} at "
                + $"{Ticks(instrument, output.PriceTicks)}");
        string mask = output.MaskLength == 0
            ? string.Empty
            : $", mask {Convert.ToString((long)output.Mask, 2).PadLeft(output.MaskLength, '0')}";
        return $"{Verb(output.Kind)} {order}: {Words(output.Reason)}{mask}";
    }

    private static string Verb(OutputKind kind) => kind switch
    {
        OutputKind.Place => "place",
        OutputKind.Cancel => "cancel",
        OutputKind.Refuse => "refuse",
        _ => "resync",
    };

    private static string Words(DecisionReason reason) => reason switch
    {
        DecisionReason.MaskSell => "a rise has turned",
        DecisionReason.MaskBuy => "a fall has turned",
        DecisionReason.Expired => "it outlived its time",
        DecisionReason.BookStale => "the book is stale",
        DecisionReason.Stopped => "trading is stopped",
        DecisionReason.RefusedBookNotLive => "the book is not live",
        DecisionReason.RefusedQuantity => "quantity below the venue's least",
        DecisionReason.RefusedNotional => "order notional above the limit",
        DecisionReason.RefusedPosition => "position could pass its limit",
        DecisionReason.RefusedOpenOrders => "too many open orders",
        DecisionReason.RefusedCollar => "price outside the collar",
        DecisionReason.RefusedStopped => "trading is stopped",
        DecisionReason.NotTrading => "the venue takes no orders",
        DecisionReason.RefusedMinNotional => "order notional below the venue's least",
        DecisionReason.RefusedNotTrading => "the venue takes no orders",
        DecisionReason.RefusedThinBook => "too little depth",
        DecisionReason.RefusedSelfTrade => "it would meet an own order",
        DecisionReason.ResyncCrossed => "the book is crossed",
        DecisionReason.ResyncTopDiffers => "the venue's own top of book stays another",
        DecisionReason.ResyncOutOfRange => "the book's numbers left their range",
        _ => reason.ToString(),
    };

    // Ticks and lots stay the same when wire increments become finer, so the declared scale tells their size.
    private static decimal Ticks(Instrument instrument, long ticks) =>
        (decimal)ticks * instrument.Scale.TickIncrements
        / InstrumentScale.PowerOfTen(instrument.Scale.PriceDecimals);

    private static decimal Lots(Instrument instrument, long lots) =>
        (decimal)lots * instrument.Scale.LotIncrements
        / InstrumentScale.PowerOfTen(instrument.Scale.QuantityDecimals);
}
