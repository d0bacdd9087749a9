using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;
using LowLatency.Replay.Export;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>Names of instruments where two venues of a session have the same symbol.</summary>
public sealed class InstrumentLookupTests
{
    private static readonly Instrument[] s_instruments =
        [Fixture.Spot(), Manifests.Elsewhere(1), Fixture.Spot(2, "ETHUSDT"), Fixture.Spot(3, "A:BUSDT")];

    private readonly InstrumentLookup _lookup = new(s_instruments);

    [Theory]
    [InlineData("ETHUSDT", 2)]
    [InlineData("binance:ETHUSDT", 2)]
    [InlineData("binance:BTCUSDT", 0)]
    [InlineData("okx:BTCUSDT", 1)]
    [InlineData("A:BUSDT", 3)]
    [InlineData("binance:A:BUSDT", 3)]
    public void ShouldFindWhatIsUnique(string name, int id) => Assert.Equal(id, _lookup.Find(name).Id);

    [Theory]
    [InlineData("btcusdt")]
    [InlineData("okx:ETHUSDT")]
    [InlineData("kraken:BTCUSDT")]
    [InlineData(":")]
    [InlineData("")]
    public void ShouldNameWhatThereIs(string name)
    {
        string message = Assert.Throws<KeyNotFoundException>(() => _lookup.Find(name)).Message;

        Assert.Equal(
            $"the session has no symbol {name}; it has binance:BTCUSDT, okx:BTCUSDT, ETHUSDT, A:BUSDT", message);
    }

    [Fact]
    public void ShouldAskForTheVenueWhereItIsNeeded()
    {
        Assert.Equal(
            "several venues of the session have the symbol BTCUSDT: name one of binance:BTCUSDT, okx:BTCUSDT",
            Assert.Throws<ArgumentException>(() => _lookup.Find("BTCUSDT")).Message);
        Assert.Equal("okx-BTCUSDT", _lookup.FileNameOf(s_instruments[1]));
    }

    [Fact]
    public void ShouldNameTheVenueInEveryVerb()
    {
        using var folder = new TemporaryFolder();
        string recording = Record(folder.Path);

        string[] rows = Export(recording);
        Assert.Equal(["binance:BTCUSDT", "okx:BTCUSDT"], rows.Select(row => row.Split(',')[2]).Distinct().Order());
        Assert.Equal([["101"], ["202"]], new[] { "binance:BTCUSDT", "okx:BTCUSDT" }.Select(
            name => Export(recording, name).Select(row => row.Split(',')[7]).ToArray()));
        Assert.Throws<ArgumentException>(() => Export(recording, "BTCUSDT"));

        Assert.Throws<ArgumentException>(
            () => RecordingReplay.Run(recording, null, new ReplayOptions { Symbols = ["BTCUSDT"] }));
        ReplayResult one = RecordingReplay.Run(
            recording, null, new ReplayOptions
            {
                Symbols = ["okx:BTCUSDT"],
                Change = manifest => manifest with
                {
                    Instruments = manifest.Instruments.Select(item => item with
                    {
                        Strategy = new StrategyManifest("Grid", new Dictionary<string, string>()),
                    }).ToArray(),
                },
            });
        Assert.Equal(["Watch", "Grid"], one.Runner.Manifest.Instruments.Select(item => item.Strategy.Name));

        Assert.Throws<ArgumentException>(() => List(recording, "BTCUSDT"));
        Assert.Throws<KeyNotFoundException>(() => List(recording, null));
        Assert.Equal(1, List(recording, "okx:BTCUSDT").Instrument.Id);

        using var books = new StringWriter();
        BookCheckpoints.Write(recording, 1, books, TestContext.Current.CancellationToken);
        Assert.Contains("\"sym\":\"okx:BTCUSDT\"", books.ToString(), StringComparison.Ordinal);
    }

    // One trade of the same symbol at each of two venues.
    private static string Record(string folder)
    {
        using var recording = new EventRecording(folder, Fixture.Spot(), Manifests.Elsewhere(1));
        EngineInput first = EventRecording.Trade(Side.Buy, 100, 1, timeNs: 10, tradeId: 101);
        EngineInput second = EventRecording.Trade(Side.Buy, 100, 1, timeNs: 20, tradeId: 202);
        second.InstrumentId = 1;
        recording.Add(first);
        recording.Add(second);
        return recording.Finish();
    }

    private static string[] Export(string recording, params string[] symbols)
    {
        using var text = new StringWriter();
        RecordingExport.Run(
            recording, new ExportOptions { Symbols = symbols },
            instruments => new TextExport(text, instruments, isJson: false));
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
    }

    private static DirectionListing List(string recording, string? symbol) => DirectionListing.Write(
        recording, symbol, QuoteSource.Book, DirectionRule.Step, TextWriter.Null,
        TestContext.Current.CancellationToken);
}
