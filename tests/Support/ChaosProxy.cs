using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace LowLatency.Tests.Support;

/// <summary>
/// Simulates a bad TCP connection, without root: it relays bytes between clients and a server on loopback, or swallows
/// them, relays them in slices or late, closes one direction, or resets the connection, at once or at a given byte. All
/// of it can be changed while running.
/// </summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<Pair, bool> _pairs = new();
    private readonly Task _accepting;
    private long _connections;

    public ChaosProxy(int targetPort)
    {
        _target = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections relayed to the server.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Handling of the clients' bytes.</summary>
    public ChaosDirection ToServer { get; } = new();

    /// <summary>Handling of the server's bytes.</summary>
    public ChaosDirection ToClient { get; } = new();

    /// <summary>Swallows all bytes in both directions and keeps the connections: half-open.</summary>
    public bool IsBlackHole
    {
        get => ToServer.Swallows && ToClient.Swallows;
        set => ToServer.Swallows = ToClient.Swallows = value;
    }

    /// <summary>Maximum number of bytes relayed at once, in both directions.</summary>
    public int SliceBytes
    {
        set => ToServer.SliceBytes = ToClient.SliceBytes = value;
    }

    /// <summary><see cref="Stopwatch.GetTimestamp"/> of the last cut; 0 before the first.</summary>
    public long LastCutAt { get; private set; }

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach (Pair pair in _pairs.Keys)
        {
            Reset(pair);
        }
    }

    /// <summary>Closes one direction of every connection cleanly; the other continues.</summary>
    public void HalfClose(ChaosDirection direction)
    {
        foreach (Pair pair in _pairs.Keys)
        {
            Shut(direction == ToServer ? pair.Server : pair.Client);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _ended.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_ended.Token);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, _target, _ended.Token);
                client.NoDelay = server.NoDelay = true;
                var pair = new Pair(client, server);
                _pairs[pair] = true;
                Interlocked.Increment(ref _connections);
                _ = PassAsync(pair, client, server, ToServer);
                _ = PassAsync(pair, server, client, ToClient);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // Bytes wait for their time in a queue, so that a delay does not throttle.
    private async Task PassAsync(Pair pair, Socket from, Socket to, ChaosDirection direction)
    {
        var waiting = Channel.CreateBounded<(byte[] Bytes, long DueMs)>(256);
        Task writing = WriteAsync(pair, to, direction, waiting.Reader);
        try
        {
            byte[] buffer = new byte[64 * 1024];
            while (true)
            {
                int count = await from.ReceiveAsync(buffer, SocketFlags.None, _ended.Token);
                if (count == 0)
                {
                    break;
                }

                await waiting.Writer.WriteAsync(
                    (buffer[..count], Environment.TickCount64 + direction.DelayMs), _ended.Token);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException
            or ObjectDisposedException or ChannelClosedException)
        {
            Reset(pair);
        }

        waiting.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync(
        Pair pair, Socket to, ChaosDirection direction, ChannelReader<(byte[] Bytes, long DueMs)> waiting)
    {
        long offset = 0;
        try
        {
            await foreach ((byte[] bytes, long dueMs) in waiting.ReadAllAsync(_ended.Token))
            {
                await SleepAsync(dueMs - Environment.TickCount64);
                for (int sent = 0; sent < bytes.Length;)
                {
                    int count = direction.NextSlice(offset, bytes.Length - sent, out bool isReset, out bool isShut);
                    if (isReset)
                    {
                        Reset(pair);
                        return;
                    }

                    if (isShut)
                    {
                        Shut(to);
                        return;
                    }

                    // Settled before the bytes are counted: who has seen the count may switch.
                    bool isSwallowed = direction.Swallows;
                    direction.Count(offset, count);
                    if (!isSwallowed)
                    {
                        await to.SendAsync(bytes.AsMemory(sent, count), SocketFlags.None, _ended.Token);
                    }

                    sent += count;
                    offset += count;
                    await SleepAsync(direction.SplitPauseMs(offset));
                }
            }

            // This side has finished; the other may continue.
            Shut(to);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException
            or ObjectDisposedException)
        {
            Reset(pair);
        }
    }

    private async Task SleepAsync(long ms)
    {
        if (ms > 0)
        {
            await Task.Delay((int)ms, _ended.Token);
        }
    }

    private static void Shut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Its own end came first.
        }
    }

    private void Reset(Pair pair)
    {
        if (!_pairs.TryRemove(pair, out _))
        {
            return;
        }

        LastCutAt = Stopwatch.GetTimestamp();
        foreach (Socket socket in new[] { pair.Client, pair.Server })
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // Its own end came first.
            }
        }
    }

    private sealed record Pair(Socket Client, Socket Server);
}

/// <summary>
/// Handling of the bytes of one direction. Offsets count from each connection's first byte. Any thread.
/// </summary>
internal sealed class ChaosDirection
{
    private long _bytes;
    private long _resetAt = long.MaxValue;
    private long _halfCloseAt = long.MaxValue;
    private long _nextSplit = long.MaxValue;
    private Func<long, long>? _split;

    /// <summary>Swallows all bytes.</summary>
    public volatile bool Swallows;

    /// <summary>Maximum number of bytes relayed at once.</summary>
    public volatile int SliceBytes = 64 * 1024;

    /// <summary>Delay of each byte, in milliseconds.</summary>
    public volatile int DelayMs;

    /// <summary>Bytes relayed or swallowed.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Called on the proxy's task with offset and length of each piece, before it is relayed.</summary>
    public Action<long, int>? OnPiece { get; set; }

    /// <summary>Resets a connection before the byte at this offset.</summary>
    public long ResetAt
    {
        set => Volatile.Write(ref _resetAt, value);
    }

    /// <summary>Closes this direction cleanly before the byte at this offset.</summary>
    public long HalfCloseAt
    {
        set => Volatile.Write(ref _halfCloseAt, value);
    }

    /// <summary>Pauses briefly before certain bytes, so that the reader sees the earlier ones separately.</summary>
    /// <param name="first">Offset of the first.</param>
    /// <param name="next">Returns the next offset.</param>
    public void SplitAt(long first, Func<long, long> next)
    {
        _split = next;
        Volatile.Write(ref _nextSplit, first);
    }

    /// <summary>Number of bytes that may be relayed now.</summary>
    public int NextSlice(long offset, int count, out bool isReset, out bool isShut)
    {
        long reset = Volatile.Read(ref _resetAt);
        long shut = Volatile.Read(ref _halfCloseAt);
        (isReset, isShut) = (offset >= reset, offset >= shut);
        long stop = Math.Min(Math.Min(reset, shut), Math.Max(offset + 1, Volatile.Read(ref _nextSplit)));
        return (int)Math.Min(Math.Min(count, SliceBytes), Math.Max(1, stop - offset));
    }

    /// <summary>The length of a pause requested at this offset.</summary>
    public int SplitPauseMs(long offset)
    {
        if (offset != Volatile.Read(ref _nextSplit))
        {
            return 0;
        }

        Volatile.Write(ref _nextSplit, _split!(offset));
        return 2;
    }

    public void Count(long offset, int count)
    {
        Interlocked.Add(ref _bytes, count);
        OnPiece?.Invoke(offset, count);
    }
}
