using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Tests.Support;

/// <summary>
/// A TCP connection's worst days, without root: passes bytes on between a client and a server on loopback, or swallows
/// them, or hands them on in slices, or cuts all connections without a goodbye.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly Task _accepting;
    private long _connections;

    public TcpRelay(int targetPort)
    {
        _target = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that came.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Swallows all bytes, both ways, and keeps the connections: half open.</summary>
    public volatile bool IsBlackHole;

    /// <summary>Most bytes that are handed on at once.</summary>
    public volatile int SliceBytes = 64 * 1024;

    /// <summary>Cuts every connection: a reset, no goodbye.</summary>
    public void Cut()
    {
        foreach (Socket socket in _sockets.Keys)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            }
            catch (ObjectDisposedException)
            {
                // Its own end came first.
            }
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
                Interlocked.Increment(ref _connections);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, _target, _ended.Token);
                (_sockets[client], _sockets[server]) = (true, true);
                _ = PumpAsync(client, server);
                _ = PumpAsync(server, client);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int count = await from.ReceiveAsync(buffer.AsMemory(0, SliceBytes), SocketFlags.None, _ended.Token);
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (int sent = IsBlackHole ? count : 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, _ended.Token);
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException
            or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
        finally
        {
            _sockets.TryRemove(from, out _);
        }
    }
}
