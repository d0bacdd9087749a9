using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Recorder.Journal;

namespace LowLatency.Replay;

/// <summary>What the last session's journal says, for the session that follows it.</summary>
/// <param name="Snapshot">The state to start from; null where no whole journal was left.</param>
/// <param name="Text">What was found, in words.</param>
/// <param name="PassedOver">Journals that end inside their own beginning, each in words.</param>
public sealed record RecoveredState(EngineSnapshot? Snapshot, string Text, IReadOnlyList<string> PassedOver);

/// <summary>Reads the last session's state out of a folder of journals.</summary>
public static class JournalRecovery
{
    private const string Advice =
        "; nothing was restored: use a program that can read it or a whole copy of the file, or look at the venue for "
        + "what is open and begin without it with --fresh";

    /// <summary>Recovers the state for a session of these instruments.</summary>
    /// <param name="folder">The venue's folder of journals.</param>
    /// <param name="instruments">The new session's instruments, in the order of their ids.</param>
    /// <param name="nowNs">Market time.</param>
    /// <returns>null where there is no journal yet.</returns>
    /// <exception cref="IOException">The state needs an instrument that the session does not have, or a file cannot be
    /// read.</exception>
    /// <exception cref="InvalidDataException">The newest journal, or its settings, cannot be read. The message names
    /// the file and what can be done.</exception>
    public static RecoveredState? Recover(string folder, IReadOnlyList<Instrument> instruments, long nowNs)
    {
        try
        {
            NewestJournal newest = JournalReader.FindNewest(folder);
            return newest.Path is { } path ? Restore(path, folder, instruments, nowNs, newest.PassedOver)
                : newest.PassedOver.Count == 0 ? null
                : new RecoveredState(
                    null, $"{string.Join("; ", newest.PassedOver)}; no older journal is there", newest.PassedOver);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException(fault.Message + Advice, fault);
        }
    }

    private static RecoveredState Restore(
        string path, string folder, IReadOnlyList<Instrument> instruments, long nowNs, IReadOnlyList<string> passedOver)
    {
        var fold = new JournalFold();
        JournalSummary file = Fold(path, fold);
        SessionManifest manifest = ReadSettings(path, file.Session);
        EngineSnapshot snapshot = fold.ToSnapshot(nowNs);
        var records = snapshot.Records.Where(Matters)
            .Select(record => Translate(record, manifest, instruments, path, folder)).ToArray();
        string end = file.HasEnd ? "ended in good order"
            : file.TornBytes == 0 ? "did not end in good order"
            : $"did not end in good order; {file.TornBytes} bytes of a torn record were cut off";
        string text = $"{Path.GetFileName(path)} ({end}): {fold.OpenOrders.Count()} open orders, "
            + $"{fold.LivingComposites.Count()} composite orders, "
            + $"{records.Count(record => record.Kind == OutputKind.Position && record.PositionLots != 0)} positions";
        return new RecoveredState(
            snapshot with { Records = records }, string.Join("; ", passedOver.Prepend(text)), passedOver);
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

    private static SessionManifest ReadSettings(string path, byte[] json)
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

    // A flat position without a history needs no instrument.
    private static bool Matters(EngineOutput record) => record.Kind != OutputKind.Position
        || record.PositionLots != 0 || record.CashTickLots != 0 || record.FeesMicroTickLots != 0;

    private static EngineOutput Translate(
        EngineOutput record, SessionManifest manifest, IReadOnlyList<Instrument> instruments, string path,
        string folder)
    {
        if (record.InstrumentId >= manifest.Instruments.Count)
        {
            throw new InvalidDataException(
                $"the journal '{path}' has a record of instrument {record.InstrumentId}, and its settings know "
                + $"{manifest.Instruments.Count}");
        }

        Instrument known = manifest.Instruments[record.InstrumentId].Instrument;
        Instrument? own = instruments.FirstOrDefault(item => item.Symbol == known.Symbol);
        if (own is null)
        {
            throw new IOException(
                $"the journal '{folder}' has orders or a position in {known.Symbol}, which this session does not "
                + "trade: add the symbol, or begin without them with --fresh");
        }

        if (!IsSameUnit(own.Scale, known.Scale))
        {
            throw new IOException(
                $"the journal '{folder}' counts {known.Symbol} in another tick or lot than the venue does now: close "
                + "what is open by hand and begin with --fresh");
        }

        record.InstrumentId = own.Id;
        return record;
    }

    private static bool IsSameUnit(InstrumentScale x, InstrumentScale y) =>
        x.TickIncrements * InstrumentScale.PowerOfTen(y.PriceDecimals)
            == y.TickIncrements * InstrumentScale.PowerOfTen(x.PriceDecimals)
        && x.LotIncrements * InstrumentScale.PowerOfTen(y.QuantityDecimals)
            == y.LotIncrements * InstrumentScale.PowerOfTen(x.QuantityDecimals);
}
