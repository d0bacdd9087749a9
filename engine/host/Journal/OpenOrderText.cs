using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Runtime.Gateways;

namespace LowLatency.Host.Journal;

/// <summary>What may be open when a session ends otherwise than in good order, for whoever has to look after it.
/// </summary>
internal static class OpenOrderText
{
    private const int MaxShown = 20;

    /// <summary>The orders, a line each, and where they are kept.</summary>
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
            lines.Add($"the journal could not be written ({broken.Health}): check the venue itself, too");
        }

        return lines;
    }

    private static string Line(Instrument instrument, OpenOrder order) =>
        $"  {DecisionText.SideText(order.Side)} {DecisionText.Lots(instrument, order.RemainingLots)} "
        + $"{instrument.Symbol} at {DecisionText.Ticks(instrument, order.PriceTicks)} (order {order.Id})"
        + (order.IsCancelAsked ? ", cancel sent" : string.Empty);
}
