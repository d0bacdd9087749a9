using System;
using System.Net.WebSockets;
using System.Threading.Channels;
using System.Threading.Tasks;
using Websocket.Client;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>A websocket client that queues the texts it is sent. It never connects a second time.</summary>
internal sealed class SocketReader : IDisposable
{
    private readonly WebsocketClient _client;
    private readonly Channel<string> _texts = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<WebSocketCloseStatus?> _closed =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SocketReader(Uri address, Action<ClientWebSocketOptions>? setOptions)
    {
        _client = new WebsocketClient(address, () => NewSocket(setOptions)) { IsReconnectionEnabled = false };
        _client.MessageReceived.Subscribe(message => _texts.Writer.TryWrite(message.Text ?? string.Empty));
        _client.DisconnectionHappened.Subscribe(info =>
        {
            _closed.TrySetResult(info.CloseStatus);
            _texts.Writer.TryComplete();
        });
    }

    /// <summary>Ends with the reason that the server gives for closing the connection.</summary>
    public Task<WebSocketCloseStatus?> Closed => _closed.Task.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Connects, or fails.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="setOptions">Sets headers and certificate checks; null for the defaults.</param>
    public static async Task<SocketReader> ConnectAsync(Uri address, Action<ClientWebSocketOptions>? setOptions = null)
    {
        var reader = new SocketReader(address, setOptions);
        await reader._client.StartOrFail();
        return reader;
    }

    /// <summary>Sends a text.</summary>
    public void Send(string text) => Assert.True(_client.Send(text), "the connection is closed");

    /// <summary>The next text, in order; fails once the connection is closed and all are read.</summary>
    public ValueTask<string> ReadAsync() => _texts.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Dispose() => _client.Dispose();

    private static ClientWebSocket NewSocket(Action<ClientWebSocketOptions>? setOptions)
    {
        var socket = new ClientWebSocket();
        setOptions?.Invoke(socket.Options);
        return socket;
    }
}
