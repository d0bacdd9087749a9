using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Threading;
using Xunit;

namespace LowLatency.Tests.Engine;

/// <summary>Memory layout: slots fill whole cache lines, counters have their own.</summary>
public sealed class LayoutTests
{
    // Recordings hold inputs as they are in memory, journals and manifests outputs. What moves here needs a new version
    // of those formats, and a reader for what is on disks.
    private static readonly (string Field, int Offset, int Bytes)[] s_input =
    [
        ("Kind", 0, 1), ("Side", 1, 1), ("CommitFlags", 1, 1), ("StaleReason", 1, 1), ("TradingStatus", 1, 1),
        ("RejectReason", 1, 1), ("KillReason", 1, 1), ("InstrumentId", 2, 2), ("WireStamp", 4, 4),
        ("ReceiveTimeNs", 8, 8), ("ExchangeTimeNs", 16, 8), ("Price", 24, 8), ("BidPrice", 24, 8),
        ("PriceTicks", 24, 8), ("PriceFactor", 24, 8), ("DroppedMessages", 24, 8), ("Quantity", 32, 8),
        ("BidQuantity", 32, 8), ("QuantityLots", 32, 8), ("FilledLots", 32, 8), ("QuantityFactor", 32, 8),
        ("RepeatedMessages", 32, 8), ("AskPrice", 40, 8), ("OrderId", 40, 8), ("LastTradeId", 40, 8),
        ("AskQuantity", 48, 8), ("TradeId", 48, 8), ("CommandNumber", 48, 8), ("UpdateId", 56, 8),
        ("TradeScale", 56, 8), ("Flags", 56, 8), ("AnswerNumber", 56, 8),
    ];

    private static readonly (string Field, int Offset, int Bytes)[] s_output =
    [
        ("Kind", 0, 1), ("Side", 1, 1), ("InstrumentId", 2, 2), ("Reason", 4, 1), ("CancelReason", 4, 1),
        ("MaskLength", 5, 1), ("LevelsWalked", 6, 2), ("WireStamp", 8, 4), ("OpenOrders", 12, 4), ("OrderId", 16, 8),
        ("LastOrderId", 16, 8), ("PriceTicks", 24, 8), ("RiskDay", 24, 8), ("FirstPart", 24, 4),
        ("ClosedParts", 24, 4), ("QuantityLots", 32, 8), ("RemainingLots", 32, 8), ("NumberCount", 32, 8),
        ("TimeNs", 40, 8), ("Sequence", 48, 8), ("ExpireTimeNs", 56, 8), ("BidPrice", 64, 8),
        ("FillPriceTicks", 64, 8), ("WantedPriceTicks", 64, 8), ("Weights", 64, 64), ("Numbers", 64, 128),
        ("AskPrice", 72, 8), ("FillLots", 72, 8), ("WantedQuantityLots", 72, 8), ("BidQuantity", 80, 8),
        ("CashTickLots", 80, 16), ("DayStartEquityHalfTickLots", 80, 16), ("AskQuantity", 88, 8),
        ("DepthPassed", 96, 8), ("FeesMicroTickLots", 96, 16), ("PeakEquityHalfTickLots", 96, 16), ("Mask", 104, 8),
        ("PositionLots", 112, 8), ("UpdateId", 120, 8), ("TradeId", 120, 8), ("ParentId", 128, 8), ("Tag", 136, 2),
        ("State", 138, 1), ("CompositeState", 138, 1), ("Flags", 139, 1), ("Part", 140, 4), ("PartCount", 140, 4),
        ("StoppedBecause", 140, 1), ("CompositeCancelReason", 140, 1), ("Progress", 141, 1), ("FilledLots", 144, 8),
        ("MakerLots", 144, 8), ("CommandNumber", 144, 8), ("SecondPriceTicks", 144, 8), ("FairMicroTicks", 152, 8),
        ("TakerLots", 152, 8), ("TriggerTicks", 152, 8), ("HalfSpreadMicroTicks", 160, 8), ("CostTickLots", 160, 16),
        ("OwnCashTickLots", 160, 16), ("TrailTicks", 160, 8), ("SkewMicroTicks", 168, 8), ("DisplayLots", 168, 8),
        ("VolatilityMicroTicks", 176, 8), ("OwnFeesMicroTickLots", 176, 16), ("MakerFeesMicroTickLots", 176, 16),
        ("CompositeKind", 176, 1),
    ];

    [Fact]
    public void ShouldKeepEveryFieldOfAnInputWhereRecordingsHaveIt()
    {
        Assert.Equal(64, Unsafe.SizeOf<EngineInput>());
        Assert.Equal(EngineInput.SizeBytes, Unsafe.SizeOf<EngineInput>());
        Assert.Equal(s_input.Order(), FieldsOf<EngineInput>());
    }

    [Fact]
    public void ShouldKeepEveryFieldOfAnOutputWhereJournalsHaveIt()
    {
        Assert.Equal(192, Unsafe.SizeOf<EngineOutput>());
        Assert.Equal(EngineOutput.SizeBytes, Unsafe.SizeOf<EngineOutput>());
        Assert.Equal(s_output.Order(), FieldsOf<EngineOutput>());
    }

    [Fact]
    public void ShouldPadASequenceOnBothSides()
    {
        int size = Unsafe.SizeOf<Sequence.Padded>();
        int offset = (int)Marshal.OffsetOf<Sequence.Padded>("Value");

        Assert.True(offset >= CacheLine.PaddedBytes);
        Assert.True(size - offset - sizeof(long) >= CacheLine.PaddedBytes - sizeof(long));
    }

    private static IEnumerable<(string Field, int Offset, int Bytes)> FieldsOf<T>() => typeof(T)
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Select(field => (field.Name, field.GetCustomAttribute<FieldOffsetAttribute>()!.Value, SizeOf(field.FieldType)))
        .Order();

    private static int SizeOf(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!
        .MakeGenericMethod(type).Invoke(null, null)!;
}
