using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue.Dialects;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>Options of playing a market.</summary>
/// <param name="Speed">Speed relative to market time; null for maximum speed.</param>
/// <param name="IsLooping">Starts again at the end, like a venue that restarts.</param>
/// <param name="WaitsForClient">Pauses the market until a client subscribes to depth messages.</param>
internal sealed record PlayOptions(double? Speed, bool IsLooping, bool WaitsForClient = true);

/// <summary>
/// Plays a market to the venue's clients: reads each message from the source, waits for its time, updates the venue's
/// books, and queues the message for every subscribed client.
/// </summary>
internal sealed class VenuePlayer : IDisposable
{
    private static readonly TimeSpan s_snapshotTimeout = TimeSpan.FromSeconds(5);

    // A client that spreads its streams over several connections opens them at about the same time.
    private static readonly TimeSpan s_companionTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Func<IMarketSource> _open;

    // Guards the dialect and its clients, which the player's thread and those of clients use.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly PlayOptions _options;
    private readonly ConcurrentDictionary<StreamClient, bool> _clients = [];
    private readonly TaskCompletionSource _firstClient = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IMarketSource _source;
    private long _shiftNs;

    // false while the snapshots at the market's start seed the books, before any client can request one.
    private bool _isPlaying;
    private long _messages;

    public VenuePlayer(string venue, Func<IMarketSource> open, PlayOptions options)
    {
        _open = open;
        _options = options;
        _source = open();
        Instruments = _source.Instruments;
        Books = Instruments.Select(_ => new VenueBook()).ToArray();
        HasNext = _source.TryNext(out VenueMessage first);
        Next = first;
        Clock = new MarketClock(Next.TimeNs);
        Dialect = DialectTable.Create(venue, Instruments, Books, Clock);
    }

    /// <summary>The venue's protocol.</summary>
    public Dialect Dialect { get; }

    public IReadOnlyList<VenueInstrument> Instruments { get; }

    public IReadOnlyList<VenueBook> Books { get; }

    public MarketClock Clock { get; }

    /// <summary>Messages played. Any thread.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Connected clients.</summary>
    public IEnumerable<StreamClient> Clients => _clients.Keys;

    /// <summary>Changes every outgoing message: null drops it. For tests of the feeds.</summary>
    public Func<byte[], IEnumerable<byte[]>>? Fault { get; set; }

    private bool HasNext { get; set; }

    private VenueMessage Next { get; set; }

    public void Add(StreamClient client)
    {
        _clients[client] = true;
        NoteListener(client);
    }

    public void Remove(StreamClient client) => _clients.TryRemove(client, out _);

    /// <summary>Pauses the market until the returned object is disposed. For tests of the feeds.</summary>
    public async Task<IDisposable> PauseAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        return new Turn(_turn);
    }

    /// <summary>Handles a message of a client.</summary>
    public async Task OnTextAsync(StreamClient client, string text)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            client.Frames.Clear();
            client.Dialect.OnText(text, client.Frames);
            await SendFramesAsync(client).ConfigureAwait(false);
            NoteListener(client);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _turn.Dispose();
    }

    /// <summary>Plays until the market ends, or forever if it loops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Snapshots at the start seed the books before any client can request them.
        while (HasNext && Next.Kind == VenueMessageKind.Snapshot)
        {
            await PlayAsync(Next, cancellationToken).ConfigureAwait(false);
            Step();
        }

        _isPlaying = true;
        if (_options.WaitsForClient)
        {
            await _firstClient.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(s_companionTimeout, cancellationToken).ConfigureAwait(false);
        }

        if (_options.Speed is { } speed)
        {
            Clock.Run(speed);
        }

        using var heartbeats = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task beating = BeatAsync(heartbeats.Token);
        try
        {
            await PlayToEndAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await heartbeats.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(false);
        }

        await CloseClientsAsync(WebSocketCloseStatus.NormalClosure, "the market has ended").ConfigureAwait(false);
    }

    private async Task PlayToEndAsync(CancellationToken cancellationToken)
    {
        while (HasNext)
        {
            await PlayAsync(Next, cancellationToken).ConfigureAwait(false);
            Step();
            if (!HasNext && _options.IsLooping)
            {
                await RestartAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    foreach (StreamClient client in _clients.Keys)
                    {
                        client.Frames.Clear();
                        client.Dialect.OnSecond(client.Frames);
                        await SendFramesAsync(client).ConfigureAwait(false);
                    }
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The market has ended.
        }
    }

    /// <summary>Sends what is queued to every client, then closes with a code.</summary>
    public Task CloseClientsAsync(WebSocketCloseStatus status, string words) =>
        Task.WhenAll(_clients.Keys.Select(client => client.CloseAsync(status, words)));

    private void Step()
    {
        HasNext = _source.TryNext(out VenueMessage next);
        Next = next;
    }

    private async Task PlayAsync(VenueMessage message, CancellationToken cancellationToken)
    {
        // A market that is behind never waits, so the cancellation must be checked here.
        cancellationToken.ThrowIfCancellationRequested();
        long timeNs = message.TimeNs + _shiftNs;
        TimeSpan wait = Clock.Until(timeNs);
        if (wait > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
        }

        if (_options.Speed is null)
        {
            Clock.MoveTo(timeNs);
        }

        Volatile.Write(ref _messages, _messages + 1);
        if (message.Kind == VenueMessageKind.Snapshot)
        {
            Books[message.Instrument].Seed(message.Data);
        }
        else if (message.Kind == VenueMessageKind.Depth)
        {
            Books[message.Instrument].OnDepth(message.Data);
        }

        await SendToClientsAsync(message).ConfigureAwait(false);
        if (message.Kind == VenueMessageKind.Snapshot)
        {
            await HoldForSnapshotAsync(message.Instrument, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendToClientsAsync(VenueMessage message)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            Dialect.OnMessage(in message);
            foreach (StreamClient client in _clients.Keys)
            {
                client.Frames.Clear();
                client.Dialect.OnMessage(in message, client.Frames);
                await SendFramesAsync(client).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SendFramesAsync(StreamClient client)
    {
        foreach (byte[] bytes in client.Frames)
        {
            foreach (byte[] frame in Fault?.Invoke(bytes) ?? [bytes])
            {
                await client.SendAsync(frame).ConfigureAwait(false);
            }
        }
    }

    private void NoteListener(StreamClient client)
    {
        if (client.Dialect.ListensToBook(-1))
        {
            _firstClient.TrySetResult();
        }
    }

    // Clients could not synchronise before a capture's first seconds have passed. So the market waits once for them, at
    // the point where the capture itself was synchronised.
    private async Task HoldForSnapshotAsync(int instrument, CancellationToken cancellationToken)
    {
        VenueBook book = Books[instrument];
        bool hasListener = _clients.Keys.Any(client => client.Dialect.ListensToBook(instrument));
        if (!_isPlaying || !_options.WaitsForClient || !hasListener || book.FirstServed.IsCompleted)
        {
            return;
        }

        if (_options.Speed is not null)
        {
            Clock.MoveTo(Clock.NowNs);
        }

        await Task.WhenAny(book.FirstServed, Task.Delay(s_snapshotTimeout, cancellationToken)).ConfigureAwait(false);
        if (_options.Speed is { } speed)
        {
            Clock.Run(speed);
        }
    }

    // Restarts the venue: closes the clients, empties the books, and plays the market from its first message.
    private async Task RestartAsync()
    {
        await CloseClientsAsync(WebSocketCloseStatus.EndpointUnavailable, "restart").ConfigureAwait(false);
        long endNs = Clock.NowNs;
        _source.Dispose();
        _source = _open();
        foreach (VenueBook book in Books)
        {
            book.Clear();
        }

        Dialect.OnRestart();
        Step();
        _shiftNs = endNs - Next.TimeNs;
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
