using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>
/// The seam between the order gateway and a venue. Commands come in through <see cref="OnCommand"/>; what became of
/// them goes out through <see cref="Reports"/>. The paper venue, the simulator's exchange and every real venue's
/// connection implement it. One thread, the venue connection's, calls all members.
/// <para>Reports are events, each with instrument, order id and time, and with the side of the order, except that a
/// reject has its reason there:</para>
/// <list type="table">
/// <item><term><see cref="EventKind.OrderAccepted"/></term><description>answers Place.</description></item>
/// <item><term><see cref="EventKind.OrderRejected"/></term><description>answers Place with a
/// <see cref="RejectReason"/>.</description></item>
/// <item><term><see cref="EventKind.OrderFilled"/></term><description>one per trade: price in ticks, quantity in lots,
/// a trade id that is unique per instrument, and whether the order was the maker.</description></item>
/// <item><term><see cref="EventKind.OrderCancelled"/>, <see cref="EventKind.OrderExpired"/></term><description>the
/// order has ended; the quantity is what was filled in total, and the engine waits for those
/// fills.</description></item>
/// <item><term><see cref="EventKind.CancelRejected"/></term><description>answers Cancel of an order that is not
/// open.</description></item>
/// <item><term><see cref="EventKind.OrderAmended"/>, <see cref="EventKind.AmendRejected"/></term><description>answers
/// Amend, with the command's number; the first carries the new price and quantity.</description></item>
/// <item><term><see cref="EventKind.OrderOpen"/></term><description>the order is open, with its price and its whole
/// quantity. Answers Query with the command's number, and is part of a snapshot with the number 0. Query of an order
/// that is not open is answered by <see cref="EventKind.OrderCancelled"/>.</description></item>
/// <item><term><see cref="EventKind.GatewayLost"/></term><description>the connection is lost: no report can come, and
/// commands on their way may or may not have arrived.</description></item>
/// <item><term><see cref="EventKind.ReconcileBegin"/>, <see cref="EventKind.ReconcileEnd"/></term><description>a
/// snapshot of the account: between them the fills that may have been missed and an <see cref="EventKind.OrderOpen"/>
/// for each open order. Orders that it does not name have ended. Like <see cref="EventKind.GatewayLost"/>, both carry
/// any instrument of the venue. Sent when a session begins with orders of an earlier
/// one, and after each loss.</description></item>
/// </list>
/// </summary>
public interface IOrderVenue
{
    /// <summary>Reports that were not published yet, oldest first.</summary>
    ReportQueue Reports { get; }

    /// <summary>Takes an order command (Place, Amend, Cancel, Query); other outputs are ignored. It may be answered at
    /// once or later. It never throws: what cannot be sent is answered with a reject.</summary>
    /// <param name="command">The engine's decision. Its order id is the client order id: unique over all sessions.
    /// </param>
    /// <param name="nowNs">Current time, nanoseconds since the Unix epoch.</param>
    void OnCommand(in EngineOutput command, long nowNs);
}
