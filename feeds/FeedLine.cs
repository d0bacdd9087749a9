using System;
using System.IO;
using System.IO.Pipelines;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// One websocket from opening to close. It receives into a pipe, sends subscriptions and pings within the venue's
/// limits, and cuts itself if no byte arrives within the venue's heartbeat time.
/// </summary>
internal sealed class FeedLine : IAsyncDisposable
{
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(1);

    private readonly FeedConnectionOptions _options;
    private readonly IReceiveClock _clock;
    private readonly RequestPacer _texts;
    private readonly RequestPacer _subscriptions;
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClientWebSocket _socket = new();
    private readonly ByteClock _bytes = new();
    private readonly HttpMessageInvoker _http;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Pipe _pipe = PipeFrames.CreatePipe();
    private Task _supervising = Task.CompletedTask;
    private long _heldBack;
    private string? _cutBecause;

    public FeedLine(FeedConnectionOptions options, IReceiveClock clock)
    {
        _options = options;
        _clock = clock;
        _texts = new RequestPacer(options.Profile.ClientMessages);
        _subscriptions = new RequestPacer(options.Profile.Subscriptions ?? options.Profile.ClientMessages);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            PlaintextStreamFilter = (context, _) =>
                ValueTask.FromResult<Stream>(new CountingStream(context.PlaintextStream, _bytes)),
        });
        _socket.Options.KeepAliveInterval =
            options.Profile.PingText is null ? Min(options.Profile.PingInterval, Silence / 2) : TimeSpan.Zero;

        // With this timeout, the websocket sends pings and expects pongs; without it, it sends unsolicited pongs.
        _socket.Options.KeepAliveTimeout = Silence;
    }

    /// <summary>The received bytes, framed by <see cref="PipeFrames"/>.</summary>
    public PipeReader Reader => _pipe.Reader;

    /// <summary>Completes when the connection ends; the result is the reason.</summary>
    public Task<string> Receiving { get; private set; } = Task.FromResult("not opened");

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Completes when all subscriptions have been sent.</summary>
    public Task Subscribed => _subscribed.Task;

    /// <summary>Bytes received, including websocket framing.</summary>
    public long WireBytes => _bytes.Bytes;

    /// <summary>How often reading was paused because the parser was behind.</summary>
    public long HeldBack => Volatile.Read(ref _heldBack);

    /// <summary>The oversized message, if one ended the connection.</summary>
    public byte[]? Overlong { get; private set; }

    private TimeSpan Silence => _options.EffectiveSilence;

    /// <summary>Opens the connection and starts to receive.</summary>
    /// <returns>null, or the reason for the failure.</returns>
    public async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _options.Limits.Connects.WaitAsync(cancellationToken).ConfigureAwait(false);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(_options.RequestTimeout);
            await _socket.ConnectAsync(_options.Plan.Address, _http, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or HttpRequestException or OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? "stopped" : $"cannot connect: {fault.Message}";
        }

        Receiving = Task.Run(() => ReceiveUntilEndAsync(_ended.Token), CancellationToken.None);
        _supervising = SuperviseAsync(_ended.Token);
        return null;
    }

    /// <summary>Sends a subscribe or unsubscribe message as soon as the venue's limits allow.</summary>
    public async Task SubscribeAsync(string text, CancellationToken cancellationToken)
    {
        await _subscriptions.WaitAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(text, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _texts.WaitAsync(cancellationToken).ConfigureAwait(false);
            await _socket.SendAsync(
                Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or ObjectDisposedException
            or InvalidOperationException)
        {
            // The connection has ended; the receive loop reports why.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Ends the connection; received data stays readable.</summary>
    public async Task EndAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await Receiving.ConfigureAwait(false);
        await _supervising.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _socket.Dispose();
        _http.Dispose();
        _sending.Dispose();
        _ended.Dispose();
    }

    // Separates expected ends from unexpected errors; neither may end the process.
    private async Task<string> ReceiveUntilEndAsync(CancellationToken cancellationToken)
    {
        string reason;
        try
        {
            reason = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CloseQuietlyAsync(WebSocketCloseStatus.NormalClosure, "stopped").ConfigureAwait(false);
            reason = "stopped";
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or ObjectDisposedException
            or InvalidOperationException or OperationCanceledException)
        {
            reason = _cutBecause ?? fault.Message;
        }

        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        return reason;
    }

    // Socket to pipe: no copy and no allocation if a message fits into one segment.
    private async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        PipeWriter writer = _pipe.Writer;
        long messageBytes = 0;
        Memory<byte> chunk = writer.GetMemory(PipeFrames.MinChunkBytes);
        int filled = PipeFrames.HeaderBytes;
        while (true)
        {
            ValueWebSocketReceiveResult result =
                await _socket.ReceiveAsync(chunk[filled..], cancellationToken).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await CloseQuietlyAsync(WebSocketCloseStatus.NormalClosure, "closed by the venue")
                    .ConfigureAwait(false);
                return $"closed by the venue: {_socket.CloseStatus} {_socket.CloseStatusDescription}".TrimEnd();
            }

            filled += result.Count;
            messageBytes += result.Count;
            if (messageBytes > _options.MaxMessageBytes)
            {
                int head = Math.Min(filled, PipeFrames.HeaderBytes + 256);
                Overlong = chunk[PipeFrames.HeaderBytes..head].ToArray();
                await CloseQuietlyAsync(WebSocketCloseStatus.MessageTooBig, "message too long").ConfigureAwait(false);
                return $"a message is longer than {_options.MaxMessageBytes} bytes";
            }

            if (!result.EndOfMessage && filled < chunk.Length)
            {
                continue;
            }

            PipeFrames.WriteHeader(
                chunk.Span, filled - PipeFrames.HeaderBytes, result.EndOfMessage, _clock.NowNs, WireStamps.Now());
            writer.Advance(filled);
            messageBytes = result.EndOfMessage ? 0 : messageBytes;
            ValueTask<FlushResult> flush = writer.FlushAsync(cancellationToken);
            if (!flush.IsCompleted)
            {
                Volatile.Write(ref _heldBack, _heldBack + 1);
            }

            FlushResult flushed = await flush.ConfigureAwait(false);
            if (flushed.IsCompleted)
            {
                return "the parser has stopped";
            }

            chunk = writer.GetMemory(PipeFrames.MinChunkBytes);
            filled = PipeFrames.HeaderBytes;
        }
    }

    // Subscriptions first, then pings and the silence check until the end.
    private async Task SuperviseAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (string text in _options.Plan.Subscriptions)
            {
                await SubscribeAsync(text, cancellationToken).ConfigureAwait(false);
            }

            _subscribed.TrySetResult();
            long lastPingMs = Environment.TickCount64;
            using var timer = new PeriodicTimer(Min(TimeSpan.FromSeconds(1), Silence / 4));
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_bytes.SilentMs > Silence.TotalMilliseconds)
                {
                    _cutBecause = $"no data for {_bytes.SilentMs} ms";
                    _socket.Abort();
                    return;
                }

                TimeSpan pingInterval = Min(_options.Profile.PingInterval, Silence / 2);
                if (_options.Profile.PingText is { } ping
                    && Environment.TickCount64 - lastPingMs >= pingInterval.TotalMilliseconds)
                {
                    lastPingMs = Environment.TickCount64;
                    await SendAsync(ping, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended by itself.
        }
    }

    private async Task CloseQuietlyAsync(WebSocketCloseStatus status, string words)
    {
        using var timeout = new CancellationTokenSource(s_goodbye);
        try
        {
            await _socket.CloseOutputAsync(status, words, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or InvalidOperationException or ObjectDisposedException or IOException)
        {
            // The peer is already gone, so a close handshake is impossible.
        }
    }

    private static TimeSpan Min(TimeSpan x, TimeSpan y) => x < y ? x : y;
}
