using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Measures;
using LowLatency.Engine.Ring;
using LowLatency.Replay;

namespace LowLatency.Bench;

/// <summary>
/// How long it takes from the bytes of a frame to the order command in the outbound ring, open-loop: messages are due
/// at
/// a fixed pace whatever became of those before, and time counts from when a message was due, so that a stall is seen
/// by
/// every message that it held up. The feed's thread and the engine's spin on a core each; every seventh message leads
/// to
/// an order, which the gateway's side refuses at once. Not measured: network, socket, gateway.
/// </summary>
internal static class LatencyBench
{
    private const int PerSecond = 100_000;
    private const int WarmUpSeconds = 3;
    private const int Seconds = 10;
    private const int NsPerStamp = 16;

    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    public static int Run()
    {
        if (Environment.ProcessorCount < 2)
        {
            Console.WriteLine("this bench needs two cores");
            return 1;
        }

        OrderSide? orders = null;
        var workload = new Workload(setup => orders = new OrderSide(setup));
        var market = new TurningMarket(workload);
        int[] before = Collections();
        Play(workload, market, WarmUpSeconds);
        orders!.BeginAgain();
        long bytes = -GC.GetTotalAllocatedBytes(precise: true);
        Play(workload, market, Seconds);
        orders.Complete();
        bytes += GC.GetTotalAllocatedBytes(precise: true);
        LatencyHistogram found = orders.Latency;
        Console.WriteLine(Invariant($"{PerSecond} messages a second for {Seconds} s, {found.Count} orders; "));
        Console.WriteLine(Invariant($"frame bytes to order command, from when the message was due, ns: p50 ")
            + Invariant($"{found.At(0.5)}, p90 {found.At(0.9)}, p99 {found.At(0.99)}, p99.9 {found.At(0.999)}, ")
            + Invariant($"p99.99 {found.At(0.9999)}, most {found.MaxNs}"));
        int[] after = Collections();
        Console.WriteLine(Invariant($"{bytes} bytes allocated, collections {after[0] - before[0]}, ")
            + Invariant($"{after[1] - before[1]}, {after[2] - before[2]}"));
        return 0;
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
                // The feed's thread has a core of its own.
            }

            workload.WireStamp = Math.Max(1, StampOf(due));
            market.Step();
        }
    }

    // As the live process stamps messages, in units of sixteen nanoseconds, but from when they were due.
    private static uint StampOf(long ticks) => unchecked((uint)(long)(ticks * s_nsPerTick / NsPerStamp));

    private static int[] Collections() => [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The engine on a thread of its own, and what takes its orders.</summary>
    private sealed class OrderSide : ReplayEngine, IEventHandler<EngineOutput>
    {
        private readonly RingConsumer<MarketEvent> _inputs;
        private readonly RingConsumer<EngineOutput> _outputs;
        private readonly Thread _thread;
        private volatile bool _isComplete;
        private volatile bool _isBeginningAgain;

        public OrderSide(InstrumentSetup setup)
        {
            IWaitStrategy wait = WaitStrategies.Create(WaitStrategyKind.BusySpin);
            Inbound = new MultiProducerRing<MarketEvent>(65_536, wait);
            var outbound = new SingleProducerRing<EngineOutput>(4096, wait);
            Engine = new EngineLoop([setup], outbound, new EngineOptions { MaxOrders = 64 });
            _inputs = new RingConsumer<MarketEvent>(Inbound);
            _outputs = new RingConsumer<EngineOutput>(outbound);
            _thread = new Thread(Loop) { Name = "engine", IsBackground = true };
            _thread.Start();
        }

        public override RingBuffer<MarketEvent> Inbound { get; }

        public override EngineLoop Engine { get; }

        public LatencyHistogram Latency { get; private set; } = new();

        public void BeginAgain()
        {
            _isBeginningAgain = true;
            SpinWait.SpinUntil(() => !_isBeginningAgain);
        }

        public override void Run()
        {
            // The thread does.
        }

        public override void Complete()
        {
            _isComplete = true;
            _thread.Join();
        }

        void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
        {
            if (item.Kind != OutputKind.Place)
            {
                return;
            }

            Latency.Record((long)unchecked(StampOf(Stopwatch.GetTimestamp()) - item.WireStamp) * NsPerStamp);
            long place = Inbound.Claim(1);
            Inbound[place] = new MarketEvent
            {
                Kind = EventKind.OrderRejected,
                InstrumentId = item.InstrumentId,
                OrderId = item.OrderId,
                ReceiveTimeNs = 1,
            };
            Inbound.Publish(place, place);
        }

        private void Loop()
        {
            while (!_isComplete)
            {
                _inputs.Poll(Engine);
                _outputs.Poll(this);
                if (_isBeginningAgain)
                {
                    Latency = new LatencyHistogram();
                    _isBeginningAgain = false;
                }
            }
        }
    }
}
