using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Replay.Export;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>Rows of text: applying them gives the engine's books.</summary>
public sealed partial class TextExportTests
{
    private const CommitFlags EndsSnapshot = CommitFlags.EndsSnapshot;

    public static TheoryData<string, bool> Captures
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in CaptureCase.Tried.Select(item => item.Name))
            {
                data.Add(name, false);
                if (name is "spot-btcusdt-202408" or "coinbase-20210417")
                {
                    data.Add(name, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void ShouldRebuildTheBooksOfACapture(string name, bool isJson)
    {
        using var folder = new TemporaryFolder();
        string recording = CaptureCase.All.Single(item => item.Name == name).Import(folder.Path).Folder;

        (ExportResult result, string[] lines) = Export(recording, new ExportOptions(), isJson);
        string[][] rows = lines.Select(line => isJson ? ReadJson(line) : line.Split(',')).ToArray();

        EngineLoop engine = result.Replay.Runner.Core.Engine;
        Instrument[] instruments = result.Replay.Manifest.Instruments.Select(item => item.Instrument).ToArray();
        ILookup<string, string[]> bySymbol = rows.ToLookup(row => row[2]);
        Assert.NotEqual(0, result.Levels);
        Assert.Equal(result.Levels, rows.Count(row => row[3] is "level" or "snapshot_level"));
        Assert.Equal(result.Trades, rows.Count(row => row[3] == "trade"));
        Assert.Equal(result.Tops * 2, rows.Count(row => row[3] == "top"));
        Assert.All(instruments, item => Assert.Equal(
            engine.Book(item.Id).StateHash(), Rebuild(bySymbol[item.Symbol], engine.Scale(item.Id)).StateHash()));
    }

    [Fact]
    public void ShouldWriteNumbersPlainlyAndExactly()
    {
        using var folder = new TemporaryFolder();
        string recording = CaptureCase.All.Single(item => item.Name == "kraken-20210417").Import(folder.Path).Folder;

        (_, string[] lines) = Export(recording, new ExportOptions(), isJson: false);

        Assert.All(
            lines.Select(line => line.Split(',')).Where(row => row[4].Length != 0).SelectMany(row => row[5..7]),
            text => Assert.Matches(PlainNumber(), text));
    }

    [Fact]
    public void ShouldTellEveryKindOfRow()
    {
        using var folder = new TemporaryFolder();

        (ExportResult result, string[] lines) = Export(WriteEveryKind(folder), new ExportOptions(), isJson: false);

        string[] expected =
        [
            "1000,,BTCUSDT,snapshot,,,,,",
            "1000,900,BTCUSDT,snapshot_level,buy,100,1.5,,",
            "1000,900,BTCUSDT,snapshot_level,sell,100.01,0.00001,,",
            "1000,900,BTCUSDT,commit,,,,7,snapshot catching-up",
            "900,800,BTCUSDT,level,buy,99.99,2,,",
            "900,800,BTCUSDT,commit,,,,8,",
            "1100,,BTCUSDT,level,buy,99.991,3,,",
            "1100,,BTCUSDT,commit,,,,9,",
            "1200,1150,BTCUSDT,top,buy,100,1.5,10,",
            "1200,1150,BTCUSDT,top,sell,100.01,0.00001,10,",
            "1210,1160,BTCUSDT,trade,sell,100,0.5,77,",
            "1220,1170,BTCUSDT,trade,buy,100.01,0.25,,",
            "1300,,BTCUSDT,level,buy,100.01,1,,",
            "1300,,BTCUSDT,stale,,,,,crossed",
            "1400,,BTCUSDT,stale,,,,,crossed",
            "1500,,BTCUSDT,snapshot,,,,,",
            "1500,,BTCUSDT,commit,,,,20,snapshot",
            "1600,,BTCUSDT,stale,,,,,disconnected",
        ];
        Assert.Equal(expected, lines);
        Assert.Equal((5, 2, 1), (result.Levels, result.Trades, result.Tops));
    }

    [Fact]
    public void ShouldWriteOneObjectALine()
    {
        using var folder = new TemporaryFolder();

        (_, string[] lines) = Export(
            WriteEveryKind(folder), new ExportOptions { Contents = ExportContents.Trades | ExportContents.Tops },
            isJson: true);

        Assert.Equal(4, lines.Length);
        Assert.Equal(
            """{"recv_ns":1210,"venue_ns":1160,"symbol":"BTCUSDT","kind":"trade","side":"sell","price":"100","""
            + "\"quantity\":\"0.5\",\"id\":77,\"note\":null}",
            lines[2]);
    }

    [Fact]
    public void ShouldBeginInsideTheRecordingWithTheBookAsItWas()
    {
        using var folder = new TemporaryFolder();

        (_, string[] lines) = Export(
            WriteEveryKind(folder), new ExportOptions { FromNs = 1100, UntilNs = 1210 }, isJson: false);

        string[] expected =
        [
            "1100,800,BTCUSDT,snapshot,,,,,",
            "1100,800,BTCUSDT,snapshot_level,buy,100,1.5,,",
            "1100,800,BTCUSDT,snapshot_level,buy,99.99,2,,",
            "1100,800,BTCUSDT,snapshot_level,sell,100.01,0.00001,,",
            "1100,800,BTCUSDT,commit,,,,8,snapshot",
            "1100,,BTCUSDT,level,buy,99.991,3,,",
            "1100,,BTCUSDT,commit,,,,9,",
            "1200,1150,BTCUSDT,top,buy,100,1.5,10,",
            "1200,1150,BTCUSDT,top,sell,100.01,0.00001,10,",
        ];
        Assert.Equal(expected, lines);
    }

    [Fact]
    public void ShouldTakeTheNamedSymbolsAlone()
    {
        using var folder = new TemporaryFolder();
        using var recording = new EventRecording(folder.Path, Fixture.Spot(), Fixture.Spot(1, "ETHUSDT"));
        EngineInput trade = EventRecording.Trade(Side.Buy, 1, 1, 10, 1);
        EngineInput other = trade with { InstrumentId = 1 };
        recording.Add(trade, other);
        string path = recording.Finish();

        (ExportResult result, string[] lines) = Export(
            path, new ExportOptions { Symbols = ["ETHUSDT"] }, isJson: false);
        KeyNotFoundException fault = Assert.Throws<KeyNotFoundException>(
            () => Export(path, new ExportOptions { Symbols = ["XRPUSDT"] }, isJson: false));

        Assert.Equal("10,,ETHUSDT,trade,buy,0.01,0.00001,1,", Assert.Single(lines));
        Assert.Equal(1, result.Symbols);
        Assert.Equal("the session has no symbol XRPUSDT; it has BTCUSDT, ETHUSDT", fault.Message);
    }

    private static (ExportResult Result, string[] Lines) Export(string recording, ExportOptions options, bool isJson)
    {
        var text = new StringWriter();
        ExportResult result = RecordingExport.Run(
            recording, options, instruments => new TextExport(text, instruments, isJson));
        string[] lines = text.ToString().Split('\n');
        Assert.Equal(string.Empty, lines[^1]);
        Assert.True(isJson || lines[0] == TextExport.Head);
        return (result, lines[(isJson ? 0 : 1)..^1]);
    }

    // A message older than the snapshot, a finer number, a crossed book, messages until it is known, a lost one.
    private static string WriteEveryKind(TemporaryFolder folder)
    {
        using var recording = new EventRecording(folder.Path, Fixture.Spot());
        recording.Add(
            EventRecording.Mark(EventKind.SnapshotBegin, 1000),
            EventRecording.Level(Side.Buy, 100_00, 1_50000, 1000, 900),
            EventRecording.Level(Side.Sell, 100_01, 1, 1000, 900),
            EventRecording.Mark(EventKind.BookCommit, 1000, EndsSnapshot | CommitFlags.CatchingUp, 900, 7),
            EventRecording.Level(Side.Buy, 99_99, 2_00000, 900, 800),
            EventRecording.Mark(EventKind.BookCommit, 900, CommitFlags.None, 800, 8));
        EngineInput finer = EventRecording.Mark(EventKind.BookRescale, 1100);
        (finer.Price, finer.Quantity) = (10, 1);
        recording.Add(
            finer,
            EventRecording.Level(Side.Buy, 99_991, 3_00000, 1100),
            EventRecording.Mark(EventKind.BookCommit, 1100, id: 9));
        recording.Add(EventRecording.Top((100_000, 1_50000), (100_010, 1), 1200, 1150, 10));
        recording.Add(EventRecording.Trade(Side.Sell, 100_000, 50000, 1210, 77, 1160));
        recording.Add(EventRecording.Trade(Side.Buy, 100_01, 25000, 1220, 0, 1170, TradeScale.Declared));
        recording.Add(
            EventRecording.Level(Side.Buy, 100_010, 1_00000, 1300),
            EventRecording.Mark(EventKind.BookCommit, 1300, id: 11));
        recording.Add(
            EventRecording.Level(Side.Buy, 100_010, 0, 1350),
            EventRecording.Mark(EventKind.BookCommit, 1350, id: 12));
        recording.Add(EventRecording.Stale(1400, StaleReason.Crossed));
        recording.Add(
            EventRecording.Mark(EventKind.SnapshotBegin, 1500),
            EventRecording.Mark(EventKind.BookCommit, 1500, EndsSnapshot, id: 20));
        recording.Add(EventRecording.Stale(1600, StaleReason.Disconnected));
        return recording.Finish();
    }

    private static ReferenceBook Rebuild(IEnumerable<string[]> rows, InstrumentScale scale)
    {
        var book = new ReferenceBook();
        foreach (string[] row in rows)
        {
            if (row[3] is "snapshot" or "stale")
            {
                book.Clear();
            }
            else if (row[3] is "level" or "snapshot_level")
            {
                book.Set(
                    row[4] == "buy" ? Side.Buy : Side.Sell,
                    Increments(row[5], scale.PriceDecimals),
                    Increments(row[6], scale.QuantityDecimals));
            }
        }

        return book;
    }

    private static long Increments(string text, int decimals) =>
        checked((long)(decimal.Parse(text, CultureInfo.InvariantCulture) * (decimal)Math.Pow(10, decimals)));

    private static string[] ReadJson(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.EnumerateObject().Select(property => property.Value.ToString()).ToArray();
    }

    [GeneratedRegex(@"^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$")]
    private static partial Regex PlainNumber();
}
