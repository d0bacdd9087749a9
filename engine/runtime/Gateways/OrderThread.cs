using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// Runs the order gateway and a venue on one thread. On paper the venue sees the market first; then the gateway handles
/// commands, the venue's reports are published, and after them the gateway's own.
/// </summary>
/// <param name="market">Shows the market to the venue; null for a venue that does not need it.</param>
/// <param name="gateway">The order gateway.</param>
/// <param name="venue">The venue, without a queue.</param>
public sealed class OrderThread(PaperMarket? market, OrderGateway gateway, VenueConnection venue) : IAgent
{
    // On paper the thread wakes with the market; a command that arrives alone waits no longer than this.
    private const int IdleMs = 1;

    /// <inheritdoc/>
    public string RoleName => gateway.RoleName;

    /// <inheritdoc/>
    public int DoWork()
    {
        int done = market?.Poll() ?? 0;

        // A command in the middle of a depth message would meet a half-updated book.
        if (market is not { IsInsideMessage: true })
        {
            done += gateway.HandleCommands();
        }

        return done + venue.DoWork() + gateway.SendReports();
    }

    /// <inheritdoc/>
    public void Idle()
    {
        if (market is not null)
        {
            market.Wait(IdleMs);
        }
        else
        {
            gateway.Idle();
        }
    }
}
