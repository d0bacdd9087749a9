using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.IO;
using System.IO.Pipelines;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Feeds;

/// <summary>
/// One supervised websocket: connect, receive into the pipe, parse out of it, and when it ends, connect again after a
/// pause that doubles with jitter. Everything that the session is told, it is told by the parse loop, one call at
/// a time; snapshots and requests from other threads reach it through an inbox.
/// </summary>
public sealed class FeedConnection
{
    private readonly FeedConnectionOptions _options;
    private readonly FeedSession _session;
    private readonly IReceiveClock _clock;
    private readonly ConcurrentQueue<InboxItem> _inbox = new();
    private Pipe _pipe = PipeFrames.CreatePipe();
    private byte[] _assembly = [];
    private long _lastByteTicks;
    private long _connects;
    private long _disconnects;
    private long _heldBack;

    // The running connection's token; snapshot fetches end with it.
    private CancellationToken _connection;

    /// <summary>Creates the connection; <see cref="RunAsync"/> opens it.</summary>
    public FeedConnection(FeedConnectionOptions options, FeedSession session, IReceiveClock clock)
    {
        _options = options;
        _session = session;
        _clock = clock;
    }

    /// <summary>The session that it feeds.</summary>
    public FeedSession Session => _session;

    /// <summary>Connections opened. Any thread.</summary>
    public long Connects => Volatile.Read(ref _connects);

    /// <summary>Connections that have ended, after their last message was handled. Any thread.</summary>
    public long Disconnects => Volatile.Read(ref _disconnects);

    /// <summary>Times that the socket was held back because the parser was behind. Any thread.</summary>
    public long HeldBack => Volatile.Read(ref _heldBack);

    /// <summary>Asks for a symbol's book to be synchronised again. Any thread.</summary>
    /// <param name="symbol">Index of the symbol in the session.</param>
    public void RequestResync(int symbol) => Post(new InboxItem(InboxKind.Resync, symbol, []));

    /// <summary>Keeps the connection up until cancelled. Once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            long before = Connects;
            string reason = await RunOnceAsync(cancellationToken).ConfigureAwait(false);
            _options.OnNotice?.Invoke($"{_options.Address.Host}: connection ended: {reason}");
            failures = Connects != before ? 0 : failures + 1;
            if (!cancellationToken.IsCancellationRequested)
            {
                await PauseAsync(failures, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<string> RunOnceAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = _options.SilenceTimeout / 2;
        socket.Options.KeepAliveTimeout = _options.SilenceTimeout;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(_options.RequestTimeout);
            await socket.ConnectAsync(_options.Address, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or HttpRequestException or OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? "stopped" : $"cannot connect: {fault.Message}";
        }

        _pipe = PipeFrames.CreatePipe();
        _inbox.Clear();
        _connection = ended.Token;
        Volatile.Write(ref _connects, _connects + 1);
        _session.OnConnected(_clock.NowNs, _options.Address.ToString());
        _options.OnNotice?.Invoke($"{_options.Address.Host}: connected");

        Task parsing = ParseAsync(_pipe.Reader);
        Task watching = WatchSilenceAsync(socket, ended.Token);
        string reason = await ReceiveUntilEndAsync(socket, _pipe.Writer, cancellationToken).ConfigureAwait(false);
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        await parsing.ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        _session.OnDisconnected(_clock.NowNs, reason);
        Volatile.Write(ref _disconnects, _disconnects + 1);
        return reason;
    }

    // Sorts the expected ends from the surprises; whatever ends a connection, the process lives on.
    private async Task<string> ReceiveUntilEndAsync(
        ClientWebSocket socket, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            return await ReceiveAsync(socket, writer, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CloseQuietlyAsync(socket, WebSocketCloseStatus.NormalClosure, "stopped").ConfigureAwait(false);
            return "stopped";
        }
        catch (OperationCanceledException)
        {
            return "the venue did not answer a ping in time";
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or ObjectDisposedException
            or InvalidOperationException)
        {
            return fault.Message;
        }
    }

    // Socket to pipe: no copy and no allocation for a message that fits one piece of memory.
    private async Task<string> ReceiveAsync(
        ClientWebSocket socket, PipeWriter writer, CancellationToken cancellationToken)
    {
        long messageBytes = 0;
        Memory<byte> chunk = writer.GetMemory(PipeFrames.LeastChunkBytes);
        int filled = PipeFrames.HeaderBytes;
        while (true)
        {
            ValueWebSocketReceiveResult result =
                await socket.ReceiveAsync(chunk[filled..], cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _lastByteTicks, Environment.TickCount64);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await CloseQuietlyAsync(socket, WebSocketCloseStatus.NormalClosure, "closed by the venue")
                    .ConfigureAwait(false);
                return $"closed by the venue: {socket.CloseStatus} {socket.CloseStatusDescription}".TrimEnd();
            }

            filled += result.Count;
            messageBytes += result.Count;
            if (messageBytes > _options.MaxMessageBytes)
            {
                int head = Math.Min(filled, PipeFrames.HeaderBytes + 256);
                Post(new InboxItem(InboxKind.Overlong, 0, chunk[PipeFrames.HeaderBytes..head].ToArray()));
                await CloseQuietlyAsync(socket, WebSocketCloseStatus.MessageTooBig, "message too long")
                    .ConfigureAwait(false);
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
                return "the parser has ended";
            }

            chunk = writer.GetMemory(PipeFrames.LeastChunkBytes);
            filled = PipeFrames.HeaderBytes;
        }
    }

    // Pipe to session. Between reads it hands over what other threads have put into the inbox.
    private async Task ParseAsync(PipeReader reader)
    {
        try
        {
            await ParseToEndAsync(reader).ConfigureAwait(false);
        }
        finally
        {
            // Bytes of a message that never ended are dropped with the connection.
            HandleInbox();
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task ParseToEndAsync(PipeReader reader)
    {
        int assembled = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            HandleInbox();
            while (PipeFrames.TryReadChunk(
                ref buffer, out ReadOnlySpan<byte> bytes, out bool isLast, out long timeNs, out uint stamp))
            {
                if (isLast && assembled == 0)
                {
                    _session.OnFrame(bytes, timeNs, stamp);
                }
                else
                {
                    Assemble(bytes, ref assembled);
                    if (isLast)
                    {
                        _session.OnFrame(_assembly.AsSpan(0, assembled), timeNs, stamp);
                        assembled = 0;
                    }
                }

                StartWantedSnapshots();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            StartWantedSnapshots();
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private void Assemble(ReadOnlySpan<byte> bytes, ref int assembled)
    {
        if (assembled + bytes.Length > _assembly.Length)
        {
            Array.Resize(ref _assembly, Math.Max(assembled + bytes.Length, _assembly.Length * 2));
        }

        bytes.CopyTo(_assembly.AsSpan(assembled));
        assembled += bytes.Length;
    }

    private void HandleInbox()
    {
        while (_inbox.TryDequeue(out InboxItem item))
        {
            switch (item.Kind)
            {
                case InboxKind.Snapshot:
                    _session.OnSnapshot(item.Symbol, item.Body, _clock.NowNs);
                    break;
                case InboxKind.SnapshotFailed:
                    _session.OnSnapshotFailed(item.Symbol, item.Body);
                    break;
                case InboxKind.Overlong:
                    _session.OnOverlongMessage(item.Body);
                    break;
                default:
                    _session.OnResyncRequested(item.Symbol, _clock.NowNs);
                    break;
            }
        }
    }

    private void StartWantedSnapshots()
    {
        while (_session.TryTakeSnapshotRequest(out int symbol, out int tries))
        {
            _ = FetchSnapshotAsync(symbol, tries, _connection);
        }
    }

    private async Task FetchSnapshotAsync(int symbol, int tries, CancellationToken cancellationToken)
    {
        try
        {
            if (tries > 0)
            {
                await PauseAsync(tries, cancellationToken).ConfigureAwait(false);
            }

            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(_options.RequestTimeout);
            using HttpResponseMessage answer = await _options.Http
                .GetAsync(_options.SnapshotAddress(symbol), timeout.Token).ConfigureAwait(false);
            byte[] body = await answer.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
            InboxKind kind = answer.IsSuccessStatusCode ? InboxKind.Snapshot : InboxKind.SnapshotFailed;
            Post(new InboxItem(kind, symbol, body));
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Post(new InboxItem(InboxKind.SnapshotFailed, symbol, Encoding.UTF8.GetBytes(fault.Message)));
            }
        }
    }

    private void Post(InboxItem item)
    {
        _inbox.Enqueue(item);
        _pipe.Reader.CancelPendingRead();
    }

    // The websocket's own pings find a dead peer; this finds one that answers pings and sends nothing else.
    private async Task WatchSilenceAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastByteTicks, Environment.TickCount64);
        using var timer = new PeriodicTimer(_options.SilenceTimeout / 4);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                long silentMs = Environment.TickCount64 - Volatile.Read(ref _lastByteTicks);
                if (silentMs > _options.SilenceTimeout.TotalMilliseconds)
                {
                    _options.OnNotice?.Invoke($"{_options.Address.Host}: silent for {silentMs} ms, cut");
                    socket.Abort();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended by itself.
        }
    }

    private static async Task CloseQuietlyAsync(ClientWebSocket socket, WebSocketCloseStatus status, string words)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.CloseOutputAsync(status, words, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or InvalidOperationException or ObjectDisposedException)
        {
            // The other side is gone already: there is nobody to say goodbye to.
        }
    }

    // Doubles from the least to the longest pause; the jitter keeps many connections from coming back at once.
    private Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        double longest = _options.ReconnectMax.TotalMilliseconds;
        double pause = Math.Min(longest, _options.ReconnectMin.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20)));
#pragma warning disable CA5394 // Jitter needs no cryptographic strength.
        double jittered = pause * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
        return Task.Delay(TimeSpan.FromMilliseconds(jittered), cancellationToken)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private enum InboxKind
    {
        Snapshot,
        SnapshotFailed,
        Overlong,
        Resync,
    }

    private readonly record struct InboxItem(InboxKind Kind, int Symbol, byte[] Body);
}
