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

namespace LowLatency.Tests.Replay;

/// <summary>What a session takes over from the journal of the last one.</summary>
public sealed class JournalRecoveryTests : IDisposable
{
    private const long NowNs = 1_700_000_000_000_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ShouldNotExchangeWhatTwoVenuesHaveUnderOneSymbol()
    {
        Write(
            Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1)), Held(0, lots: 5), Held(1, lots: 7), Open(0), Open(1));

        // The next session lists its instruments the other way round.
        EngineSnapshot snapshot = Recover(Manifests.Elsewhere(0), Fixture.Spot(1)).Snapshot!;

        Assert.Equal(
            [(OutputKind.Position, 7, 0), (OutputKind.Position, 5, 1)],
            snapshot.Records.Where(record => record.Kind == OutputKind.Position)
                .OrderBy(record => record.InstrumentId)
                .Select(record => (record.Kind, (int)record.PositionLots, (int)record.InstrumentId)));
        Assert.Equal(
            [(IdOf(1), 0), (IdOf(0), 1)],
            snapshot.Records.Where(record => record.Kind == OutputKind.OpenOrder)
                .OrderBy(record => record.InstrumentId).Select(record => (record.OrderId, (int)record.InstrumentId)));
    }

    [Fact]
    public void ShouldRefuseASessionThatHasTheSymbolAtAnotherVenueOnly()
    {
        Write(Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1)), Held(1, lots: 7));

        IOException fault = Assert.Throws<IOException>(() => Recover(Fixture.Spot()));

        Assert.Contains("a position in BTCUSDT of okx, which this session does not trade", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldNeedNoInstrumentForAPositionThatNeverTraded()
    {
        Write(Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1)), Held(0, lots: 5), Held(1, lots: 0));

        Assert.Equal(5, Assert.Single(Recover(Fixture.Spot()).Snapshot!.Records).PositionLots);
    }

    [Fact]
    public void ShouldRestoreEveryOneOfManyInstruments()
    {
        Instrument[] many = Enumerable.Range(0, 10_000)
            .Select(id => Fixture.Spot((ushort)id, $"S{id}USDT")).ToArray();
        Write(Manifests.Of(many), many.Select(item => Held(item.Id, lots: item.Id + 1)).ToArray());
        Instrument[] reversed = many.Reverse().Select((item, id) => item with { Id = (ushort)id }).ToArray();

        IReadOnlyList<EngineOutput> records = Recover(reversed).Snapshot!.Records;

        Assert.Equal(10_000, records.Count);
        Assert.All(records, record => Assert.Equal(10_000 - record.InstrumentId, record.PositionLots));
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(32, false)]
    [InlineData(31, true)]
    public void ShouldRefuseFewerSlotsThanOpenOrdersNeedAndNameTheSetting(int maxOrders, bool isRefused)
    {
        Write(Manifests.Of(Fixture.Spot()), Open(0, slot: 3), Open(0, slot: 31));
        EngineSnapshot snapshot = Recover(Fixture.Spot()).Snapshot!;
        SessionManifest settings = Manifests.Of(Fixture.Spot()) with { MaxOrders = maxOrders };

        Exception? fault = Record.Exception(() => SessionStart.Complete(settings, "id", NowNs, [], snapshot));

        Assert.Equal(
            isRefused
                ? "MaxOrders is 31, but the last session left 2 open orders, in slots up to 32: set it to at least 32"
                : null,
            fault?.Message);
        Assert.Equal(isRefused, fault is SessionRoomException);
    }

    [Fact]
    public void ShouldRefuseFewerSlotsThanCompositeOrdersNeed()
    {
        Write(Manifests.Of(Fixture.Spot()), new EngineOutput
        {
            Kind = OutputKind.CompositeCreated,
            OrderId = OrderIds.IdOf(5) | (1 << 15) | 16,
            CompositeKind = CompositeKind.Iceberg,
        });
        EngineSnapshot snapshot = Recover(Fixture.Spot()).Snapshot!;

        SessionRoomException fault = Assert.Throws<SessionRoomException>(
            () => SessionStart.Complete(Manifests.Of(Fixture.Spot()), "id", NowNs, [], snapshot));

        Assert.StartsWith("MaxComposites is 16, but", fault.Message, StringComparison.Ordinal);
    }

    private static long IdOf(int slot) => OrderIds.IdOf(slot + 1) | (uint)slot;

    private static EngineOutput Held(int instrument, long lots) =>
        new() { Kind = OutputKind.Position, InstrumentId = (ushort)instrument, PositionLots = lots };

    private static EngineOutput Open(int instrument, int slot = -1) => new()
    {
        Kind = OutputKind.OpenOrder,
        InstrumentId = (ushort)instrument,
        OrderId = IdOf(slot < 0 ? instrument : slot),
        Side = Side.Buy,
        PriceTicks = 100,
        QuantityLots = 10,
    };

    private void Write(SessionManifest manifest, params EngineOutput[] records)
    {
        using JournalWriter journal = SessionStart.BeginJournal(
            JournalLock.Take(_folder.Path), TimeSpan.Zero, manifest, new EngineSnapshot(100, records));
        journal.End();
    }

    private RecoveredState Recover(params Instrument[] instruments) =>
        JournalRecovery.Recover(_folder.Path, instruments, NowNs)!;
}
