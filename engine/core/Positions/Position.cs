using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Positions;

/// <summary>
/// What one instrument's fills add up to, exactly: lots, cash in tick·lots (one tick times one lot), and fees in
/// millionths of a tick·lot. Engine thread only.
/// </summary>
public struct Position
{
    /// <summary>Lots held; negative when short.</summary>
    public long Lots;

    /// <summary>Received minus paid, fees left out, in tick·lots.</summary>
    public Int128 CashTickLots;

    /// <summary>Fees paid minus rebates, in millionths of a tick·lot.</summary>
    public Int128 FeesMicroTickLots;

    /// <summary>Lots bought and sold, for reports.</summary>
    public long TradedLots;

    /// <summary>Adds a fill.</summary>
    /// <param name="side">Side of the own order.</param>
    /// <param name="priceTicks">Price in ticks.</param>
    /// <param name="lots">Quantity in lots, above 0.</param>
    /// <param name="feePpm">Fee in millionths of the notional; negative for a rebate.</param>
    public void Apply(Side side, long priceTicks, long lots, int feePpm)
    {
        Int128 notional = (Int128)priceTicks * lots;
        Lots += side == Side.Buy ? lots : -lots;
        CashTickLots += side == Side.Buy ? -notional : notional;
        FeesMicroTickLots += notional * feePpm;
        TradedLots += lots;
    }

    /// <summary>Profit and loss with the position valued at a price, fees left out, in half tick·lots.</summary>
    /// <param name="twoMidTicks">Twice the middle of the market in ticks: bid plus ask.</param>
    public readonly Int128 ProfitHalfTickLots(long twoMidTicks) => (2 * CashTickLots) + ((Int128)Lots * twoMidTicks);
}
