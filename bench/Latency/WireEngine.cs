using System;
using System.Buffers.Text;
using System.Diagnostics;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;

namespace LowLatency.Bench.Latency;

/// <summary>The engine and the order gateway on threads, wired as in the live process, and behind the gateway a venue
/// that gets orders as text over a socket and refuses them at once. It shares the gateway's thread.</summary>
internal sealed class WireEngine : IOrderVenue
{
    private readonly WireVenue _venue;
    private readonly byte[] _text = new byte[256];

    public WireEngine(InstrumentSetup setup, WaitStrategyKind wait, WireVenue venue, int priority = 0)
    {
        _venue = venue;
        Core = new TradingCore(new TradingCoreOptions
        {
            Instruments = [setup],
            Engine = new EngineOptions { MaxOrders = 64, ViewIntervalNs = 100_000_000 },
            WaitStrategy = wait,
            Venue = this,
            HasVenueThread = false,
            Clock = new MonotonicUnixClock(),
            EngineThread = ThreadPlacement.Any with { Priority = priority },
            GatewayThread = ThreadPlacement.Any with { Priority = priority },
        });
    }

    public TradingCore Core { get; }

    public ReportQueue Reports { get; } = new();

    public void Start() => Core.Start();

    public void End() => Core.Complete();

    public void OnCommand(in EngineOutput item, long nowNs)
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
        Reports.Enqueue(new EngineInput
        {
            Kind = EventKind.OrderRejected,
            InstrumentId = item.InstrumentId,
            OrderId = item.OrderId,
            ReceiveTimeNs = 1,
        });
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
}
