using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay.Sessions;

/// <summary>
/// Journals that earlier builds wrote, and what the build that wrote each restored from it: every later build must
/// restore the same. <c>tests/Golden/journals/README.md</c> says how they were made.
/// </summary>
public sealed class GoldenJournalTests
{
    private const long NowNs = 1_700_000_000_000_000_000;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden", "journals");

    /// <summary>Every golden journal, as a path below the folder.</summary>
    public static TheoryData<string> Files => new(
        Directory.GetFiles(Folder, "*.lljournal", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file)).Order());

    [Theory]
    [MemberData(nameof(Files))]
    public void ShouldRestoreWhatTheBuildThatWroteItDid(string file)
    {
        EngineSnapshot snapshot = Recover(file).Snapshot!;

        string[] lines = SnapshotText.Lines(snapshot).ToArray();
        Assert.Equal(File.ReadAllLines(Path.Combine(Folder, file + ".txt")), lines);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ShouldHoldPositionsAndOrdersAndCompositesOfEveryKind(string file)
    {
        IReadOnlyList<EngineOutput> records = Recover(file).Snapshot!.Records;

        Assert.Equal(
            Enum.GetValues<CompositeKind>().Where(kind => kind != CompositeKind.None),
            records.Where(record => record.Kind == OutputKind.CompositeCreated)
                .Select(record => record.CompositeKind).Distinct().Order());
        Assert.Equal(2, records.Count(record => record.Kind == OutputKind.Position && record.PositionLots != 0));
        EngineOutput[] orders = records.Where(record => record.Kind == OutputKind.OpenOrder).ToArray();
        Assert.Contains(orders, order => order.ParentId == 0 && order.Flags == OrderFlags.PostOnly);
        Assert.Contains(orders, order => order.ParentId != 0);
        Assert.Contains(orders, order => order.CancelReason != DecisionReason.None);
        Assert.Contains(orders, order => order.WantedPriceTicks != order.PriceTicks);
        Assert.Contains(records, record => record.Kind == OutputKind.RiskEvent);
        Assert.Contains(records, record => record.Kind == OutputKind.TradesSeen);
    }

    private static RecoveredState Recover(string file)
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, file), folder.File("000001.lljournal"));
        JournalSummary summary = JournalReader.Read(Path.Combine(Folder, file)).Summary;
        Instrument[] instruments = SessionManifest.FromJson(summary.Session).Instruments
            .Select(item => item.Instrument).ToArray();
        return JournalRecovery.Recover(folder.Path, instruments, NowNs)!;
    }
}
