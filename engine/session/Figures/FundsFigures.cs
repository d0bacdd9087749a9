using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;

namespace LowLatency.Sessions.Figures;

/// <summary>One currency's funds, for display.</summary>
/// <param name="Currency">Its name.</param>
/// <param name="Total">Total amount.</param>
/// <param name="InOrders">Reserved for open orders.</param>
/// <param name="Available">Available for new orders.</param>
/// <param name="Value">The total in the reporting currency; null if there is no market for the conversion.</param>
public sealed record FundsLine(string Currency, decimal Total, decimal InOrders, decimal Available, decimal? Value);

/// <summary>Funds by currency, and their value in the reporting currency.</summary>
public static class FundsFigures
{
    /// <summary>Every currency of the session.</summary>
    /// <param name="funds">The ledger.</param>
    /// <param name="instruments">The session's instruments.</param>
    /// <param name="views">Their views, whose mids value the currencies.</param>
    /// <param name="reporting">The reporting currency; empty for the first instrument's quote currency.</param>
    public static IReadOnlyList<FundsLine> Of(
        IReadOnlyList<Funds> funds,
        IReadOnlyList<Instrument> instruments,
        IReadOnlyList<InstrumentView> views,
        string reporting)
    {
        string target = reporting.Length != 0 ? reporting : instruments[0].QuoteAsset;
        return funds.Select(item =>
        {
            decimal total = InstrumentFigures.Amount(item.Total, item.Decimals);
            return new FundsLine(
                item.Currency,
                total,
                InstrumentFigures.Amount(item.InOrders, item.Decimals),
                InstrumentFigures.Amount(item.Available, item.Decimals),
                total * Rate(item.Currency, target, instruments, views, hops: 2));
        }).ToArray();
    }

    // The price of one currency in another over a limited number of markets; null if there is none.
    private static decimal? Rate(
        string from, string to, IReadOnlyList<Instrument> instruments, IReadOnlyList<InstrumentView> views, int hops)
    {
        if (from == to)
        {
            return 1;
        }

        for (int i = 0; i < instruments.Count && hops > 0; i++)
        {
            InstrumentView view = views[i];
            decimal mid = (decimal)view.LastTwoMid / 2 / InstrumentScale.PowerOfTen(view.Scale.PriceDecimals);
            decimal? step = mid == 0 ? null
                : instruments[i].BaseAsset == from ? mid
                : instruments[i].QuoteAsset == from ? 1 / mid
                : null;
            string next = instruments[i].BaseAsset == from ? instruments[i].QuoteAsset : instruments[i].BaseAsset;
            if (step is { } rate && Rate(next, to, instruments, views, hops - 1) is { } rest)
            {
                return rate * rest;
            }
        }

        return null;
    }
}
