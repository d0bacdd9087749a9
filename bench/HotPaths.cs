using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Measures;
using LowLatency.Recorder;

namespace LowLatency.Bench;

/// <summary>The hot paths under their names in budgets.json, each as one operation.</summary>
internal static class HotPaths
{
    /// <summary>Creates all operations; each has its own state.</summary>
    public static IReadOnlyDictionary<string, Action> Create(TickRecorder recorder)
    {
        var workload = new Workload();
        var ring = new SingleProducerRing<EngineInput>(1024, WaitStrategies.Create(WaitStrategyKind.Block));
        var consumer = new RingConsumer<EngineInput>(ring);
        var nothing = new Nothing();
        var book = new OrderBook();
        long price = 0;
        byte[] payload = new byte[280];
        return new Dictionary<string, Action>
        {
            ["ring_claim_publish_poll"] = () =>
            {
                long first = ring.Claim(8);
                ring.Publish(first, first + 7);
                consumer.Poll(nothing);
            },
            ["book_update"] = () =>
            {
                price = (price + 37) % 1000;
                book.Set(Side.Buy, 1 + price, price % 3);
            },
            ["depth_message_to_book"] = workload.SendDepth,
            ["top_of_book_message"] = () => workload.Send(workload.TopOfBook),
            ["trade_message"] = workload.SendTrade,
            ["frame_to_order_command"] = new TurningMarket(new Workload().Send).Step,
            ["input_log_append"] = () => recorder.Append(
                new InputRecord(InputKind.Frame, 3, 0, -1, 0, 1), payload),
        };
    }

    private sealed class Nothing : IEventHandler<EngineInput>
    {
        public void OnEvent(ref EngineInput item, long sequence, bool endOfBatch)
        {
        }
    }
}
