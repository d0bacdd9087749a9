using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Measures;
using LowLatency.Measures;

namespace LowLatency.Bench.Latency;

/// <summary>
/// The venue's side of the wire: writes websocket messages at a fixed rate to one socket, and reads orders from
/// another. It knows when each message was due, so it can compute each order's latency.
/// </summary>
internal sealed class WireVenue : IDisposable
{
    // The magic of RFC 6455, section 1.3.
    private const string WebSocketMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int Kept = 1 << 16;
    private const int LongPayload = 126;

    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly TcpListener _feed = new(IPAddress.Loopback, 0);
    private readonly Socket _orders;
    private readonly Socket _ordersRead;
    private readonly Thread _reader;
    private readonly byte[] _frame = new byte[64 * 1024];

    // By update id: the due time of its message, and the times of its order.
    private readonly long[] _dueTicks = new long[Kept];
    private readonly long[] _takenTicks = new long[Kept];
    private readonly long[] _receivedTicks = new long[Kept];
    private Socket? _client;
    private TurningMarket? _market;
    private long _due;
    private volatile bool _isBeginningAgain;
    private volatile bool _isSendingAgain;

    public WireVenue()
    {
        _feed.Start(1);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1);
        _orders = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _orders.Connect(listener.LocalEndpoint);
        _ordersRead = listener.AcceptSocket();
        _reader = new Thread(ReadOrders) { Name = "venue", IsBackground = true };
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>The address that the feed connects to.</summary>
    public Uri Address => new($"ws://{_feed.LocalEndpoint}/");

    public LatencyHistogram Total { get; } = new();

    public LatencyHistogram Receiving { get; } = new();

    public LatencyHistogram Deciding { get; } = new();

    public LatencyHistogram Sending { get; } = new();

    public LatencyHistogram Arriving { get; } = new();

    /// <summary>
    /// Sleeps until a message is due, as if on another machine. Otherwise it keeps a core busy, and is punctual unless
    /// another thread needs the core.
    /// </summary>
    public bool IsSleeping { get; init; }

    /// <summary>Why the figures are invalid; null if they are valid.</summary>
    public string? Problem { get; private set; }

    /// <summary>Starts to read orders; the feed must be connected.</summary>
    public void Start()
    {
        SpinWait.SpinUntil(() => Volatile.Read(ref _client) is not null);
        _reader.Start();
        _market = new TurningMarket(Write);
    }

    /// <summary>Discards the measurements so far.</summary>
    public void BeginAgain()
    {
        // Takes effect with the next order.
        _isBeginningAgain = true;
        _isSendingAgain = true;
    }

    /// <summary>Sends messages for some time.</summary>
    public Task PlayAsync(int perSecond, int seconds) => Task.Factory.StartNew(
        () => Play(perSecond, seconds),
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>An order has left the engine. Gateway thread.</summary>
    public void OnTaken(long updateId, long takenTicks, long sinceReceivedNs)
    {
        int place = (int)updateId & (Kept - 1);
        _takenTicks[place] = takenTicks;
        _receivedTicks[place] = takenTicks - (long)(sinceReceivedNs / s_nsPerTick);
    }

    /// <summary>Sends an order. Gateway thread.</summary>
    /// <param name="order">Its text.</param>
    /// <param name="takenTicks">When the gateway received it.</param>
    public void Send(ReadOnlySpan<byte> order, long takenTicks)
    {
        _orders.Send(order);
        if (_isSendingAgain)
        {
            _isSendingAgain = false;
            Sending.Clear();
        }

        Record(Sending, Stopwatch.GetTimestamp() - takenTicks);
    }

    public void Dispose()
    {
        _orders.Dispose();
        _ordersRead.Dispose();
        _client?.Dispose();
        _feed.Dispose();
    }

    private void Play(int perSecond, int seconds)
    {
        if (IsSleeping)
        {
            ShortSleep.Sharpen();
        }

        long ticksEach = Stopwatch.Frequency / perSecond;
        long start = Stopwatch.GetTimestamp() + ticksEach;
        long count = (long)perSecond * seconds;
        for (long i = 0; i < count; i++)
        {
            _due = start + (i * ticksEach);
            while (Stopwatch.GetTimestamp() < _due)
            {
                if (IsSleeping)
                {
                    ShortSleep.For((long)((_due - Stopwatch.GetTimestamp()) * s_nsPerTick));
                }
                else
                {
                    // Lets other threads use the core meanwhile.
                    Thread.Yield();
                }
            }

            _market!.Step();
        }
    }

    // A server's text message is not masked.
    private void Write(byte[] message)
    {
        long updateId = _market is null ? 0 : _market.UpdateId;
        _dueTicks[(int)updateId & (Kept - 1)] = _due;
        _frame[0] = 0x81;
        int head = 2;
        if (message.Length < LongPayload)
        {
            _frame[1] = (byte)message.Length;
        }
        else
        {
            _frame[1] = message.Length <= ushort.MaxValue ? (byte)LongPayload : (byte)(LongPayload + 1);
            head = message.Length <= ushort.MaxValue ? 4 : 10;
            if (head == 4)
            {
                BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(2), (ushort)message.Length);
            }
            else
            {
                BinaryPrimitives.WriteUInt64BigEndian(_frame.AsSpan(2), (ulong)message.Length);
            }
        }

        message.CopyTo(_frame.AsSpan(head));
        _client!.Send(_frame.AsSpan(0, head + message.Length));
    }

    private void ReadOrders()
    {
        byte[] bytes = new byte[16 * 1024];
        int held = 0;
        while (true)
        {
            int count;
            try
            {
                count = _ordersRead.Receive(bytes.AsSpan(held));
            }
            catch (SocketException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (count == 0)
            {
                return;
            }

            long now = Stopwatch.GetTimestamp();
            held += count;
            ReadOnlySpan<byte> text = bytes.AsSpan(0, held);
            for (int end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
            {
                OnOrder(text[..end], now);
                text = text[(end + 1)..];
            }

            text.CopyTo(bytes);
            held = text.Length;
        }
    }

    private void OnOrder(ReadOnlySpan<byte> order, long now)
    {
        int id = order.LastIndexOf((byte)':') + 1;
        if (!Utf8Parser.TryParse(order[id..], out long updateId, out _))
        {
            Problem = "an unknown order arrived";
            return;
        }

        int place = (int)updateId & (Kept - 1);
        if (_isBeginningAgain)
        {
            _isBeginningAgain = false;
            Total.Clear();
            Receiving.Clear();
            Deciding.Clear();
            Arriving.Clear();
        }

        Record(Total, now - _dueTicks[place]);
        Record(Receiving, _receivedTicks[place] - _dueTicks[place]);
        Record(Deciding, _takenTicks[place] - _receivedTicks[place]);
        Record(Arriving, now - _takenTicks[place]);
    }

    private static void Record(LatencyHistogram into, long ticks) =>
        into.Record(Math.Max(0, (long)(ticks * s_nsPerTick)));

    private async Task AcceptAsync()
    {
        Socket client = await _feed.AcceptSocketAsync().ConfigureAwait(false);
        client.NoDelay = true;
        byte[] request = new byte[4096];
        int length = 0;
        while (request.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            length += await client.ReceiveAsync(request.AsMemory(length)).ConfigureAwait(false);
        }

        const string Name = "Sec-WebSocket-Key:";
        string head = Encoding.ASCII.GetString(request, 0, length);
        int start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        string key = head[start..head.IndexOf('\r', start)].Trim();
#pragma warning disable CA5350 // The protocol's handshake wants SHA-1; it keeps no secret.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebSocketMagic)));
#pragma warning restore CA5350
        await client.SendAsync(Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {accept}\r\n\r\n")).ConfigureAwait(false);
        Volatile.Write(ref _client, client);
    }
}
