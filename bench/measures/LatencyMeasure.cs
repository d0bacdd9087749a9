using System;
using System.Diagnostics;
using System.Threading;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Measures;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Threading;

namespace LowLatency.Measures;

/// <summary>
/// Latency from the bytes of a frame to the order command in the outbound ring. Open-loop: messages are due at a fixed
/// rate whatever happens to earlier ones, and time counts from the due time, so that a stall affects every message it
/// delays. Feed thread and engine thread each spin on a core; every seventh message leads to an order, which the
/// gateway side rejects at once.
/// </summary>
internal static class LatencyMeasure
{
    private const int PerSecond = 100_000;
    private const int WarmUpSeconds = 3;
    private const int Seconds = 6;
    private const int OtherSeconds = 4;
    private const int NsPerStamp = 16;

    private const string Method = "generated depth messages, 100,000 per second, from due time to order "
        + "command; two threads spin on a core each; no socket, no gateway";

    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    /// <exception cref="PlatformNotSupportedException">There is only one core.</exception>
    public static MeasureReport Run(Yardsticks yardsticks)
    {
        if (Environment.ProcessorCount < 2)
        {
            throw new PlatformNotSupportedException("this measurement needs two cores");
        }

        OrderSide? orders = null;
        var workload = new Workload(setup => (orders = new OrderSide(setup)).Core);
        var market = new TurningMarket(workload.Send);
        Play(workload, market, WarmUpSeconds);
        orders!.BeginAgain();
        long bytes = -GC.GetTotalAllocatedBytes(precise: true);
        int collections = -GC.CollectionCount(0);
        Play(workload, market, Seconds);
        bytes += GC.GetTotalAllocatedBytes(precise: true);
        collections += GC.CollectionCount(0);
        orders.Complete(); // Ending a thread allocates.
        return new MeasureReport(
            "latency",
            "generated market",
            Method,
            [
                Figure.OfLatencies(
                    "frame bytes to order command", isYardstick: false, orders.Latency,
                    (FigureNames.AllocatedBytes, bytes), (FigureNames.GcCollections, collections)),
                .. yardsticks.Latencies(PerSecond, OtherSeconds),
                Figure.OfLatencies(
                    "the machine alone: a loop that reads the clock", isYardstick: true, Stalls.Measure(OtherSeconds)),
            ]);
    }

    private static void Play(Workload workload, TurningMarket market, int seconds)
    {
        long total = (long)seconds * PerSecond;
        double ticksEach = (double)Stopwatch.Frequency / PerSecond;
        long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100);
        for (long i = 0; i < total; i++)
        {
            long due = start + (long)(i * ticksEach);
            while (Stopwatch.GetTimestamp() < due)
            {
                // The feed thread has its own core.
            }

            workload.WireStamp = Math.Max(1, StampOf(due));
            market.Step();
        }
    }

    // Stamps as in the live process, in units of sixteen nanoseconds, but from the due time.
    private static uint StampOf(long ticks) => unchecked((uint)(long)(ticks * s_nsPerTick / NsPerStamp));

    /// <summary>The engine, and what takes its orders, on one thread.</summary>
    private sealed class OrderSide : IAgent, IEventHandler<EngineOutput>
    {
        private readonly OutputAgent _outputs;
        private readonly InputPublisher _reports;
        private readonly AgentThread _thread;
        private volatile bool _isBeginningAgain;

        public OrderSide(InstrumentSetup setup)
        {
            Core = new TradingCore(new TradingCoreOptions
            {
                Instruments = [setup],
                Engine = new EngineOptions { MaxOrders = 64 },
                WaitStrategy = WaitStrategyKind.BusySpin,
            });
            _outputs = Core.Observe(this);
            _reports = Core.NewPublisher(SessionSources.Venue);
            _thread = new AgentThread(this, ThreadPlacement.Any);
            _thread.Start();
        }

        public TradingCore Core { get; }

        public LatencyHistogram Latency { get; private set; } = new();

        public string RoleName => "engine";

        public void BeginAgain()
        {
            _isBeginningAgain = true;
            SpinWait.SpinUntil(() => !_isBeginningAgain);
        }

        public void Complete() => _thread.End();

        public int DoWork()
        {
            int done = Core.EngineAgent.DoWork() + _outputs.DoWork();
            if (_isBeginningAgain)
            {
                Latency = new LatencyHistogram();
                _isBeginningAgain = false;
            }

            return done;
        }

        public void Idle()
        {
            // It spins.
        }

        void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
        {
            if (item.Kind != OutputKind.Place)
            {
                return;
            }

            Latency.Record((long)unchecked(StampOf(Stopwatch.GetTimestamp()) - item.WireStamp) * NsPerStamp);
            _reports.Publish(new EngineInput
            {
                Kind = EventKind.OrderRejected,
                InstrumentId = item.InstrumentId,
                OrderId = item.OrderId,
                ReceiveTimeNs = 1,
            });
        }
    }
}
