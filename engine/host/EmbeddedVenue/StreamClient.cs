using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace LowLatency.Host.EmbeddedVenue;

/// <summary>One channel of one symbol that a client listens to, under the name that it asked for.</summary>
internal readonly record struct Subscription(int Instrument, VenueMessageKind Kind, string Name);

/// <summary>
/// One websocket of the embedded venue. Messages wait in a bounded queue; the player waits for room in it, so that a
/// slow client slows the market down instead of losing messages. A client that takes nothing for half a minute is cut.
/// </summary>
internal sealed class StreamClient : IDisposable
{
    private const int QueuedMessages = 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly SubscriptionParser _parser;
    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(QueuedMessages) { SingleReader = true });

    private readonly CancellationTokenSource _ended = new();
    private volatile Subscription[] _subscriptions;

    public StreamClient(
        WebSocket socket, Action abort, bool isCombined, SubscriptionParser parser, Subscription[] subscriptions)
    {
        _socket = socket;
        _abort = abort;
        IsCombined = isCombined;
        _parser = parser;
        _subscriptions = subscriptions;
    }

    /// <summary>true when messages are wrapped with their stream's name.</summary>
    public bool IsCombined { get; }

    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    public void Dispose() => _ended.Dispose();

    /// <summary>Queues a message, waiting while the queue is full.</summary>
    public async ValueTask SendAsync(byte[] message)
    {
        if (_queue.Writer.TryWrite(message) || _ended.IsCancellationRequested)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        patience.CancelAfter(s_patience);
        try
        {
            await _queue.Writer.WriteAsync(message, patience.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            Abort();
        }
    }

    /// <summary>Cuts the connection without a goodbye.</summary>
    public void Abort()
    {
        End();
        _abort();
    }

    /// <summary>Sends what is queued, then closes with a code.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string words)
    {
        _queue.Writer.TryComplete();
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await _queue.Reader.Completion.WaitAsync(patience.Token).ConfigureAwait(false);
            await _socket.CloseOutputAsync(status, words, patience.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException
            or ObjectDisposedException or InvalidOperationException)
        {
            _abort();
        }
    }

    /// <summary>Serves the client until either side ends the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(Abort);
        Task sending = SendLoopAsync();
        try
        {
            await ReceiveLoopAsync().ConfigureAwait(false);
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

    private void End()
    {
        _queue.Writer.TryComplete();
        _ended.Cancel();
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await foreach (byte[] message in _queue.Reader.ReadAllAsync(_ended.Token).ConfigureAwait(false))
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, _ended.Token).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The receive loop sees the same end.
        }
    }

    private async Task ReceiveLoopAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int filled = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result =
                await _socket.ReceiveAsync(buffer.AsMemory(filled), _ended.Token).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close || filled + result.Count == buffer.Length)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure, "bye").ConfigureAwait(false);
                return;
            }

            filled += result.Count;
            if (result.EndOfMessage)
            {
                Subscription[] subscriptions = _subscriptions;
                string answer = _parser.Handle(Encoding.UTF8.GetString(buffer, 0, filled), ref subscriptions);
                _subscriptions = subscriptions;
                await SendAsync(Encoding.UTF8.GetBytes(answer)).ConfigureAwait(false);
                filled = 0;
            }
        }
    }
}
