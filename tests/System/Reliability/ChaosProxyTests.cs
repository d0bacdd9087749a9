using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Reliability;

/// <summary>Tests of the proxy itself, because other proofs depend on it.</summary>
public sealed class ChaosProxyTests : IAsyncLifetime
{
    private const int TimeoutMs = 180_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _client = new();
    private ChaosProxy _proxy = null!;
    private Socket _server = null!;

    private Socket Client => _client.Client;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        _proxy = new ChaosProxy(((IPEndPoint)_listener.LocalEndpoint).Port);
        await _client.ConnectAsync(IPAddress.Loopback, _proxy.Port, TestContext.Current.CancellationToken);
        _server = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        _server.NoDelay = true;
        await Eventually.EqualsAsync(1, () => _proxy.Connections, "the proxy saw no connection");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        await _proxy.DisposeAsync();
        _listener.Dispose();
    }

    [Fact(Timeout = TimeoutMs)]
    public async Task ShouldPassBytesBothWaysAndCountThem()
    {
        await SendAsync(Client, 1000);
        await SendAsync(_server, 300);
        Assert.Equal(1000, await ReadAsync(_server, 1000));
        Assert.Equal(300, await ReadAsync(Client, 300));
        Assert.Equal((1000, 300, 1), (_proxy.ToServer.Bytes, _proxy.ToClient.Bytes, _proxy.Connections));
    }

    [Fact(Timeout = TimeoutMs)]
    public async Task ShouldSwallowInOneDirectionAloneAndStop()
    {
        _proxy.ToClient.Swallows = true;
        await SendAsync(_server, 50);
        await Eventually.EqualsAsync(50, () => _proxy.ToClient.Bytes, "the proxy did not read all");
        _proxy.ToClient.Swallows = false;
        await SendAsync(_server, 7, first: 200);
        byte[] read = new byte[100];
        Assert.Equal(7, await Client.ReceiveAsync(read));
        Assert.Equal(200, read[0]);
        await SendAsync(Client, 5);
        Assert.Equal(5, await ReadAsync(_server, 5));
    }

    [Fact(Timeout = TimeoutMs)]
    public async Task ShouldCloseOneDirectionAndKeepTheOther()
    {
        _proxy.HalfClose(_proxy.ToClient);
        Assert.Equal(0, await Client.ReceiveAsync(new byte[1]));
        await SendAsync(Client, 9);
        Assert.Equal(9, await ReadAsync(_server, 9));
    }

    [Fact(Timeout = TimeoutMs)]
    public async Task ShouldCloseOneDirectionAtAByte()
    {
        _proxy.ToServer.HalfCloseAt = 30;
        await SendAsync(Client, 100);
        Assert.Equal(30, await ReadToEndAsync(_server));
        await SendAsync(_server, 9);
        Assert.Equal(9, await ReadAsync(Client, 9));
    }

    [Theory(Timeout = TimeoutMs)]
    [InlineData(1)]
    [InlineData(77)]
    public async Task ShouldResetAtAByte(int offset)
    {
        _proxy.ToClient.ResetAt = offset;
        await SendAsync(_server, 100);

        // Relayed bytes may be lost with a reset; more than that never arrives.
        int read = 0;
        var fault = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            byte[] buffer = new byte[200];
            for (int count = 1; count != 0; read += count)
            {
                count = await Client.ReceiveAsync(buffer);
            }
        });
        Assert.Equal(SocketError.ConnectionReset, fault.SocketErrorCode);
        Assert.InRange(read, 0, offset);
        Assert.NotEqual(0, _proxy.LastCutAt);
    }

    [Fact(Timeout = TimeoutMs)]
    public async Task ShouldHandOnLaterWithoutThrottling()
    {
        _proxy.ToClient.DelayMs = 150;
        long startMs = Environment.TickCount64;
        for (int i = 0; i < 20; i++)
        {
            await SendAsync(_server, 10);
        }

        Assert.Equal(200, await ReadAsync(Client, 200));

        // Twenty pieces sequentially would take three seconds; the upper bound is the test's timeout.
        Assert.InRange(Environment.TickCount64 - startMs, 140, 60_000);
    }

    [Fact(Timeout = TimeoutMs)]
    public async Task ShouldHandOnInSlicesAndSplitWhereItIsTold()
    {
        // The proxy's own pieces: how many of them a reader gets at once is the system's affair.
        var pieces = new ConcurrentQueue<(long Offset, int Count)>();
        _proxy.ToClient.OnPiece = (offset, count) => pieces.Enqueue((offset, count));
        _proxy.SliceBytes = 3;
        await SendAsync(_server, 100);
        Assert.Equal(100, await ReadAsync(Client, 100));
        Assert.All(pieces, piece => Assert.InRange(piece.Count, 1, 3));
        pieces.Clear();
        _proxy.SliceBytes = 64 * 1024;
        _proxy.ToClient.SplitAt(105, offset => offset + 20);
        await SendAsync(_server, 60);
        Assert.Equal(60, await ReadAsync(Client, 60));
        Assert.Subset(
            pieces.Select(piece => piece.Offset).ToHashSet(), new HashSet<long> { 105, 125, 145 });
    }

    private static async Task SendAsync(Socket socket, int count, int first = 1) => await socket.SendAsync(
        Enumerable.Range(first, count).Select(value => (byte)value).ToArray(), SocketFlags.None);

    private static async Task<int> ReadAsync(Socket socket, int count)
    {
        byte[] buffer = new byte[count];
        await new NetworkStream(socket).ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        return buffer.Length;
    }

    private static async Task<int> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        await new NetworkStream(socket).CopyToAsync(all, TestContext.Current.CancellationToken);
        return (int)all.Length;
    }
}
