using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.TestTarget;

/// <summary>Settings of <see cref="EveryKindStrategy"/>.</summary>
public sealed record EveryKindSettings
{
    /// <summary>Notional of each order, in the quote currency.</summary>
    [Setting("Notional of each order, in the quote currency.", Min = 1, Max = 1_000_000)]
    public int OrderNotional { get; set; } = 1000;
}

/// <summary>
/// Keeps one order and one composite order of every kind open, and trades a little. Journals for restore tests are
/// recorded with it: see tests/Golden/journals.
/// </summary>
/// <param name="settings">Its settings.</param>
/// <param name="instrument">The instrument.</param>
[Strategy("EveryKind", "Keeps an order and a composite order of every kind open, for golden journals.")]
public sealed class EveryKindStrategy(EveryKindSettings settings, Instrument instrument) : IStrategy
{
    private const int FarPercent = 4;
    private const long LifetimeNs = 3_600_000_000_000;

    // Tags of the simple orders; those of composite orders are their kinds.
    private const ushort Resting = 11;
    private const ushort Touching = 12;
    private const ushort Taking = 13;
    private const ushort Moving = 14;
    private const ushort Leaving = 15;

    /// <inheritdoc/>
    public void OnTimer(StrategyContext context)
    {
        TradedInstrument traded = context.Instrument;
        if (!traded.Book.IsTwoSided)
        {
            return;
        }

        long bid = traded.Book.BestBidTicks;
        long ask = traded.Book.BestAskTicks;
        long lots = Math.Max(10, InstrumentUnits.ToTickLots(settings.OrderNotional, instrument) / bid);
        for (CompositeKind kind = CompositeKind.Sliced; kind <= CompositeKind.Iceberg; kind++)
        {
            if (traded.FindComposite((ushort)kind) == 0)
            {
                traded.Place(Composite(kind, bid, ask, lots));
            }
        }

        long far = bid * FarPercent / 100;
        PlaceOnce(traded, Side.Buy, Resting, bid - (far / 2), lots, OrderFlags.PostOnly);
        PlaceOnce(traded, Side.Sell, Touching, ask, lots, OrderFlags.None);
        PlaceOnce(traded, Side.Buy, Taking, ask, Math.Max(1, lots / 20), OrderFlags.ImmediateOrCancel);
        if (traded.TryFindOrder(Side.Sell, Moving, out Order moving))
        {
            traded.Amend(
                moving.Id, ask + (far / 3) + (traded.NowNs / LifetimeNs % 7) + (moving.PriceTicks % 2 == 0 ? 1 : 0),
                lots, StrategyReason.Unnamed, default);
        }

        PlaceOnce(traded, Side.Sell, Moving, ask + (far / 3), lots, OrderFlags.None);
        if (traded.TryFindOrder(Side.Buy, Leaving, out Order leaving))
        {
            traded.Cancel(leaving.Id, StrategyReason.Unnamed);
        }

        PlaceOnce(traded, Side.Buy, Leaving, bid - (far / 4), lots, OrderFlags.None);
    }

    private static void PlaceOnce(
        TradedInstrument traded, Side side, ushort tag, long priceTicks, long lots, OrderFlags flags)
    {
        if (!traded.TryFindOrder(side, tag, out _))
        {
            traded.Place(new PlaceRequest
            {
                Side = side,
                Tag = tag,
                Reason = StrategyReason.Unnamed,
                Flags = flags,
                PriceTicks = priceTicks,
                QuantityLots = lots,
                LifetimeNs = LifetimeNs,
            });
        }
    }

    private static CompositeRequest Composite(CompositeKind kind, long bid, long ask, long lots)
    {
        long far = bid * FarPercent / 100;
        var request = new CompositeRequest
        {
            Kind = kind,
            Side = Side.Buy,
            Tag = (ushort)kind,
            Reason = StrategyReason.Unnamed,
            QuantityLots = lots,
            LifetimeNs = LifetimeNs,
        };
        switch (kind)
        {
            case CompositeKind.Sliced:
                (request.PriceTicks, request.SecondPriceTicks, request.Parts) = (bid - far, bid, 20);
                for (int part = 0; part < request.Parts; part++)
                {
                    request.Weights[part] = (ushort)(part + 1);
                }

                break;
            case CompositeKind.Paired:
                (request.PriceTicks, request.SecondPriceTicks) = (bid, ask + far);
                break;
            case CompositeKind.StopLoss:
                request.TriggerTicks = ask + far;
                break;
            case CompositeKind.TrailingStop:
                (request.Side, request.TrailTicks) = (Side.Sell, far);
                break;
            case CompositeKind.OneCancelsOther:
                (request.PriceTicks, request.TriggerTicks) = (bid - far, ask + far);
                break;
            default:
                (request.PriceTicks, request.DisplayLots) = (bid, Math.Max(1, lots / 5));
                break;
        }

        return request;
    }
}
