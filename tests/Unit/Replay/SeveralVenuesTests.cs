using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>A recording with feeds of two venues gives the books that each venue's own recording gives.</summary>
public sealed class SeveralVenuesTests : IDisposable
{
    private static readonly string[] s_samples = ["binance-btcusdt", "okx-btcusdt"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ShouldBuildTheBooksOfEachVenue()
    {
        string recording = Merge();

        ReplayResult both = RecordingReplay.Run(recording, null, new ReplayOptions { Catalog = null });

        Assert.Equal(["binance", "okx"], both.Manifest.Venues.Select(venue => venue.Name));
        Assert.Equal((null, null), (both.Runner.Divergence, both.Runner.Gap));
        for (int i = 0; i < s_samples.Length; i++)
        {
            ReplayResult alone = RecordingReplay.Run(PathOf(i), null, new ReplayOptions { Catalog = null });
            Assert.NotEqual(0, alone.Runner.Core.Engine.View(0).BookMessages);
            Assert.Equal(
                alone.Runner.Core.Engine.View(0).BookMessages, both.Runner.Core.Engine.View(i).BookMessages);
            Assert.Equal(alone.Runner.Core.Engine.Book(0).StateHash(), both.Runner.Core.Engine.Book(i).StateHash());
        }
    }

    [Fact]
    public void ShouldReplayOneVenueAlone()
    {
        ReplayResult one = RecordingReplay.Run(
            Merge(), null, new ReplayOptions { Catalog = null, Symbols = ["okx:BTC-USDT"] });

        Assert.Equal(0, one.Runner.Core.Engine.View(0).BookMessages);
        Assert.NotEqual(0, one.Runner.Core.Engine.View(1).BookMessages);
    }

    private static string PathOf(int sample) =>
        Path.Combine(AppContext.BaseDirectory, "Golden", "samples", s_samples[sample]);

    // What the feeds of both samples received, in the order of time, as one session would have recorded it.
    private string Merge()
    {
        var records = new List<(InputRecord Record, byte[] Payload)>();
        var manifests = new List<SessionManifest>();
        for (int i = 0; i < s_samples.Length; i++)
        {
            using RecordingReplay replay = RecordingReplay.Open(PathOf(i), new ReplayOptions { Catalog = null });
            manifests.Add(replay.Manifest);
            ushort feed = Assert.Single(replay.Manifest.Feeds).Source;
            ushort source = (ushort)(i + 1);
            replay.RunToEnd((in InputRecord record, ReadOnlySpan<byte> payload) =>
            {
                if (record.Source == feed)
                {
                    records.Add((record with { Source = source }, payload.ToArray()));
                }
            });
        }

        SessionManifest merged = manifests[0] with
        {
            Venues = manifests.SelectMany(item => item.Venues).ToArray(),
            Instruments = manifests.Select((item, id) => item.Instruments[0] with
            {
                Instrument = item.Instruments[0].Instrument with { Id = (ushort)id },
            }).ToArray(),
            Feeds = manifests.Select((item, id) => new SourceManifest(
                (ushort)(id + 1), item.Venues[0].Name, [(ushort)id], CarriesBooks: true)).ToArray(),
        };
        var recording = LowLatency.Recorder.Recording.Create(_folder.Path, 1, "test", settings: merged.ToJson());
        using var writer = new SegmentWriter(recording);
        long sequence = 0;
        foreach ((InputRecord record, byte[] payload) in records.OrderBy(item => item.Record.ReceiveTimeNs))
        {
            writer.Append(
                record with { RingSequence = record.EventCount == 0 ? -1 : sequence }, payload);
            sequence += record.EventCount;
        }

        writer.Seal();
        return recording.Directory;
    }
}
