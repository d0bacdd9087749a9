using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Runtime.Gateways;

namespace LowLatency.Sessions.Journal;

/// <summary>The orders that may be open after a session that did not end cleanly, for the operator.</summary>
public static class OpenOrderText
{
    private const int MaxShown = 20;

    /// <summary>One line for each order, and where the orders are recorded.</summary>
    /// <param name="session">The orders.</param>
    public static IReadOnlyList<string> Lines(OpenOrdersStatus session)
    {
        IReadOnlyList<OpenOrder> open = session.Open;
        if (open.Count == 0)
        {
            return ["lowlatency: no open orders, according to the gateway"];
        }

        var lines = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"lowlatency: {open.Count} {(open.Count == 1 ? "order" : "orders")} may be open at {session.Venue} "
                + $"({session.MarketDescription}):"),
        };
        lines.AddRange(open.Take(MaxShown).Select(order => Line(session.Instruments[order.InstrumentId], order)));
        if (open.Count > MaxShown)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  and {open.Count - MaxShown} more"));
        }

        lines.Add(session.Journal is { } journal
            ? $"the journal {journal.Path} contains them; a start with --resume restores them"
            : "there is no journal: check the venue itself");
        if (session.Journal is { Health: not JournalStatus.Healthy } broken)
        {
            lines.Add($"the journal could not be written ({broken.Health}): also check the venue itself");
        }

        return lines;
    }

    private static string Line(Instrument instrument, OpenOrder order) =>
        $"  {DecisionText.SideText(order.Side)} {DecisionText.Lots(instrument, order.RemainingLots)} "
        + $"{instrument.Symbol} at {DecisionText.Ticks(instrument, order.PriceTicks)} (order {order.Id})"
        + (order.IsCancelAsked ? ", cancel sent" : string.Empty);
}
