using System;
using System.Buffers.Text;
using System.Diagnostics;
using System.Threading;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Replay;

namespace LowLatency.Bench.Latency;

/// <summary>
/// The engine and a gateway that sends orders as text over a socket, each on its own thread, with the short scheduler
/// slices of the live process's threads.
/// </summary>
internal sealed class WireEngine : ReplayEngine, IEventHandler<EngineOutput>
{
    private const int IdleMs = 20;

    private readonly RingConsumer<EngineInput> _inputs;
    private readonly RingConsumer<EngineOutput> _outputs;
    private readonly WireVenue _venue;
    private readonly byte[] _text = new byte[256];
    private readonly Thread _engine;
    private readonly Thread _gateway;
    private readonly int _priority;
    private volatile bool _isEnding;

    public WireEngine(InstrumentSetup setup, WaitStrategyKind wait, WireVenue venue, int priority = 0)
    {
        _venue = venue;
        _priority = priority;
        Inbound = new MultiProducerRing<EngineInput>(65_536, WaitStrategies.Create(wait));
        var outbound = new SingleProducerRing<EngineOutput>(4096, WaitStrategies.Create(wait));
        Engine = new EngineLoop([setup], outbound, new EngineOptions { MaxOrders = 64, ViewIntervalNs = 100_000_000 });
        _inputs = new RingConsumer<EngineInput>(Inbound);
        _outputs = new RingConsumer<EngineOutput>(outbound);
        _engine = new Thread(RunEngine) { Name = "engine", IsBackground = true };
        _gateway = new Thread(RunGateway) { Name = "gateway", IsBackground = true };
    }

    public override RingBuffer<EngineInput> Inbound { get; }

    public override EngineLoop Engine { get; }

    public void Start()
    {
        _engine.Start();
        _gateway.Start();
    }

    public void End()
    {
        _isEnding = true;
        _engine.Join();
        _gateway.Join();
    }

    public override void Run()
    {
        // The threads do the work.
    }

    public override void Complete()
    {
    }

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch)
    {
        if (item.Kind != OutputKind.Place)
        {
            return;
        }

        long taken = Stopwatch.GetTimestamp();
        long receivedNs = WireStamps.ElapsedNs(item.WireStamp);
        _venue.OnTaken(item.UpdateId, taken, receivedNs);
        int length = Write(in item);
        _venue.Send(_text.AsSpan(0, length), taken);
        long place = Inbound.Claim(1);
        Inbound[place] = new EngineInput
        {
            Kind = EventKind.OrderRejected,
            InstrumentId = item.InstrumentId,
            OrderId = item.OrderId,
            ReceiveTimeNs = 1,
        };
        Inbound.Publish(place, place);
    }

    // An order in a venue-like format; the update id lets the venue's side find the message that caused it.
    private int Write(in EngineOutput item)
    {
        Span<byte> text = _text;
        int at = Put(text, 0, "{\"method\":\"order.place\",\"params\":{\"symbol\":\"BTCUSDT\","u8);
        at = Put(text, at, "\"type\":\"LIMIT\",\"side\":\""u8);
        at = Put(text, at, item.Side == Side.Buy ? "BUY"u8 : "SELL"u8);
        at = Put(text, at, "\",\"priceTicks\":"u8);
        at = Put(text, at, item.PriceTicks);
        at = Put(text, at, ",\"lots\":"u8);
        at = Put(text, at, item.QuantityLots);
        at = Put(text, at, ",\"newClientOrderId\":"u8);
        at = Put(text, at, item.OrderId);
        at = Put(text, at, "},\"id\":"u8);
        at = Put(text, at, item.UpdateId);
        return Put(text, at, "}\n"u8);
    }

    private static int Put(Span<byte> text, int at, ReadOnlySpan<byte> words)
    {
        words.CopyTo(text[at..]);
        return at + words.Length;
    }

    private static int Put(Span<byte> text, int at, long number)
    {
        Utf8Formatter.TryFormat(number, text[at..], out int length);
        return at + length;
    }

    private void RunEngine()
    {
        AgentThread.Schedule(_priority);
        while (!_isEnding)
        {
            if (_inputs.Poll(Engine) == 0)
            {
                Engine.ShowViews();
                _inputs.Wait(IdleMs);
            }
        }
    }

    private void RunGateway()
    {
        AgentThread.Schedule(_priority);
        while (!_isEnding)
        {
            if (_outputs.Poll(this) == 0)
            {
                _outputs.Wait(IdleMs);
            }
        }
    }
}
