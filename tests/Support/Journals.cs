using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Recorder.Journal;

namespace LowLatency.Tests.Support;

/// <summary>Contents of a session's journals, for tests that check a process from outside.</summary>
internal static class Journals
{
    /// <summary>All journals below a folder, oldest first.</summary>
    public static string[] Files(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*.lljournal", SearchOption.AllDirectories).Order().ToArray()
        : [];

    /// <summary>Bytes of all journals below a folder.</summary>
    public static long Bytes(string folder) => Files(folder).Sum(file => new FileInfo(file).Length);

    /// <summary>The state after a journal's last record.</summary>
    public static JournalFold Fold(string file) => Fold(JournalReader.Read(file).Outputs);

    /// <summary>The state after these records.</summary>
    public static JournalFold Fold(IEnumerable<EngineOutput> outputs)
    {
        var fold = new JournalFold();
        foreach (EngineOutput output in outputs)
        {
            fold.Add(in output);
        }

        return fold;
    }

    /// <summary>The part of a journal with the session's initial state.</summary>
    public static IEnumerable<EngineOutput> SnapshotOf(JournalFile file) =>
        file.Outputs.TakeWhile(output => output.Kind != OutputKind.SnapshotEnd);

    /// <summary>The part of a journal that its session has written.</summary>
    public static IEnumerable<EngineOutput> OwnOf(JournalFile file) =>
        file.Outputs.SkipWhile(output => output.Kind != OutputKind.SnapshotEnd);

    /// <summary>Number of open orders in the newest journal below a folder; 0 if there is none yet.</summary>
    public static int OpenOrders(string folder) => Files(folder) is [.., var file] ? Fold(file).OpenOrders.Count() : 0;

    /// <summary>Orders that all sessions of the journals below a folder have placed.</summary>
    public static int CountPlaced(string folder) =>
        Files(folder).Sum(file => Placed(JournalReader.Read(file)).Length);

    /// <summary>Ids of the orders that a session placed.</summary>
    public static long[] Placed(JournalFile file) =>
        OwnOf(file).Where(output => output.Kind == OutputKind.Place).Select(output => output.OrderId).ToArray();
}
