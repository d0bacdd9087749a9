using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>The order gateway and a venue that share a thread. On paper the venue sees the market first; then the
/// gateway takes commands, and the venue's reports are published.</summary>
/// <param name="market">Shows the market to the venue; null for a venue that does not need it.</param>
/// <param name="gateway">The order gateway.</param>
/// <param name="venue">The venue, without a queue.</param>
public sealed class OrderThread(PaperMarket? market, OrderGateway gateway, VenueConnection venue) : IAgent
{
    // On paper it wakes with the market; a command that comes alone waits no longer than this.
    private const int IdleMs = 1;

    /// <inheritdoc/>
    public string RoleName => gateway.RoleName;

    /// <inheritdoc/>
    public int DoWork()
    {
        int done = market?.Poll() ?? 0;

        // A command that came in the middle of a depth message would meet half a book.
        if (market is not { IsInsideMessage: true })
        {
            done += gateway.DoWork();
        }

        return done + venue.DoWork();
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
