using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>One channel of one symbol that a client has subscribed, under the requested name.</summary>
internal readonly record struct Subscription(int Instrument, VenueMessageKind Kind, string Name);

/// <summary>
/// One websocket of the embedded venue. Messages wait in a bounded queue. The player waits for space in it, so that a
/// slow client slows the market down instead of losing messages. A client that reads nothing for half a minute is cut.
/// </summary>
#pragma warning disable CA1001 // See _ended.
internal sealed class StreamClient
#pragma warning restore CA1001
{
    private const int QueuedMessages = 1024;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(QueuedMessages) { SingleReader = true });

    // Never disposed: the player may still hold the client when it ends, and a source without a timer holds nothing.
    private readonly CancellationTokenSource _ended = new();
    private volatile TaskCompletionSource? _frozen;

    public StreamClient(WebSocket socket, Action abort, DialectClient dialect)
    {
        _socket = socket;
        _abort = abort;
        Dialect = dialect;
    }

    /// <summary>Its subscriptions. Only for the player.</summary>
    public DialectClient Dialect { get; }

    /// <summary>The frames of a message, reused. Only for the player.</summary>
    public List<byte[]> Frames { get; } = [];

    /// <summary>Queues a message, waiting while the queue is full.</summary>
    public async ValueTask SendAsync(byte[] message)
    {
        if (_queue.Writer.TryWrite(message) || _ended.IsCancellationRequested)
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        timeout.CancelAfter(s_timeout);
        try
        {
            await _queue.Writer.WriteAsync(message, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            Abort();
        }
    }

    /// <summary>Cuts the connection without a close frame.</summary>
    public void Abort()
    {
        End();
        Cut();
    }

    /// <summary>Stops sending and reading, but keeps the connection: half-open. For tests.</summary>
    public void Freeze() => _frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Resumes sending and reading.</summary>
    public void Thaw()
    {
        TaskCompletionSource? frozen = _frozen;
        _frozen = null;
        frozen?.TrySetResult();
    }

    /// <summary>Sends what is queued, then closes with a code.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string words)
    {
        _queue.Writer.TryComplete();
        using var timeout = new CancellationTokenSource(s_timeout);
        try
        {
            await _queue.Reader.Completion.WaitAsync(timeout.Token).ConfigureAwait(false);
            await _socket.CloseOutputAsync(status, words, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException
            or ObjectDisposedException or InvalidOperationException)
        {
            Cut();
        }
    }

    /// <summary>Serves the client until either side ends the connection.</summary>
    /// <param name="onText">Takes what the client says.</param>
    /// <param name="cancellationToken">Cuts the connection.</param>
    public async Task RunAsync(Func<string, Task> onText, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Abort);
        Task sending = SendLoopAsync();
        try
        {
            await ReceiveLoopAsync(onText).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            // The client is gone; there is nothing to tell it.
        }
        finally
        {
            End();
            await sending.ConfigureAwait(false);
        }
    }

    private void Cut()
    {
        try
        {
            _abort();
        }
        catch (ObjectDisposedException)
        {
            // The request has ended: there is nothing to cut any more.
        }
    }

    private void End()
    {
        _queue.Writer.TryComplete();
        _ended.Cancel();
        Thaw();
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await foreach (byte[] message in _queue.Reader.ReadAllAsync(_ended.Token).ConfigureAwait(false))
            {
                await WaitWhileFrozenAsync().ConfigureAwait(false);
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, _ended.Token).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The receive loop sees the same end.
        }
    }

    private Task WaitWhileFrozenAsync() => _frozen?.Task ?? Task.CompletedTask;

    private async Task ReceiveLoopAsync(Func<string, Task> onText)
    {
        byte[] buffer = new byte[64 * 1024];
        int filled = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result =
                await _socket.ReceiveAsync(buffer.AsMemory(filled), _ended.Token).ConfigureAwait(false);
            await WaitWhileFrozenAsync().ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close || filled + result.Count == buffer.Length)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure, "bye").ConfigureAwait(false);
                return;
            }

            filled += result.Count;
            if (result.EndOfMessage)
            {
                await onText(Encoding.UTF8.GetString(buffer, 0, filled)).ConfigureAwait(false);
                filled = 0;
            }
        }
    }
}
