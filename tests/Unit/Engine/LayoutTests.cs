using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Threading;
using Xunit;

namespace LowLatency.Tests.Engine;

/// <summary>Layout is tested, not hoped for: slots fill whole cache lines, counters stand alone on theirs.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void ShouldFillOneCacheLineWithAnEvent()
    {
        Assert.Equal(64, Unsafe.SizeOf<EngineInput>());
        Assert.Equal(EngineInput.SizeBytes, Marshal.SizeOf<EngineInput>());
        (string Field, int Offset)[] expected =
        [
            ("Kind", 0), ("Side", 1), ("Detail", 1), ("InstrumentId", 2), ("WireStamp", 4), ("ReceiveTimeNs", 8),
            ("ExchangeTimeNs", 16), ("Price", 24), ("BidPrice", 24), ("Quantity", 32), ("BidQuantity", 32),
            ("AskPrice", 40), ("OrderId", 40), ("AskQuantity", 48), ("TradeId", 48), ("UpdateId", 56), ("Flags", 56),
        ];
        Assert.All(expected, item => Assert.Equal(item.Offset, (int)Marshal.OffsetOf<EngineInput>(item.Field)));
    }

    [Fact]
    public void ShouldFillTwoCacheLinesWithADecision() =>
        Assert.Equal(EngineOutput.SizeBytes, Unsafe.SizeOf<EngineOutput>());

    [Fact]
    public void ShouldPadASequenceOnBothSides()
    {
        int size = Unsafe.SizeOf<Sequence.Padded>();
        int offset = (int)Marshal.OffsetOf<Sequence.Padded>("Value");

        Assert.True(offset >= CacheLine.PaddedBytes);
        Assert.True(size - offset - sizeof(long) >= CacheLine.PaddedBytes - sizeof(long));
    }
}
