using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Simulation.EmbeddedVenue.Market;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// A venue on loopback, a relay in front of it, and a live session that only knows the relay's address.
/// </summary>
internal sealed class WireFaultRig : IAsyncDisposable
{
    private readonly EmbeddedVenueServer _server;
    private byte[]? _held;
    private int _frames;

    private WireFaultRig(string venue, EmbeddedVenueServer server, ChaosProxy relay, LiveSession session)
    {
        Venue = venue;
        _server = server;
        Relay = relay;
        Session = session;
    }

    public string Venue { get; }

    public ChaosProxy Relay { get; }

    public LiveSession Session { get; }

    public VenuePlayer Player => _server.Player;

    public InstrumentView View => Session.ReadStatus().View(0);

    public long Handovers => Session.ReadStatus().Connections.Sum(connection => connection.Handovers);

    public bool ShowsLoss => Venue is not ("coinbase" or "bitstamp");

    public static async Task<WireFaultRig> StartAsync(
        string venue, string folder, double? replaceAfterSeconds = null, ulong seed = 5,
        Action<LiveSettings>? configure = null)
    {
        var player = new VenuePlayer(
            venue,
            () => new GeneratedMarket(new GeneratedMarketOptions
            {
                Seed = seed,
                Symbols = ["BTCUSDT"],
                StartNs = new MonotonicUnixClock().NowNs,
                IsFutures = venue == "binance-futures",
            }),
            new PlayOptions(20, IsLooping: false, WaitsForClient: false));
        var server = new EmbeddedVenueServer(player, port: 0);
        await server.StartAsync();
        var relay = new ChaosProxy(server.RestBase.Port);
        string symbol = player.Dialect is TranslatedDialect translated ? translated.Symbols[0].Name : "BTCUSDT";
        var settings = new LiveSettings
        {
            Venue = venue,
            Symbols = [symbol],
            Embedded = false,
            RestAddress = $"http://127.0.0.1:{server.RestBase.Port}",
            StreamAddress = $"ws://127.0.0.1:{relay.Port}",
            Feed = new FeedSettings
            {
                // Short if a half-open connection is to be found; a slow machine must not look half-open.
                SilenceTimeoutSeconds = replaceAfterSeconds is null ? 1.5 : 30,
                ReconnectMinMs = 10,
                ReconnectMaxMs = 200,
                ReplaceAfterSeconds = replaceAfterSeconds,
                // So long that neither connection lags the other by more on a busy machine.
                OverlapSeconds = 2,
            },
            Recorder = new RecorderSettings { Directory = folder },
            Journal = new JournalSettings
            {
                Directory = Path.Combine(folder, "journal")
            },
            Metrics = new MetricsSettings { Enabled = false },
            Risk = Patience.Risk,
        };
        configure?.Invoke(settings);
        var session = (LiveSession)await Pipeline.StartAsync(settings, TestContext.Current.CancellationToken);
        return new WireFaultRig(venue, server, relay, session);
    }

    public async Task WithFrameFaultAsync(string name, Func<byte[], int, byte[][]> fault)
    {
        int before = Volatile.Read(ref _frames);
        Player.Fault = frame => fault(frame, Interlocked.Increment(ref _frames));
        await Eventually.SeesAsync(
            () => Volatile.Read(ref _frames) - before, count => count >= 130, $"{name}: the market stands still");
        Player.Fault = null;
        await UntilRightAsync(name);
    }

    /// <summary>Swaps every fiftieth message with its successor.</summary>
    public byte[][] Reorder(byte[] frame, int count)
    {
        if (_held is { } held)
        {
            _held = null;
            return [frame, held];
        }

        _held = count % 50 == 0 ? frame : null;
        return _held is null ? [frame] : [];
    }

    public static byte[][] WrongChecksum(byte[] frame, int count)
    {
        string text = Encoding.UTF8.GetString(frame);
        int at = count % 30 == 0 ? text.IndexOf("\"checksum\":", StringComparison.Ordinal) : -1;
        return at < 0 ? [frame] : [Encoding.UTF8.GetBytes(text.Insert(at + 11, "1"))];
    }

    /// <summary>Holds back what the venue sends while its market goes on.</summary>
    public async Task StallAsync()
    {
        int before = Volatile.Read(ref _frames);
        FreezeClients(true);
        Player.Fault = frame =>
        {
            Interlocked.Increment(ref _frames);
            return [frame];
        };
        await Eventually.SeesAsync(
            () => Volatile.Read(ref _frames) - before, count => count >= 130, "stalled: the market stands still");
        Player.Fault = null;
        FreezeClients(false);
        await UntilRightAsync("stalled");
    }

    private void FreezeClients(bool isFrozen)
    {
        foreach (StreamClient client in Player.Clients)
        {
            if (isFrozen)
            {
                client.Freeze();
            }
            else
            {
                client.Thaw();
            }
        }
    }

    public async Task ReconnectingAsync(string name, Func<Task> disturb)
    {
        long connects = Session.ReadStatus().Feed.Connects;
        await disturb();
        await Eventually.SeesAsync(
            () => Session.ReadStatus().Feed.Connects, count => count > connects, $"{name}: no new connection");
        await UntilRightAsync(name);
    }

    /// <summary>Pauses the market and waits until the session's book equals the venue's.</summary>
    public async Task UntilRightAsync(string name)
    {
        await Eventually.HoldsAsync(
            () => View.IsLive, $"{name}: the book did not come back", () => $"{View.StaleReason}");
        for (int i = 0; ; i++)
        {
            using (await Player.PauseAsync())
            {
                for (int poll = 0; poll < 40 && Difference() is not null; poll++)
                {
                    await Task.Delay(10, TestContext.Current.CancellationToken);
                }

                if (Difference() is null)
                {
                    return;
                }
            }

            Assert.True(i < 60, $"{name}: {Difference()}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async Task<(string Recording, DecisionHash Decisions)> StopAsync()
    {
        await Session.StopAsync(CancellationToken.None);
        return (Session.ReadStatus().Recorder!.Folder, Session.ReadStatus().Decisions);
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await Relay.DisposeAsync();
        await _server.DisposeAsync();
    }

    private string? Difference()
    {
        InstrumentView view = View;
        BookLevel bid = Player.Books[0].Top(true, 1)[0];
        BookLevel ask = Player.Books[0].Top(false, 1)[0];
        string wanted = $"{bid.PriceText} x {bid.QuantityText}, {ask.PriceText} x {ask.QuantityText}";
        string found = $"{Text(view.BidPrice, view.Scale.PriceDecimals)} x "
            + $"{Text(view.BidQuantity, view.Scale.QuantityDecimals)}, "
            + $"{Text(view.AskPrice, view.Scale.PriceDecimals)} x "
            + $"{Text(view.AskQuantity, view.Scale.QuantityDecimals)}";
        return view.IsLive && wanted == found ? null : $"the venue shows {wanted}; the session {found}";
    }

    private static string Text(long value, int decimals) => BookLevel
        .Text((decimal)value / InstrumentScale.PowerOfTen(decimals)).ToString(CultureInfo.InvariantCulture);
}
