using System;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using LowLatency.Feeds;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LowLatency.Tests.Support;

/// <summary>
/// A venue on loopback that does nothing by itself: connections and requests wait until the test answers them. Real
/// sockets, real HTTP, any protocol.
/// </summary>
internal sealed class ScriptedVenue : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<StreamKnock> _knocks = Channel.CreateUnbounded<StreamKnock>();
    private readonly Channel<RestQuestion> _questions = Channel.CreateUnbounded<RestQuestion>();

    private ScriptedVenue(WebApplication web) => _web = web;

    public int Port { get; private set; }

    public VenueAddress Address => new(new Uri($"http://127.0.0.1:{Port}"), new Uri($"ws://127.0.0.1:{Port}"));

    /// <summary>Connections that wait for an answer.</summary>
    public ChannelReader<StreamKnock> Knocks => _knocks.Reader;

    /// <summary>REST requests that wait for an answer.</summary>
    public ChannelReader<RestQuestion> Questions => _questions.Reader;

    public static async Task<ScriptedVenue> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        WebApplication web = builder.Build();
        var venue = new ScriptedVenue(web);
        web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        web.Run(venue.HandleAsync);
        await web.StartAsync();
        venue.Port = new Uri(web.Urls.First()).Port;
        return venue;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _web.DisposeAsync();
        _ended.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value + context.Request.QueryString.Value;
        try
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                await AnswerAsync(context, path);
                return;
            }

            var knock = new StreamKnock(path, context.Request.Headers.SecWebSocketExtensions.ToString());
            _knocks.Writer.TryWrite(knock);
            int status = await knock.Answer.Task.WaitAsync(_ended.Token);
            if (status != StreamKnock.Accept)
            {
                context.Response.StatusCode = status;
                return;
            }

            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            var stream = new ScriptedStream(socket, context.Abort);
            knock.Opened.TrySetResult(stream);
            await stream.ReceiveAsync(_ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The test is over, or the client has gone.
        }
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        var question = new RestQuestion(context.Request.Method, path);
        _questions.Writer.TryWrite(question);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, context.RequestAborted);
        RestReply reply = await question.Reply.Task.WaitAsync(gone.Token);
        context.Response.StatusCode = reply.Status;
        if (reply.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
        }

        await context.Response.WriteAsync(reply.Body, gone.Token);
    }
}

/// <summary>A request to open a websocket.</summary>
internal sealed class StreamKnock(string path, string extensions)
{
    /// <summary>The answer that accepts it; any other is the HTTP status of the refusal.</summary>
    public const int Accept = 101;

    public string Path => path;

    /// <summary>The websocket extensions offered by the client, including compression.</summary>
    public string Extensions => extensions;

    public TaskCompletionSource<int> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<ScriptedStream> Opened { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<ScriptedStream> AcceptAsync()
    {
        Answer.TrySetResult(Accept);
        return await Opened.Task;
    }
}

/// <summary>The answer to a REST request.</summary>
internal readonly record struct RestReply(int Status, string Body, int? RetryAfterSeconds = null);

/// <summary>A REST request that waits for its answer.</summary>
internal sealed class RestQuestion(string method, string path)
{
    public string Method => method;

    public string Path => path;

    public TaskCompletionSource<RestReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One websocket of the scripted venue.</summary>
internal sealed class ScriptedStream(WebSocket socket, Action abort)
{
    private readonly Channel<string> _texts = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Messages from the client.</summary>
    public ChannelReader<string> Texts => _texts.Reader;

    /// <summary>Completes when the connection ends.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The client's close code; null before, and if there was no close frame.</summary>
    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Complete messages sent.</summary>
    public long Sent { get; private set; }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), isLast: true);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, bool isLast)
    {
        Sent += isLast ? 1 : 0;
        await socket.SendAsync(bytes, WebSocketMessageType.Text, isLast, CancellationToken.None);
    }

    public Task CloseAsync(WebSocketCloseStatus status, string words) =>
        socket.CloseOutputAsync(status, words, CancellationToken.None);

    /// <summary>Cuts the connection without a close frame.</summary>
    public void Abort() => abort();

    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        int filled = 0;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result =
                    await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(
                        WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                    return;
                }

                filled += result.Count;
                if (result.EndOfMessage)
                {
                    _texts.Writer.TryWrite(Encoding.UTF8.GetString(buffer, 0, filled));
                    filled = 0;
                }
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException
            or InvalidOperationException)
        {
            // It ended without a close frame.
        }
        finally
        {
            _closed.TrySetResult();
        }
    }
}
