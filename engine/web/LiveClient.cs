using System;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Web;

/// <summary>
/// One websocket that watches. It holds at most one message: while that one is not taken, it is offered no other, and
/// when it is not taken in time the connection is cut. Nothing waits in a queue.
/// </summary>
public sealed class LiveClient(WebSocket socket, Action abort, LiveStreamOptions options)
{
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private long _sinceTicks;
    private int _isSending;
    private long _sent;
    private long _skipped;

    /// <summary>Messages that the system has taken for it.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages that it was not offered.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Whether it was cut because it took nothing.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Offers a message; returns at once. One thread at a time.</summary>
    public void Offer(byte[] message)
    {
        if (Volatile.Read(ref _isSending) == 0)
        {
            Volatile.Write(ref _isSending, 1);
            _sinceTicks = Stopwatch.GetTimestamp();
            _ = SendAsync(message);
            return;
        }

        Interlocked.Increment(ref _skipped);
        if (!IsCut && Stopwatch.GetElapsedTime(_sinceTicks) > options.Timeout)
        {
            IsCut = true;
            Cut();
        }
    }

    /// <summary>Reads until either side ends the connection. There is nothing to say here, so whoever says much is
    /// sent away.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[options.MaxMessageBytes + 1];
        int filled = 0;
        int messages = 0;
        while (true)
        {
            ValueWebSocketReceiveResult result =
                await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            filled += result.Count;
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure, "bye").ConfigureAwait(false);
                return;
            }

            if (filled > options.MaxMessageBytes)
            {
                await CloseAsync(WebSocketCloseStatus.MessageTooBig, "this is a view").ConfigureAwait(false);
                return;
            }

            // Fragments without an end would be counted never: each piece is.
            messages++;
            if (messages > options.MaxMessages)
            {
                await CloseAsync(WebSocketCloseStatus.PolicyViolation, "this is a view").ConfigureAwait(false);
                return;
            }

            filled = result.EndOfMessage ? 0 : filled;
        }
    }

    /// <summary>Says goodbye, and cuts the connection when that is not taken soon.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string words)
    {
        using var timeout = new CancellationTokenSource(s_closeTimeout);
        try
        {
            await socket.CloseOutputAsync(status, words, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException
            or ObjectDisposedException or InvalidOperationException)
        {
            Cut();
        }
    }

    private async Task SendAsync(byte[] message)
    {
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None)
                .ConfigureAwait(false);
            Interlocked.Increment(ref _sent);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or ObjectDisposedException or InvalidOperationException)
        {
            // Gone: the reader sees the same end.
        }
        finally
        {
            Volatile.Write(ref _isSending, 0);
        }
    }

    private void Cut()
    {
        try
        {
            abort();
        }
        catch (ObjectDisposedException)
        {
            // The request has ended: there is nothing to cut any more.
        }
    }
}
