using System;
using System.Globalization;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Host.Security;
using LowLatency.Simulation.EmbeddedVenue;

namespace LowLatency.Host;

/// <summary>
/// Where a session's market is: the venue itself, or the embedded venue, which this object then owns. All other code is
/// the same for both.
/// </summary>
internal sealed class Market : IAsyncDisposable
{
    private static readonly Task s_never = new TaskCompletionSource().Task;

    private readonly EmbeddedVenueServer? _embedded;

    private Market(VenueAddress address, IReceiveClock clock, string description, EmbeddedVenueServer? embedded)
    {
        Address = address;
        Clock = clock;
        Description = description;
        _embedded = embedded;
    }

    public VenueAddress Address { get; }

    public IReceiveClock Clock { get; }

    /// <summary>What the market is, as text without secrets.</summary>
    public string Description { get; }

    /// <summary>Completes when an embedded market has ended; never for a real one.</summary>
    public Task Completion => _embedded?.Completion ?? s_never;

    /// <summary>The embedded venue, for tests that disturb it.</summary>
    public EmbeddedVenueServer? Embedded => _embedded;

    /// <summary>A real venue's addresses: its own, unless the settings name others.</summary>
    public static VenueAddress AddressOf(LiveSettings settings, IVenue venue) => new(
        settings.RestAddress.Length == 0 ? venue.DefaultAddress.Rest : new Uri(settings.RestAddress),
        settings.StreamAddress.Length == 0 ? venue.DefaultAddress.Stream : new Uri(settings.StreamAddress));

    public static async Task<Market> OpenAsync(LiveSettings settings, IVenue venue)
    {
        if (!settings.Embedded)
        {
            VenueAddress address = AddressOf(settings, venue);
            return new Market(address, new MonotonicUnixClock(), $"{venue.Name} at {address.Stream.Host}", null);
        }

        EmbeddedVenueSettings embedded = settings.EmbeddedVenue;
        double? speed = embedded.Speed == "max"
            ? null
            : double.Parse(embedded.Speed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        bool isFutures = ReferenceEquals(venue, Feeds.Binance.BinanceVenue.UsdmFutures);
        string[] inputs = embedded.Input.Split(';', StringSplitOptions.RemoveEmptyEntries);
        Func<IMarketSource> open = MarketSources.Find(settings, isFutures, inputs);
        VenuePlayer player = OpenPlayer(settings.Venue, open, new PlayOptions(speed, embedded.Loop));
        var server = new EmbeddedVenueServer(player, embedded.Port);
        await server.StartAsync().ConfigureAwait(false);

        // It is shown, recorded and served.
        string what = inputs.Length == 0
            ? $"generated market, seed {embedded.Seed}"
            : Redaction.Of(string.Join(" + ", inputs));
        return new Market(
            new VenueAddress(server.RestBase, server.StreamBase),
            player.Clock,
            $"embedded venue: {what}, speed {embedded.Speed}",
            server);
    }

    private static VenuePlayer OpenPlayer(string venue, Func<IMarketSource> open, PlayOptions options)
    {
        try
        {
            return new VenuePlayer(venue, open, options);
        }
        catch (ArgumentException fault)
        {
            throw new VenueException($"the embedded venue refuses: {fault.Message}", fault);
        }
    }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
