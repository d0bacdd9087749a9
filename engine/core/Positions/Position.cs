using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Positions;

/// <summary>
/// The exact sum of one instrument's fills: lots, cash in tick·lots (one tick times one lot), fees in millionths of a
/// tick·lot, and the average cost of the open lots. Realised profit = cash + cost always holds to the last unit,
/// because a closing fill takes its share of the cost rounded towards zero and leaves the rest with the remaining lots.
/// Engine thread only.
/// </summary>
public struct Position
{
    /// <summary>Lots held; negative when short.</summary>
    public long Lots;

    /// <summary>Received minus paid, without fees, in tick·lots.</summary>
    public Int128 CashTickLots;

    /// <summary>Fees paid minus rebates, in millionths of a tick·lot.</summary>
    public Int128 FeesMicroTickLots;

    /// <summary>Cost of the open lots, in tick·lots: above 0 when long, below 0 when short, 0 when flat.</summary>
    public Int128 CostTickLots;

    /// <summary>Lots of maker fills, for reports.</summary>
    public long MakerLots;

    /// <summary>Lots of taker fills.</summary>
    public long TakerLots;

    /// <summary>Fees of maker fills, in millionths of a tick·lot; negative for rebates.</summary>
    public Int128 MakerFeesMicroTickLots;

    /// <summary>Realised profit without fees, in tick·lots.</summary>
    public readonly Int128 RealisedTickLots => CashTickLots + CostTickLots;

    /// <summary>No position, no cash, no fees: nothing was traded.</summary>
    public readonly bool IsEmpty => Lots == 0 && CashTickLots == 0 && FeesMicroTickLots == 0;

    /// <summary>Adds a fill.</summary>
    /// <param name="side">Side of the own order.</param>
    /// <param name="priceTicks">Price in ticks.</param>
    /// <param name="lots">Quantity in lots, above 0.</param>
    /// <param name="feePpm">Fee in millionths of the notional; negative for a rebate.</param>
    /// <param name="isMaker">true when the order rested.</param>
    public void Apply(Side side, long priceTicks, long lots, int feePpm, bool isMaker)
    {
        Int128 notional = (Int128)priceTicks * lots;
        long signedLots = side == Side.Buy ? lots : -lots;
        CashTickLots += side == Side.Buy ? -notional : notional;
        FeesMicroTickLots += notional * feePpm;
        if (isMaker)
        {
            MakerLots += lots;
            MakerFeesMicroTickLots += notional * feePpm;
        }
        else
        {
            TakerLots += lots;
        }

        MoveCost(signedLots, priceTicks);
        Lots += signedLots;
    }

    /// <summary>Profit and loss with the position valued at a price, without fees, in half tick·lots.</summary>
    /// <param name="twoMidTicks">Twice the mid in ticks: bid plus ask.</param>
    public readonly Int128 ProfitHalfTickLots(long twoMidTicks) => (2 * CashTickLots) + ((Int128)Lots * twoMidTicks);

    private void MoveCost(long signedLots, long priceTicks)
    {
        bool isOpening = Lots == 0 || (Lots > 0) == (signedLots > 0);
        if (isOpening)
        {
            CostTickLots += (Int128)priceTicks * signedLots;
            return;
        }

        long closed = Math.Min(Math.Abs(Lots), Math.Abs(signedLots));
        CostTickLots -= CostTickLots * closed / Math.Abs(Lots);
        long opened = Math.Abs(signedLots) - closed;
        CostTickLots += (Int128)priceTicks * (signedLots > 0 ? opened : -opened);
    }
}
