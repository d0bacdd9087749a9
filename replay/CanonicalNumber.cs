using System.Globalization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay;

/// <summary>Numbers in listings: plain, exact, without trailing zeros.</summary>
internal static class CanonicalNumber
{
    /// <summary>Text of a number of wire increments, 0 or more.</summary>
    public static string Text(long value, int decimals)
    {
        long factor = InstrumentScale.PowerOfTen(decimals);
        string fraction = (value % factor).ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0').TrimEnd('0');
        string whole = (value / factor).ToString(CultureInfo.InvariantCulture);
        return decimals == 0 || fraction.Length == 0 ? whole : $"{whole}.{fraction}";
    }
}
