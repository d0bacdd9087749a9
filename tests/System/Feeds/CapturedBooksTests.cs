using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Recorder;
using LowLatency.Replay;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Reference.Wire;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>
/// Every real capture: its books compared with simple ones after each message, its checksums, each message accounted
/// for, and its checkpoints compared with those of another program.
/// </summary>
public sealed class CapturedBooksTests(ITestOutputHelper output)
{
    // Ignored in the comparison of checkpoints: the reference program's own counters.
    private static readonly string[] s_otherCounters = ["absent_removes", "crossed", "truncated"];

    public static TheoryData<string> Names => new(CaptureCase.All.Select(item => item.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void ShouldEqualPlainBooksAfterEveryMessage(string name)
    {
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == name);
        using var folder = new TemporaryFolder();
        ImportResult imported = capture.Import(folder.Path);

        // A first pass finds the final scale of each book, so that the simple ones use it from the start.
        EngineLoop first = RecordingReplay.Run(imported.Folder).Runner.Core.Engine;
        Assert.True(SegmentReader.TryOpen(imported.Folder, out SegmentReader? reader, out string problem), problem);
        using (reader)
        {
            Assert.True(reader!.TryRead(out _, out ReadOnlySpan<byte> json));
            SessionManifest manifest = SessionManifest.FromJson(json);
            using var runner = new ReplayRunner(manifest);
            Dictionary<ushort, ReferenceBooks> references = manifest.Feeds.ToDictionary(
                feed => feed.Source, feed => Reference(manifest, feed, first.Scale));
            long compared = 0;
            while (reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
            {
                runner.Add(in record, payload);
                int symbol = Report(references, in record, payload.ToArray());
                if (symbol >= 0)
                {
                    ushort id = manifest.Feeds.Single(feed => feed.Source == record.Source).InstrumentIds[symbol];
                    EngineLoop engine = runner.Core.Engine;
                    ulong? expected = references[record.Source].Hash(symbol);
                    Assert.Equal(expected is not null, engine.Book(id).IsLive);
                    compared += expected is null ? 0 : 1;
                    Assert.True(
                        expected is null || expected == Hash(engine.Book(id), engine.Scale(id), first.Scale(id)),
                        $"the books differ after the message of {record.ReceiveTimeNs}");
                }
            }

            AssertAccounted(capture, manifest, runner, compared);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ShouldWriteTheExpectedCheckpoints(string name)
    {
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == name);
        using var folder = new TemporaryFolder();
        string recording = capture.Import(folder.Path).Folder;
        using var text = new StringWriter();
        BookCheckpoints.Write(recording, capture.Every, text, TestContext.Current.CancellationToken);

        string[] written = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] expected = ReadExpected(SharedData.Require($"expected/{name}.jsonl.gz"));
        Assert.Equal(expected.Length, written.Length);
        Assert.Contains("\"kind\":\"end\"", expected[^1]);
        Assert.Contains("\"kind\":\"end\"", written[^1]);
        for (int i = 0; i < expected.Length - 1; i++)
        {
            Assert.Equal(Canonical(expected[i]), Canonical(written[i]));
        }
    }

    private static ReferenceBooks Reference(
        SessionManifest manifest, SourceManifest feed, Func<int, InstrumentScale> scaleOf)
    {
        string[] symbols = feed.InstrumentIds.Select(id => manifest.Instruments[id].Instrument.Symbol).ToArray();
        return new ReferenceBooks(
            feed.Venue,
            ReferenceReaders.Create(
                feed.Venue,
                symbols,
                symbol =>
                {
                    InstrumentScale scale = scaleOf(feed.InstrumentIds[symbol]);
                    return (scale.PriceDecimals, scale.QuantityDecimals);
                }),
            symbols.Length);
    }

    private static int Report(Dictionary<ushort, ReferenceBooks> references, in InputRecord record, byte[] payload)
    {
        if (record.Kind == InputKind.Frame)
        {
            return references[record.Source].OnFrame(payload);
        }

        if (record.Kind != InputKind.Snapshot)
        {
            return -1;
        }

        references[record.Source].OnSnapshot(payload, record.Tag);
        return record.Tag;
    }

    private static ulong Hash(OrderBook book, InstrumentScale scale, InstrumentScale final)
    {
        long priceFactor = InstrumentScale.PowerOfTen(final.PriceDecimals - scale.PriceDecimals);
        long quantityFactor = InstrumentScale.PowerOfTen(final.QuantityDecimals - scale.QuantityDecimals);
        var hash = default(StateHash);
        foreach (BookSide side in new[] { book.Bids, book.Asks })
        {
            hash.Add(side.Count);
            foreach (BookLevel level in side)
            {
                hash.Add(level.Price * priceFactor);
                hash.Add(level.Quantity * quantityFactor);
            }
        }

        return hash.Value;
    }

    private void AssertAccounted(CaptureCase capture, SessionManifest manifest, ReplayRunner runner, long compared)
    {
        FeedSession[] sessions = manifest.Feeds.Select(feed => runner.Session(feed.Source)!).ToArray();
        BookFeedCounters[] counters = sessions
            .SelectMany(session => Enumerable.Range(0, session.SymbolCount).Select(session.Counters)).ToArray();
        long frames = sessions.Sum(session => session.Messages.Frames);
        long parsed = sessions.Sum(session =>
            session.Messages.Depth + session.Messages.BookSnapshots + session.Messages.Direct);
        long ignored = sessions.Sum(session => session.Messages.Ignored);
        output.WriteLine(
            $"{compared} books compared; {frames} messages = {parsed} parsed + {ignored} ignored; "
            + $"{counters.Sum(item => item.ChecksumsRight)} checksums right, "
            + $"{counters.Sum(item => item.ChecksumsWrong)} wrong; {counters.Sum(item => item.Trades)} trades");
        Assert.Equal(frames, parsed + ignored);
        Assert.Equal(0, sessions.Sum(session => session.Messages.Rejected));
        if (capture.Venue.StartsWith("binance", StringComparison.Ordinal))
        {
            // The scanner leaves unused messages, and the few whose numbers refine the increments.
            long fallbacks = sessions.Sum(session => session.Messages.Fallbacks);
            Assert.Equal(frames, fallbacks + sessions.Sum(session => session.Messages.Scanned));
            Assert.InRange(fallbacks, ignored, ignored + 20);
        }

        Assert.Equal((capture.Checksums, 0), (
            counters.Sum(item => item.ChecksumsRight), counters.Sum(item => item.ChecksumsWrong)));
        Assert.Equal(0, counters.Sum(item => item.Gaps + item.RepeatedTrades));
        Assert.NotEqual(0, compared);
    }

    private static string[] ReadExpected(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // The same keys in the same order, without the ignored ones.
    private static string Canonical(string line)
    {
        using var document = JsonDocument.Parse(line);
        return Canonical(document.RootElement);
    }

    private static string Canonical(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? string.Join('\n', element.EnumerateObject()
            .Where(property => !s_otherCounters.Contains(property.Name))
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => $"{property.Name}={Canonical(property.Value)}"))
        : element.GetRawText();
}
