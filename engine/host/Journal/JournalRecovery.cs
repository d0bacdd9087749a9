using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Host.Journal;

/// <summary>What the last session's journal says, for the session that follows it.</summary>
/// <param name="Snapshot">The state to start from.</param>
/// <param name="Text">What was found, in words.</param>
internal sealed record RecoveredState(EngineSnapshot Snapshot, string Text);

/// <summary>Reads the last session's state out of a folder of journals.</summary>
internal static class JournalRecovery
{
    /// <summary>Recovers the state for a session of these instruments.</summary>
    /// <param name="folder">The venue's folder of journals.</param>
    /// <param name="instruments">The new session's instruments, in the order of their ids.</param>
    /// <param name="nowNs">Market time.</param>
    /// <returns>null where there is no journal yet.</returns>
    /// <exception cref="IOException">The state needs an instrument that the session does not have, or a file cannot be
    /// read.</exception>
    /// <exception cref="InvalidDataException">The journal's settings cannot be read.</exception>
    public static RecoveredState? Recover(string folder, IReadOnlyList<Instrument> instruments, long nowNs)
    {
        if (JournalReader.FindNewest(folder) is not { } path)
        {
            return null;
        }

        var fold = new JournalFold();
        JournalSummary file = JournalReader.Read(path, output =>
        {
            fold.Add(in output);
            return true;
        });
        SessionManifest manifest = SessionManifest.FromJson(file.Session);
        EngineSnapshot snapshot = fold.ToSnapshot(nowNs);
        var records = snapshot.Records.Where(Matters)
            .Select(record => Translate(record, manifest, instruments, folder)).ToArray();
        string end = file.HasEnd ? "ended in good order"
            : file.TornBytes == 0 ? "did not end in good order"
            : $"did not end in good order; {file.TornBytes} bytes of a torn record were cut off";
        string words = $"{Path.GetFileName(path)} ({end}): {fold.OpenOrders.Count()} open orders, "
            + $"{fold.LivingComposites.Count()} composite orders, "
            + $"{records.Count(record => record.Kind == OutputKind.Position && record.PositionLots != 0)} positions";
        return new RecoveredState(snapshot with { Records = records }, words);
    }

    // A flat position without a history needs no instrument.
    private static bool Matters(EngineOutput record) => record.Kind != OutputKind.Position
        || record.PositionLots != 0 || record.CashTickLots != 0 || record.FeesMicroTickLots != 0;

    private static EngineOutput Translate(
        EngineOutput record, SessionManifest manifest, IReadOnlyList<Instrument> instruments, string folder)
    {
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
