using System;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// O. Guéant, C.-A. Lehalle, J. Fernandez-Tapia, "Dealing with the inventory risk", Mathematics and Financial Economics
/// 7(4), 2013, 477–507; the general form of O. Guéant, "Optimal market making", arXiv:1605.01862, equations 4.6 and
/// 4.7:
/// c₁ = ln(1 + ξΔ/k)/(ξΔ), c₂ = √[γ/(2AΔk)·(1 + ξΔ/k)^(k/(ξΔ)+1)], half = c₁ + Δ/2·σ·c₂, skew = σ·c₂ for each order.
/// </summary>
public static class GlftModel
{
    /// <summary>c₁ and c₂.</summary>
    /// <param name="riskAversion">γ, per unit of price and order; above 0.</param>
    /// <param name="fillRisk">ξ, how much the risk of not being filled weighs; 0 or more (0 takes the limit).</param>
    /// <param name="orderSize">Δ, in units of inventory; above 0.</param>
    /// <param name="rate">A, fills per unit of time at distance 0; above 0.</param>
    /// <param name="decay">k, per unit of price; above 0.</param>
    public static (double C1, double C2) Constants(
        double riskAversion, double fillRisk, double orderSize, double rate, double decay)
    {
        double x = fillRisk * orderSize / decay;
        double c1 = x == 0 ? 1 / decay : RepeatableMath.Log(1 + x) / (fillRisk * orderSize);

        // (1 + x)^(1/x + 1) goes to e for x → 0.
        double growth = x == 0 ? Math.E : RepeatableMath.Exp(RepeatableMath.Log(1 + x) * ((1 / x) + 1));
        return (c1, Math.Sqrt(riskAversion / (2 * rate * orderSize * decay) * growth));
    }

    /// <summary>The quotes of an inventory.</summary>
    /// <param name="inventory">q, in units of inventory; above 0 if long.</param>
    /// <param name="riskAversion">γ.</param>
    /// <param name="fillRisk">ξ.</param>
    /// <param name="orderSize">Δ.</param>
    /// <param name="volatility">σ, in units of price per square root of the unit of time of A.</param>
    /// <param name="rate">A.</param>
    /// <param name="decay">k.</param>
    public static QuoteTarget Quote(
        double inventory, double riskAversion, double fillRisk, double orderSize, double volatility, double rate,
        double decay)
    {
        (double c1, double c2) = Constants(riskAversion, fillRisk, orderSize, rate, decay);
        double skew = volatility * c2;
        return new QuoteTarget(-inventory * skew, c1 + (orderSize / 2 * skew));
    }
}
