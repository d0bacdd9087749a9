using LowLatency.Engine.Strategies;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>The quoting models against values computed from the papers' formulas.</summary>
public sealed class QuotingModelTests
{
    private const int Digits = 10;

    [Fact]
    public void ShouldQuoteAsAvellanedaAndStoikovWrite()
    {
        // s = 100, q = 2, γ = 0.1, σ = 2, T − t = 1, k = 1.5.
        QuoteTarget target = AvellanedaStoikovModel.Quote(
            inventory: 2, riskAversion: 0.1, volatility: 2, timeLeft: 1, decay: 1.5);

        Assert.Equal(99.2, 100 + target.Shift, Digits);
        Assert.Equal(1.6907704227514, 2 * target.Half, Digits);
        Assert.Equal(98.3546147886243, 100 - target.BidDistance, Digits);
        Assert.Equal(100.0453852113757, 100 + target.AskDistance, Digits);
    }

    [Fact]
    public void ShouldQuoteAsGueantLehalleAndFernandezTapiaWrite()
    {
        // γ = ξ = 0.1, Δ = 1, k = 1.5, A = 140, σ = 2, q = 2, fair = 100.
        (double c1, double c2) = GlftModel.Constants(0.1, 0.1, 1, 140, 1.5);
        QuoteTarget target = GlftModel.Quote(
            inventory: 2, riskAversion: 0.1, fillRisk: 0.1, orderSize: 1, volatility: 2, rate: 140, decay: 1.5);

        Assert.Equal(0.6453852113757, c1, Digits);
        Assert.Equal(0.0258586080610, c2, Digits);
        Assert.Equal(0.6712438194367, target.Half, Digits);
        Assert.Equal(-2 * 0.0517172161220, target.Shift, Digits);
        Assert.Equal(99.2253217483194, 100 - target.BidDistance, Digits);
        Assert.Equal(100.5678093871928, 100 + target.AskDistance, Digits);
    }

    [Fact]
    public void ShouldTakeTheLimitWithoutFillRisk()
    {
        QuoteTarget target = GlftModel.Quote(1, 0.1, 0, 1, 2, 140, 1.5);

        Assert.Equal(0.6921069881889, target.Half, Digits);
        Assert.Equal(-0.0508806430446, target.Shift, Digits);
    }

    [Theory]
    [InlineData(0.1, 2.0, 140, 1.5, 3)]
    [InlineData(0.02, 0.7, 3, 0.4, -4)]
    public void ShouldGiveThe2013QuotesForUnitOrders(double gamma, double sigma, double rate, double k, double q)
    {
        // δᵇ = ln(1 + γ/k)/γ + (2q + 1)/2·R with R = √[σ²γ/(2kA)·(1 + γ/k)^(1 + k/γ)].
        double r = System.Math.Sqrt(
            sigma * sigma * gamma / (2 * k * rate) * System.Math.Pow(1 + (gamma / k), 1 + (k / gamma)));
        double first = System.Math.Log(1 + (gamma / k)) / gamma;
        QuoteTarget target = GlftModel.Quote(q, gamma, gamma, 1, sigma, rate, k);

        Assert.Equal(first + (((2 * q) + 1) / 2 * r), target.BidDistance, Digits);
        Assert.Equal(first - (((2 * q) - 1) / 2 * r), target.AskDistance, Digits);
    }
}
