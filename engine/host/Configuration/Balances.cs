using System.Collections.Generic;
using System.Globalization;

namespace LowLatency.Host.Configuration;

/// <summary>Reads what is owned at the start.</summary>
internal static class Balances
{
    /// <summary>Reads one entry, such as <c>USDT=10000</c>.</summary>
    public static bool TryParse(string text, out string currency, out decimal amount)
    {
        int equals = text.IndexOf('=', System.StringComparison.Ordinal);
        currency = equals < 1 ? string.Empty : text[..equals].Trim();
        amount = 0;
        return currency.Length != 0 && decimal.TryParse(
            text[(equals + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);
    }

    /// <summary>All entries by currency. The loader has checked them.</summary>
    public static Dictionary<string, decimal> Read(IEnumerable<string> texts)
    {
        var balances = new Dictionary<string, decimal>();
        foreach (string text in texts)
        {
            if (TryParse(text, out string currency, out decimal amount))
            {
                balances[currency] = amount;
            }
        }

        return balances;
    }
}
