using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>Quotes of a model, relative to the price that it was given.</summary>
/// <param name="Shift">How far the middle of the quotes lies from that price; below 0 if long.</param>
/// <param name="Half">Half of the spread, above 0.</param>
public readonly record struct QuoteTarget(double Shift, double Half)
{
    /// <summary>Distance of the bid below the price.</summary>
    public double BidDistance => Half - Shift;

    /// <summary>Distance of the ask above the price.</summary>
    public double AskDistance => Half + Shift;

    /// <summary>true if both numbers are finite and the spread is positive.</summary>
    public bool IsSound => double.IsFinite(Shift) && double.IsFinite(Half) && Half > 0;
}

/// <summary>
/// M. Avellaneda, S. Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8(3), 2008, 217–224:
/// reservation price r = s − q·γ·σ²·(T−t), total spread γ·σ²·(T−t) + (2/γ)·ln(1 + γ/k).
/// </summary>
public static class AvellanedaStoikovModel
{
    /// <summary>The quotes of an inventory.</summary>
    /// <param name="inventory">q, in orders; above 0 if long.</param>
    /// <param name="riskAversion">γ, per unit of price and order; above 0.</param>
    /// <param name="volatility">σ, in units of price per square root of a unit of time; 0 or more.</param>
    /// <param name="timeLeft">T − t, in units of time; 0 or more.</param>
    /// <param name="decay">k of the fill intensity A·e^(−kδ), per unit of price; above 0.</param>
    public static QuoteTarget Quote(
        double inventory, double riskAversion, double volatility, double timeLeft, double decay)
    {
        double risk = riskAversion * volatility * volatility * timeLeft;
        double spread = risk + (2 / riskAversion * RepeatableMath.Log(1 + (riskAversion / decay)));
        return new QuoteTarget(-inventory * risk, spread / 2);
    }
}
