using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Testing;

/// <summary>A decision of the engine for a strategy, in ticks and lots.</summary>
/// <param name="Kind">Place, Amend, Cancel, Refuse, or CompositeCreated.</param>
/// <param name="OrderId">Id of the order or composite order.</param>
/// <param name="Symbol">The instrument.</param>
/// <param name="Side">Side of the order.</param>
/// <param name="PriceTicks">Limit price in ticks.</param>
/// <param name="Lots">Quantity in lots; of a cancel, what remains.</param>
/// <param name="Reason">Its reason; of a refusal, the risk gate's.</param>
public readonly record struct TestDecision(
    OutputKind Kind, long OrderId, string Symbol, Side Side, long PriceTicks, long Lots, DecisionReason Reason)
{
    /// <summary>Index of the instrument in the session's list.</summary>
    public int Instrument { get; init; }

    /// <summary>The strategy's own tag.</summary>
    public ushort Tag { get; init; }

    /// <summary>How the order may trade.</summary>
    public OrderFlags Flags { get; init; }

    /// <summary>Composite order that the order is a part of, or 0.</summary>
    public long ParentId { get; init; }

    /// <summary>Of a composite order: its other price, in ticks; see <see cref="CompositeRequest.SecondPriceTicks"/>.
    /// </summary>
    public long SecondPriceTicks { get; init; }

    /// <summary>When it expires, nanoseconds since the Unix epoch; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpireTimeNs { get; init; }

    /// <summary>true if the decision has this reason of the strategy's own.</summary>
    /// <typeparam name="TReason">The strategy's enum of reasons.</typeparam>
    public bool Is<TReason>(TReason reason)
        where TReason : unmanaged, Enum => Reason == StrategyReason.Of(reason).Recorded;

    internal static bool IsDecision(in EngineOutput output) => output.Kind
        is OutputKind.Place or OutputKind.Amend or OutputKind.Cancel or OutputKind.Refuse
        or OutputKind.CompositeCreated;

    internal static TestDecision Of(in EngineOutput output, string symbol) => new(
        output.Kind, output.OrderId, symbol, output.Side, output.PriceTicks, output.QuantityLots, output.Reason)
    {
        Instrument = output.InstrumentId,
        Tag = output.Tag,
        Flags = output.Flags,
        ParentId = output.ParentId,
        SecondPriceTicks = output.Kind == OutputKind.CompositeCreated ? output.SecondPriceTicks : 0,
        ExpireTimeNs = output.ExpireTimeNs,
    };
}
