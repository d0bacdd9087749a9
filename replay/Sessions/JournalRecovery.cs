using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Recorder.Journal;

namespace LowLatency.Replay;

/// <summary>The state in the last session's journal, for the next session.</summary>
/// <param name="Snapshot">The state to start from; null if no journal holds one.</param>
/// <param name="Text">A description of what was found.</param>
/// <param name="Skipped">Newer journals that end inside their own beginning, each as text.</param>
public sealed record RecoveredState(EngineSnapshot? Snapshot, string Text, IReadOnlyList<string> Skipped);

/// <summary>The last session as its journal tells it, with its own instrument ids.</summary>
/// <param name="Newest">Its file.</param>
/// <param name="State">The state that it left; null if no journal holds one.</param>
/// <param name="TornBytes">Bytes after its last whole record.</param>
public sealed record LastSession(NewestJournal Newest, EngineSnapshot? State, long TornBytes)
{
    /// <summary>Number of its open orders.</summary>
    public int OpenOrders => State?.Records.Count(record => record.Kind == OutputKind.OpenOrder) ?? 0;

    /// <summary>Number of its instruments with a position.</summary>
    public int Positions =>
        State?.Records.Count(record => record.Kind == OutputKind.Position && record.PositionLots != 0) ?? 0;
}

/// <summary>Reads the last session's state from a folder of journals.</summary>
public static class JournalRecovery
{
    private const string Advice =
        "; nothing was restored: use a program that can read it, or a complete copy of the file; or check the venue "
        + "for open orders and begin without it with --fresh";

    /// <summary>Recovers the state for a session with these instruments. Instruments are matched by venue and symbol.
    /// </summary>
    /// <param name="folder">The folder of journals.</param>
    /// <param name="instruments">The new session's instruments, in the order of their ids.</param>
    /// <param name="nowNs">Market time, nanoseconds since the Unix epoch.</param>
    /// <returns>null if there is no journal yet.</returns>
    /// <exception cref="IOException">The state contains an instrument that the session does not have, or a file cannot
    /// be read.</exception>
    /// <exception cref="InvalidDataException">The newest journal, or its manifest, cannot be read. The message names
    /// the file and what can be done.</exception>
    public static RecoveredState? Recover(string folder, IReadOnlyList<Instrument> instruments, long nowNs)
    {
        try
        {
            NewestJournal newest = JournalReader.FindNewest(folder);
            return newest.Path is { } path ? Restore(path, folder, instruments, nowNs, newest.Skipped)
                : newest.Skipped.Count == 0 ? null
                : new RecoveredState(
                    null, $"{string.Join("; ", newest.Skipped)}; there is no older journal", newest.Skipped);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException(fault.Message + Advice, fault);
        }
    }

    /// <summary>Reads the last session of a folder, for a report: restores nothing.</summary>
    /// <param name="folder">The folder of journals.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The newest journal cannot be read.</exception>
    public static LastSession ReadLast(string folder)
    {
        NewestJournal newest = JournalReader.FindNewest(folder);
        if (newest.Path is not { } path)
        {
            return new LastSession(newest, null, TornBytes: 0);
        }

        var fold = new JournalFold();
        JournalSummary file = Fold(path, fold);
        return new LastSession(newest, fold.ToSnapshot(nowNs: 0), file.TornBytes);
    }

    private static RecoveredState Restore(
        string path, string folder, IReadOnlyList<Instrument> instruments, long nowNs, IReadOnlyList<string> skipped)
    {
        var fold = new JournalFold();
        JournalSummary file = Fold(path, fold);
        SessionManifest manifest = ReadManifest(path, file.Session);
        EngineSnapshot snapshot = fold.ToSnapshot(nowNs);
        var byKey = instruments.ToDictionary(InstrumentKey.Of);
        var ids = new ushort?[manifest.Instruments.Count];
        EngineOutput[] records = snapshot.Records.Where(IsNeeded).ToArray();
        for (int i = 0; i < records.Length; i++)
        {
            int old = records[i].InstrumentId;
            if (old >= ids.Length)
            {
                throw new InvalidDataException(
                    $"the journal '{path}' has a record of instrument {old}, and its session had {ids.Length}");
            }

            ids[old] ??= Match(manifest.Instruments[old].Instrument, byKey, folder);
            records[i].InstrumentId = ids[old]!.Value;
        }

        string end = (file.HasEnd ? "ended in good order" : "did not end in good order")
            + (file.TornBytes == 0 ? string.Empty : $"; {file.TornBytes} bytes of a torn record were cut off");
        string text = $"{Path.GetFileName(path)} ({end}): {fold.OpenOrders.Count()} open orders, "
            + $"{fold.LivingComposites.Count()} composite orders, "
            + $"{records.Count(record => record.Kind == OutputKind.Position && record.PositionLots != 0)} positions";
        return new RecoveredState(
            snapshot with { Records = records }, string.Join("; ", skipped.Prepend(text)), skipped);
    }

    private static JournalSummary Fold(string path, JournalFold fold)
    {
        try
        {
            return JournalReader.Read(path, output =>
            {
                fold.Add(in output);
                return true;
            });
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"the journal '{path}': {fault.Message}", fault);
        }
    }

    private static SessionManifest ReadManifest(string path, byte[] json)
    {
        try
        {
            return SessionManifest.FromJson(json);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"the journal '{path}': {fault.Message}", fault);
        }
    }

    // A flat position that never traded needs no instrument.
    private static bool IsNeeded(EngineOutput record) => record.Kind != OutputKind.Position
        || record.PositionLots != 0 || record.CashTickLots != 0 || record.FeesMicroTickLots != 0;

    // The new session's id of an instrument of the old one.
    private static ushort Match(
        Instrument old, Dictionary<InstrumentKey, Instrument> instruments, string folder)
    {
        if (!instruments.TryGetValue(InstrumentKey.Of(old), out Instrument? own))
        {
            throw new IOException(
                $"the journal '{folder}' has orders or a position in {old.Symbol} of {old.Venue}, which this session "
                + "does not trade: add the symbol, or begin without them with --fresh");
        }

        return HasSameUnits(own.Scale, old.Scale)
            ? own.Id
            : throw new IOException(
                $"the journal '{folder}' counts {old.Symbol} of {old.Venue} in another tick or lot than the venue does "
                + "now: close what is open by hand and begin with --fresh");
    }

    private static bool HasSameUnits(InstrumentScale x, InstrumentScale y) =>
        x.TickIncrements * InstrumentScale.PowerOfTen(y.PriceDecimals)
            == y.TickIncrements * InstrumentScale.PowerOfTen(x.PriceDecimals)
        && x.LotIncrements * InstrumentScale.PowerOfTen(y.QuantityDecimals)
            == y.LotIncrements * InstrumentScale.PowerOfTen(x.QuantityDecimals);
}
