using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Replay;

namespace LowLatency.Tests.Support;

/// <summary>A capture of shared/data, its venue, and its expected results.</summary>
/// <param name="Name">Name of the expected checkpoints.</param>
/// <param name="Venue">The venue.</param>
/// <param name="Every">Messages between two expected checkpoints.</param>
/// <param name="Checksums">Number of checksums that the venue sent.</param>
/// <param name="Paths">Its files, or the base name of its files.</param>
public sealed record CaptureCase(string Name, string Venue, int Every, int Checksums, params string[] Paths)
{
    /// <summary>All captures.</summary>
    public static IReadOnlyList<CaptureCase> All { get; } =
    [
        new("spot-btcusdt-202408", "binance", 100, 0,
            "hftbacktest/spot/btcusdt_20240808.gz", "hftbacktest/spot/btcusdt_20240809.gz"),
        new("usdm-btcusdt-20240808", "binance-futures", 100, 0, "hftbacktest/usdm/btcusdt_20240808.gz"),
        new("binance-20211012", "binance", 10, 0, "cryptofeed/BINANCE"),
        new("binance-futures-20210722", "binance-futures", 10, 0, "cryptofeed/BINANCE_FUTURES"),
        new("coinbase-20210417", "coinbase", 50, 0, "cryptofeed/COINBASE"),
        new("kraken-20210417", "kraken", 50, 4269, "cryptofeed/KRAKEN"),
        new("bitstamp-20220105", "bitstamp", 10, 0, "cryptofeed/BITSTAMP"),
        new("poloniex-20220821", "poloniex", 10, 0, "cryptofeed/POLONIEX"),
        new("okx-20220513", "okx", 10, 290, "cryptofeed/OKX"),
        new("bybit-20210417", "bybit", 50, 0, "cryptofeed/BYBIT"),
    ];

    /// <summary>What tests of many captures use in this run: all, or in the quick run all but the largest ones. See
    /// <see cref="Cases"/>.</summary>
    public static IEnumerable<CaptureCase> Tried => All.Where(item => Cases.AreAll || !item.IsLarge);

    /// <summary>The captures of a venue.</summary>
    public static IEnumerable<CaptureCase> Of(string venue) => All.Where(item => item.Venue == venue);

    private bool IsLarge => Name is "spot-btcusdt-202408" or "usdm-btcusdt-20240808";

    /// <summary>Full paths; the test is skipped if the captures are missing.</summary>
    public string[] Require() => Paths
        .Select(path =>
        {
            bool isBase = !path.EndsWith(".gz", StringComparison.Ordinal);
            string found = SharedData.Require(isBase ? path + ".0" : path);
            return isBase ? found[..^2] : found;
        })
        .ToArray();

    /// <summary>Makes a recording of it.</summary>
    public ImportResult Import(string directory)
    {
        string[] paths = Require();
        return new CaptureImport(Venues.Find(Venue), symbol: null).Run(
            () => Capture.Read(paths, withSymbolLists: true, withOpenings: true), Name, Describe, directory, "tests");
    }

    /// <summary>Its websocket messages.</summary>
    public IEnumerable<byte[]> Frames() =>
        Capture.Read(Require())
            .Where(message => !message.IsRest && Identify(message.Body).Subject != MessageSubject.RestBook)
            .Select(message => message.Body);

    /// <summary>What a message is.</summary>
    public MessageIdentity Identify(byte[] message)
    {
        var identities = new List<MessageIdentity>();
        Venues.Find(Venue).Identify(message, identities);
        return identities[0];
    }

    private static InstrumentManifest Describe(Instrument instrument) =>
        new(instrument, Fixture.Limits(), new StrategyManifest("DirectionMask", new Dictionary<string, string>()));
}
