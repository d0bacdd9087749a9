using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Logarithm and exponential from the four operations that IEEE 754 rounds exactly, so that a replay with another
/// processor or C library gives the same bits. The runtime's functions come from the C library and may differ in the
/// last bit. Errors are a few units in the last place. Any thread.
/// </summary>
public static class RepeatableMath
{
    // ln 2 in two parts: one whose low bits are 0, so that its product with an exponent is exact, and the rest.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2OfE = 1.4426950408889634;

    private const double SqrtOfTwo = 1.4142135623730951;
    private const double MaxSeriesArgument = 0.172;
    private const double MaxExponent = 700;

    // 0.172^26 / 27 is below half a unit in the last place of 1.
    private const int LogTerms = 12;
    private const int ExpTerms = 15;

    /// <summary>Natural logarithm of a normal number above 0; NaN for any other.</summary>
    public static double Log(double value)
    {
        if (!(value > 0) || !double.IsNormal(value))
        {
            return double.NaN;
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > SqrtOfTwo)
        {
            mantissa /= 2;
            exponent++;
        }

        double log = Series((mantissa - 1) / (mantissa + 1));
        return (exponent * Ln2High) + (log + (exponent * Ln2Low));
    }

    /// <summary>
    /// Natural logarithm of <paramref name="to"/> ÷ <paramref name="from"/>, both above 0 and below 2^62. It keeps its
    /// relative precision for neighbours, where the quotient itself would lose it.
    /// </summary>
    public static double LogRatio(long to, long from)
    {
        double argument = (double)(to - from) / (to + from);
        return Math.Abs(argument) <= MaxSeriesArgument ? Series(argument) : Log(to) - Log(from);
    }

    /// <summary>e to the power; the exponent is limited to -700 to 700.</summary>
    public static double Exp(double exponent)
    {
        double held = Math.Clamp(exponent, -MaxExponent, MaxExponent);
        double twos = Math.Floor((held * Log2OfE) + 0.5);
        double rest = held - (twos * Ln2High) - (twos * Ln2Low);
        double sum = 1;
        for (int i = ExpTerms; i > 0; i--)
        {
            sum = 1 + (rest / i * sum);
        }

        return double.IsNaN(sum) ? sum : sum * BitConverter.Int64BitsToDouble((long)(twos + 1023) << 52);
    }

    // ln((1 + z) / (1 - z)) = 2 (z + z³/3 + z⁵/5 + …)
    private static double Series(double z)
    {
        double square = z * z;
        double sum = 0;
        for (int i = LogTerms; i > 0; i--)
        {
            sum = square * ((1.0 / ((2 * i) + 1)) + sum);
        }

        return 2 * (z + (z * sum));
    }
}
