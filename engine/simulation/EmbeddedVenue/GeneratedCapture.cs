using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using LowLatency.Feeds.Captures;
using LowLatency.Simulation.EmbeddedVenue.Market;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// Some minutes of a generated futures market as a capture, always the same, for measurements on machines without a
/// recording.
/// </summary>
internal static class GeneratedCapture
{
    /// <summary>The venue of the messages.</summary>
    public const string Venue = "binance-futures";

    private const string Symbol = "BTCUSDT";
    private const ulong Seed = 20_261_121;
    private const long StartNs = 1_770_000_000_000_000_000;

    private static readonly TimeSpan s_duration = TimeSpan.FromMinutes(5);

    /// <summary>Its messages: the snapshot, then the stream.</summary>
    public static IEnumerable<CapturedMessage> Read()
    {
        using var market = new GeneratedMarket(new GeneratedMarketOptions
        {
            Seed = Seed,
            Symbols = [Symbol],
            StartNs = StartNs,
            IsFutures = true,
            Duration = s_duration,
        });
        while (market.TryNext(out VenueMessage message))
        {
            bool isSnapshot = message.Kind == VenueMessageKind.Snapshot;
            if (isSnapshot || StreamOf(message.Kind) is not null)
            {
                yield return new CapturedMessage(
                    message.TimeNs,
                    isSnapshot ? message.Data.ToArray() : Wrap(StreamOf(message.Kind)!, message.Data.Span),
                    isSnapshot,
                    IsList: false,
                    isSnapshot ? Symbol : string.Empty);
            }
        }
    }

    private static string? StreamOf(VenueMessageKind kind) => kind switch
    {
        VenueMessageKind.Depth => "depth@0ms",
        VenueMessageKind.BookTicker => "bookTicker",
        VenueMessageKind.Trade => "trade",
        _ => null,
    };

    private static byte[] Wrap(string stream, ReadOnlySpan<byte> data) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{{\"stream\":\"btcusdt@{stream}\",\"data\":")),
        .. data,
        (byte)'}',
    ];
}
