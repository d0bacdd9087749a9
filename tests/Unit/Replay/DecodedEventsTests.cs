using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Strategies;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>
/// Replays from decoded events make the same decisions as those from messages, or the file is not used.
/// </summary>
public sealed class DecodedEventsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Samples => new(
        Directory.GetDirectories(SamplesFolder).Select(folder => Path.GetFileName(folder)!).Order());

    private static string SamplesFolder => Path.Combine(AppContext.BaseDirectory, "Golden", "samples");

    private static string Sample => Path.Combine(SamplesFolder, "binance-btcusdt");

    private string File => Path.Combine(_folder.Path, "events.bin");

    [Theory]
    [MemberData(nameof(Samples))]
    public void ShouldDecideAsFromTheMessages(string name)
    {
        string path = Path.Combine(SamplesFolder, name);
        foreach (string strategy in new[] { "DirectionMask", "Glft", "Grid", "Watch" })
        {
            ReplayResult plain = Run(path, strategy, decoded: null);
            ReplayResult made = Run(path, strategy, File);
            ReplayResult read = Run(path, strategy, File);
            foreach (ReplayResult result in new[] { made, read })
            {
                Assert.Equal(plain.DecisionText, result.DecisionText);
                Assert.Equal(
                    (plain.Runner.Records, plain.Runner.Events, plain.Runner.FirstTimeNs, plain.Runner.LastTimeNs),
                    (result.Runner.Records, result.Runner.Events, result.Runner.FirstTimeNs, result.Runner.LastTimeNs));
                Assert.Equal(plain.Runner.Core.Engine.View(0), result.Runner.Core.Engine.View(0));
                Assert.False(result.IsSession);
            }
        }

        Assert.Equal([File], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void ShouldReallyReadTheFile()
    {
        Run(Sample, "Watch", File);
        DateTime written = System.IO.File.GetLastWriteTimeUtc(File);
        ReplayResult read = Run(Sample, "Watch", File);
        Assert.Equal(written, System.IO.File.GetLastWriteTimeUtc(File));
        Assert.Equal(0, read.Runner.Session(read.Manifest.Feeds[0].Source)!.Messages.Frames);
    }

    [Fact]
    public void ShouldMakeTheFileAnewForAnotherRecording()
    {
        string other = Path.Combine(SamplesFolder, "kraken-btcusd");
        Run(Sample, "Watch", File);
        byte[] first = System.IO.File.ReadAllBytes(File);
        Assert.Equal(Run(other, "Grid", null).DecisionText, Run(other, "Grid", File).DecisionText);
        Assert.NotEqual(first, System.IO.File.ReadAllBytes(File));
        Assert.Equal(Run(Sample, "Grid", null).DecisionText, Run(Sample, "Grid", File).DecisionText);
    }

    [Fact]
    public void ShouldNotReplaceAFileOfAnotherKind()
    {
        System.IO.File.WriteAllText(File, "precious");
        IOException error = Assert.Throws<IOException>(() => Run(Sample, "Watch", File));
        Assert.Contains("choose another name", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", System.IO.File.ReadAllText(File));
        error = Assert.Throws<IOException>(() => Run(Sample, "Watch", _folder.Path));
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldKeepTheResultWhereTheFileCannotBeKept()
    {
        string copy = Path.Combine(_folder.Path, "copy");
        Directory.CreateDirectory(copy);
        string segment = Directory.GetFiles(Sample).Single();
        byte[] bytes = System.IO.File.ReadAllBytes(segment);
        System.IO.File.WriteAllBytes(Path.Combine(copy, Path.GetFileName(segment)), bytes[..(bytes.Length / 2)]);
        ReplayResult result = Run(copy, "Grid", File);
        Assert.NotNull(result.Truncation);
        Assert.Equal("the recording is incomplete", result.DecodedProblem);
        Assert.Equal(Run(copy, "Grid", null).DecisionText, result.DecisionText);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void ShouldTellWhatIsDamaged()
    {
        Run(Sample, "Watch", File);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        Random random = new(7);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = i % 2 == 0 ? whole[..random.Next(16, whole.Length)] : [.. whole];
            if (i % 2 != 0)
            {
                // After the header, which would only identify another recording; the reserved word has no meaning.
                damaged[random.Next(32, whole.Length)] ^= (byte)(1 << random.Next(8));
            }

            System.IO.File.WriteAllBytes(File, damaged);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => Run(Sample, "Watch", File));
            Assert.Contains("is damaged: delete it", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ShouldLeaveNoFileOfAReplayThatWasStopped()
    {
        using var stop = new CancellationTokenSource();
        ReplayResult result = RecordingReplay.Run(Sample, null, new ReplayOptions
        {
            DecodedEvents = File,
            Stop = stop.Token,
            OnProgress = _ => stop.Cancel(),
        });
        Assert.True(result.IsStopped);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void ShouldRefuseAPartOfASession()
    {
        var options = new ReplayOptions { DecodedEvents = File };
        Assert.Throws<ArgumentException>(() => RecordingReplay.Run(Sample, null, options with { FromNs = 1 }));
        Assert.Throws<ArgumentException>(() => RecordingReplay.Run(Sample, null, options with { UntilNs = 1 }));
        Assert.Throws<ArgumentException>(
            () => RecordingReplay.Run(Sample, null, options with { Symbols = ["BTCUSDT"] }));
    }

    public void Dispose() => _folder.Dispose();

    private static ReplayResult Run(string path, string strategy, string? decoded) =>
        RecordingReplay.Run(path, null, new ReplayOptions
        {
            DecodedEvents = decoded,
            Catalog = StrategyCatalog.BuiltIn,
            Change = manifest => manifest with
            {
                Instruments = manifest.Instruments.Select(item => item with
                {
                    Strategy = new StrategyManifest(strategy, new Dictionary<string, string>()),
                }).ToArray(),
            },
        });
}
