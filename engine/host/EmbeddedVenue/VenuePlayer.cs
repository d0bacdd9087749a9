using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Host.EmbeddedVenue;

/// <summary>How a market is played.</summary>
/// <param name="Speed">Times faster than the recorded pace; null for flat out.</param>
/// <param name="IsLooping">Start again at the end, as a venue that restarts.</param>
/// <param name="WaitsForClient">The market stands still until a first client listens to depth messages.</param>
internal sealed record PlayOptions(double? Speed, bool IsLooping, bool WaitsForClient = true);

/// <summary>
/// Plays a market to the venue's clients: takes message after message from the source, waits for its time, keeps the
/// venue's books, and queues it at every client that listens.
/// </summary>
internal sealed class VenuePlayer : IDisposable
{
    private static readonly TimeSpan s_snapshotPatience = TimeSpan.FromSeconds(5);

    // A client that spreads its streams over several connections opens them at about the same time.
    private static readonly TimeSpan s_companionPatience = TimeSpan.FromMilliseconds(100);

    private readonly Func<IMarketSource> _open;
    private readonly PlayOptions _options;
    private readonly ConcurrentDictionary<StreamClient, bool> _clients = [];
    private readonly TaskCompletionSource _firstClient = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IMarketSource _source;
    private long _shiftNs;

    // false while the snapshots at the market's start seed the books: nobody can have asked for one yet.
    private bool _isPlaying;
    private long _messages;

    public VenuePlayer(Func<IMarketSource> open, PlayOptions options)
    {
        _open = open;
        _options = options;
        _source = open();
        Instruments = _source.Instruments;
        Books = Instruments.Select(_ => new VenueBook()).ToArray();
        HasNext = _source.TryNext(out VenueMessage first);
        Next = first;
        Clock = new MarketClock(Next.TimeNs);
    }

    public IReadOnlyList<VenueInstrument> Instruments { get; }

    public IReadOnlyList<VenueBook> Books { get; }

    public MarketClock Clock { get; }

    /// <summary>Messages played. Any thread.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Clients that listen now.</summary>
    public IEnumerable<StreamClient> Clients => _clients.Keys;

    /// <summary>Changes every outgoing message: null drops it. For tests of the feeds.</summary>
    public Func<byte[], IEnumerable<byte[]>>? Fault { get; set; }

    private bool HasNext { get; set; }

    private VenueMessage Next { get; set; }

    public void Add(StreamClient client)
    {
        _clients[client] = true;
        if (client.Subscriptions.Any(subscription => subscription.Kind == VenueMessageKind.Depth))
        {
            _firstClient.TrySetResult();
        }
    }

    public void Remove(StreamClient client) => _clients.TryRemove(client, out _);

    public void Dispose() => _source.Dispose();

    /// <summary>Plays until the market has ended, or for ever when it loops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Snapshots at the very start seed the books before any client can ask for them.
        while (HasNext && Next.Kind == VenueMessageKind.Snapshot)
        {
            await PlayAsync(Next, cancellationToken).ConfigureAwait(false);
            Step();
        }

        _isPlaying = true;
        if (_options.WaitsForClient)
        {
            await _firstClient.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(s_companionPatience, cancellationToken).ConfigureAwait(false);
        }

        if (_options.Speed is { } speed)
        {
            Clock.Run(speed);
        }

        while (HasNext)
        {
            await PlayAsync(Next, cancellationToken).ConfigureAwait(false);
            Step();
            if (!HasNext && _options.IsLooping)
            {
                await RestartAsync().ConfigureAwait(false);
            }
        }

        await CloseClientsAsync(WebSocketCloseStatus.NormalClosure, "the market has ended").ConfigureAwait(false);
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
        long timeNs = message.TimeNs + _shiftNs;
        TimeSpan wait = Clock.Until(timeNs);
        if (wait > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
        }

        if (_options.Speed is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Clock.MoveTo(timeNs);
        }

        Volatile.Write(ref _messages, _messages + 1);
        if (message.Kind == VenueMessageKind.Snapshot)
        {
            Books[message.Instrument].Seed(message.Data);
            await HoldForSnapshotAsync(message.Instrument, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (message.Kind == VenueMessageKind.Depth)
        {
            Books[message.Instrument].OnDepth(message.Data);
        }

        foreach (StreamClient client in _clients.Keys)
        {
            await SendAsync(client, message).ConfigureAwait(false);
        }
    }

    // A capture's first seconds are gone before a client could synchronise, unless the market waits for it once, at the
    // place where the capture itself was synchronised.
    private async Task HoldForSnapshotAsync(int instrument, CancellationToken cancellationToken)
    {
        VenueBook book = Books[instrument];
        bool hasListener = _clients.Keys.SelectMany(client => client.Subscriptions).Any(
            subscription => subscription.Instrument == instrument && subscription.Kind == VenueMessageKind.Depth);
        if (!_isPlaying || !_options.WaitsForClient || !hasListener || book.FirstServed.IsCompleted)
        {
            return;
        }

        if (_options.Speed is not null)
        {
            Clock.MoveTo(Clock.NowNs);
        }

        await Task.WhenAny(book.FirstServed, Task.Delay(s_snapshotPatience, cancellationToken)).ConfigureAwait(false);
        if (_options.Speed is { } speed)
        {
            Clock.Run(speed);
        }
    }

    private async ValueTask SendAsync(StreamClient client, VenueMessage message)
    {
        foreach (Subscription subscription in client.Subscriptions)
        {
            byte[]? bytes = subscription.Instrument == message.Instrument
                ? Render(in message, in subscription, client.IsCombined)
                : null;
            if (bytes is null)
            {
                continue;
            }

            foreach (byte[] frame in Fault?.Invoke(bytes) ?? [bytes])
            {
                await client.SendAsync(frame).ConfigureAwait(false);
            }
        }
    }

    private static byte[]? Render(in VenueMessage message, in Subscription subscription, bool isCombined)
    {
        ReadOnlySpan<byte> data = message.Data.Span;
        if (subscription.Kind != message.Kind)
        {
            // A market of single trades serves those who ask for aggregates, one trade each.
            if (subscription.Kind != VenueMessageKind.AggTrade || message.Kind != VenueMessageKind.Trade)
            {
                return null;
            }

            data = AggregateOf(message.Data);
            if (data.IsEmpty)
            {
                return null;
            }
        }

        if (!isCombined)
        {
            return data.ToArray();
        }

        byte[] head = Encoding.ASCII.GetBytes($"{{\"stream\":\"{subscription.Name}\",\"data\":");
        byte[] frame = new byte[head.Length + data.Length + 1];
        head.CopyTo(frame, 0);
        data.CopyTo(frame.AsSpan(head.Length));
        frame[^1] = (byte)'}';
        return frame;
    }

    private static byte[] AggregateOf(ReadOnlyMemory<byte> trade)
    {
        using var document = JsonDocument.Parse(trade);
        JsonElement root = document.RootElement;

        // Prints of the insurance fund and the like are no part of the aggregates.
        if (root.TryGetProperty("X", out JsonElement kind) && kind.GetString() != "MARKET")
        {
            return [];
        }

        string Raw(string name) => root.GetProperty(name).GetRawText();
        return Encoding.UTF8.GetBytes(
            $"{{\"e\":\"aggTrade\",\"E\":{Raw("E")},\"s\":{Raw("s")},\"a\":{Raw("t")},\"p\":{Raw("p")},"
            + $"\"q\":{Raw("q")},\"f\":{Raw("t")},\"l\":{Raw("t")},\"T\":{Raw("T")},\"m\":{Raw("m")}}}");
    }

    // The venue restarts: clients are closed, books are empty, and the market's first message follows its last.
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

        Step();
        _shiftNs = endNs - Next.TimeNs;
    }
}
