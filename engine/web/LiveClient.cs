using System;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Web;

/// <summary>
/// One websocket of a live view. At most one message is in flight: until it is sent, further ones are skipped, and when
/// it is not sent within the timeout, the connection is cut. There is no queue.
/// </summary>
/// <param name="socket">The websocket.</param>
/// <param name="abort">Cuts the connection.</param>
/// <param name="options">Options of the live view.</param>
public sealed class LiveClient(WebSocket socket, Action abort, LiveStreamOptions options)
{
    private const string NoMessages = "no messages are accepted";

    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private long _sinceTicks;
    private int _isSending;
    private long _sent;
    private long _skipped;

    /// <summary>Messages that were sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages that were skipped because an earlier one was still in flight.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>true if it was cut because it did not read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Sends a message, or skips it. Returns at once. One thread at a time.</summary>
    /// <param name="message">The message, which must not be modified.</param>
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

    /// <summary>Reads until either side closes the connection. Clients have nothing to send, so one that sends much is
    /// disconnected.</summary>
    /// <param name="cancellationToken">Cancelled when the server stops.</param>
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
                await CloseAsync(WebSocketCloseStatus.MessageTooBig, NoMessages).ConfigureAwait(false);
                return;
            }

            // Each fragment counts, because a message of endless fragments would never be complete.
            messages++;
            if (messages > options.MaxMessages)
            {
                await CloseAsync(WebSocketCloseStatus.PolicyViolation, NoMessages).ConfigureAwait(false);
                return;
            }

            filled = result.EndOfMessage ? 0 : filled;
        }
    }

    /// <summary>Closes the connection, and cuts it if the close message is not sent in time.</summary>
    /// <param name="status">The status.</param>
    /// <param name="reason">The reason, at most 123 bytes.</param>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var timeout = new CancellationTokenSource(s_closeTimeout);
        try
        {
            await socket.CloseOutputAsync(status, reason, timeout.Token).ConfigureAwait(false);
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
            // The connection has ended; the reading side sees it, too.
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
            // The request has ended already.
        }
    }
}
