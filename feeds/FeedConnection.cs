using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// One supervised connection. It opens a line and parses from its pipe. When the line ends, it opens another after a
/// pause that doubles, with jitter. Before a line reaches the venue's maximum age, a younger one listens in parallel
/// and then takes over. The session is called by one task at a time; snapshots and requests from other threads come
/// through an inbox.
/// </summary>
public sealed class FeedConnection
{
    private static readonly TimeSpan s_waypointMin = TimeSpan.FromMilliseconds(10);

    // A connection that lived for less counts as a failure, so the next pause is longer.
    private static readonly TimeSpan s_steady = TimeSpan.FromSeconds(10);

    private readonly FeedConnectionOptions _options;
    private readonly FeedSession _session;
    private readonly IReceiveClock _clock;
    private readonly ConcurrentQueue<InboxItem> _inbox = new();
    private FeedLine? _line;
    private readonly SilenceDetector _watch;
    private byte[] _assembly = [];
    private long _connects;
    private long _failedConnects;
    private long _disconnects;
    private long _handovers;
    private long _heldBackBefore;
    private long _wireBytesBefore;

    /// <summary>Creates the connection; <see cref="RunAsync"/> opens it.</summary>
    public FeedConnection(FeedConnectionOptions options, FeedSession session, IReceiveClock clock)
    {
        _options = options;
        _session = session;
        _clock = clock;
        _watch = new SilenceDetector(session, options.EffectiveBookSilence, options.TradedSilence);
    }

    /// <summary>The session that receives the messages.</summary>
    public FeedSession Session => _session;

    /// <summary>Lines opened, including handovers. Any thread.</summary>
    public long Connects => Volatile.Read(ref _connects);

    /// <summary>Lines that failed to open. Any thread.</summary>
    public long FailedConnects => Volatile.Read(ref _failedConnects);

    /// <summary>How often the connection was lost, counted after its last message was handled. Any thread.</summary>
    public long Disconnects => Volatile.Read(ref _disconnects);

    /// <summary>How often a younger line took over. Any thread.</summary>
    public long Handovers => Volatile.Read(ref _handovers);

    /// <summary>How often the socket was paused because the parser was behind. Any thread.</summary>
    public long HeldBack => Volatile.Read(ref _heldBackBefore) + (Volatile.Read(ref _line)?.HeldBack ?? 0);

    /// <summary>Bytes received from the network, including websocket framing. Any thread.</summary>
    public long WireBytes => Volatile.Read(ref _wireBytesBefore) + (Volatile.Read(ref _line)?.WireBytes ?? 0);

    /// <summary>Requests a resync of a symbol's book. Any thread.</summary>
    /// <param name="symbol">Index of the symbol in the session.</param>
    /// <param name="reason">Why.</param>
    public void RequestResync(int symbol, StaleReason reason) =>
        Post(new InboxItem(InboxKind.Resync, symbol, [], reason));

    /// <summary>Keeps the connection up until cancelled. Call it once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            long startMs = Environment.TickCount64;
            FeedLine? line = await OpenAsync(cancellationToken).ConfigureAwait(false);
            if (line is not null)
            {
                _session.OnConnected(_clock.NowNs, _options.Plan.Address.ToString());
                string reason = await ServeAsync(line, cancellationToken).ConfigureAwait(false);
                _session.OnDisconnected(_clock.NowNs, reason);
                Volatile.Write(ref _disconnects, _disconnects + 1);
                Notice($"connection ended: {reason}");
            }

            bool wasSteady = Environment.TickCount64 - startMs >= s_steady.TotalMilliseconds;
            failures = wasSteady ? 0 : failures + 1;
            if (!cancellationToken.IsCancellationRequested)
            {
                await PauseAsync(failures - 1, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<FeedLine?> OpenAsync(CancellationToken cancellationToken)
    {
        var line = new FeedLine(_options, _clock);
        string? problem = await line.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (problem is null)
        {
            Volatile.Write(ref _connects, _connects + 1);
            Notice("connected");
            return line;
        }

        Volatile.Write(ref _failedConnects, _failedConnects + 1);
        Notice(problem);
        await line.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    // Parses one line after the other, as long as each takes over from its predecessor.
    private async Task<string> ServeAsync(FeedLine line, CancellationToken cancellationToken)
    {
        bool isHandover = false;
        _inbox.Clear();
        while (true)
        {
            _session.IsReconnectWanted = false;
            Volatile.Write(ref _line, line);
            Task parsing = ParseAsync(line, isHandover);
            using CancellationTokenRegistration stop = cancellationToken.Register(() => _ = line.EndAsync());
            Task timing = RunTimersAsync(line);
            FeedLine? younger = await OpenYoungerAsync(parsing, cancellationToken).ConfigureAwait(false);
            if (younger is not null)
            {
                await line.EndAsync().ConfigureAwait(false);
            }

            await parsing.ConfigureAwait(false);
            await line.EndAsync().ConfigureAwait(false);
            await timing.ConfigureAwait(false);
            string reason = await EndLineAsync(line).ConfigureAwait(false);
            if (younger is null)
            {
                return reason;
            }

            Volatile.Write(ref _handovers, _handovers + 1);
            (line, isHandover) = (younger, true);
        }
    }

    private async Task<string> EndLineAsync(FeedLine line)
    {
        string reason = await line.Receiving.ConfigureAwait(false);
        if (line.Overlong is { } head)
        {
            _session.OnOverlongMessage(head);
        }

        Volatile.Write(ref _heldBackBefore, _heldBackBefore + line.HeldBack);
        Volatile.Write(ref _wireBytesBefore, _wireBytesBefore + line.WireBytes);
        Volatile.Write(ref _line, null);
        await line.DisposeAsync().ConfigureAwait(false);
        return reason;
    }

    // Waits until the line is old or the venue asks for a replacement, opens a younger one and lets both listen for a
    // while. null if the line ended before.
    private async Task<FeedLine?> OpenYoungerAsync(Task parsing, CancellationToken cancellationToken)
    {
        long startMs = Environment.TickCount64;
        TimeSpan poll = TimeSpan.FromMilliseconds(500);
        int failures = 0;
        TimeSpan? replaceAge = _options.DrawReplaceAge();
        if (replaceAge is { } age && age < poll * 4)
        {
            poll = age / 4;
        }

        while (!parsing.IsCompleted)
        {
            await Task.WhenAny(parsing, DelayAsync(poll, cancellationToken)).ConfigureAwait(false);
            bool isOld = replaceAge is { } limit
                && Environment.TickCount64 - startMs >= limit.TotalMilliseconds;
            if (parsing.IsCompleted || cancellationToken.IsCancellationRequested
                || (!isOld && !_session.IsReconnectWanted))
            {
                continue;
            }

            FeedLine? younger = await OpenAsync(cancellationToken).ConfigureAwait(false);
            if (younger is null)
            {
                await Task.WhenAny(parsing, PauseAsync(failures++, cancellationToken)).ConfigureAwait(false);
                continue;
            }

            // The overlap starts when all subscriptions are sent. If the older line ends meanwhile, the younger one
            // takes over at once, and the session invalidates the books that it cannot be sure of.
            await Task.WhenAny(parsing, younger.Receiving, younger.Subscribed).ConfigureAwait(false);
            await Task.WhenAny(parsing, younger.Receiving, DelayAsync(_options.Overlap, cancellationToken))
                .ConfigureAwait(false);
            if (!younger.Receiving.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                return younger;
            }

            await younger.DisposeAsync().ConfigureAwait(false);
        }

        return null;
    }

    // Pipe to session. Between reads it handles the inbox.
    private async Task ParseAsync(FeedLine line, bool isHandover)
    {
        if (isHandover)
        {
            _session.OnHandoverBegin(_clock.NowNs);
        }

        try
        {
            await ParseToEndAsync(line, isHandover).ConfigureAwait(false);
        }
        finally
        {
            // Bytes of an incomplete message are dropped with the connection.
            HandleInbox();
            await line.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task ParseToEndAsync(FeedLine line, bool isHandover)
    {
        int assembled = 0;
        while (true)
        {
            ReadResult result = await line.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
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

                StartWantedSnapshots(line);
            }

            line.Reader.AdvanceTo(buffer.Start, buffer.End);
            if (isHandover)
            {
                // Everything buffered in the pipe has been handled; from here on messages are live.
                isHandover = false;
                _session.OnHandoverEnd(_clock.NowNs);
            }

            StartWantedSnapshots(line);
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
                case InboxKind.MissingSnapshots:
                    _session.RequestMissingSnapshots();
                    break;
                case InboxKind.Watch:
                    _watch.Look(_clock.NowNs);
                    break;
                case InboxKind.Refresh:
                    _session.OnRefresh(item.Symbol, _clock.NowNs);
                    break;
                default:
                    _session.OnResyncRequested(item.Symbol, item.Reason, _clock.NowNs);
                    break;
            }
        }
    }

    private void StartWantedSnapshots(FeedLine line)
    {
        while (_session.TryTakeSnapshotRequest(out int symbol, out int tries, out bool isRest))
        {
            _ = isRest ? FetchSnapshotAsync(symbol, tries, line.Ended) : ResubscribeAsync(line, symbol, tries);
        }
    }

    private async Task ResubscribeAsync(FeedLine line, int symbol, int tries)
    {
        try
        {
            await WaitForTurnAsync(tries, line.Ended).ConfigureAwait(false);
            foreach (string text in _options.Resubscription(symbol))
            {
                await line.SubscribeAsync(text, line.Ended).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
        {
            // The line has ended; the next one subscribes anew.
        }
    }

    private async Task FetchSnapshotAsync(int symbol, int tries, CancellationToken ended)
    {
        try
        {
            await WaitForTurnAsync(tries, ended).ConfigureAwait(false);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ended);
            timeout.CancelAfter(_options.RequestTimeout);
            using HttpResponseMessage answer = await _options.Http
                .GetAsync(_options.SnapshotAddress(symbol), timeout.Token).ConfigureAwait(false);
            byte[] body = await answer.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
            HeedLimits(answer);
            InboxKind kind = answer.IsSuccessStatusCode ? InboxKind.Snapshot : InboxKind.SnapshotFailed;
            Post(new InboxItem(kind, symbol, body));
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException
            or ObjectDisposedException)
        {
            if (!ended.IsCancellationRequested)
            {
                Post(new InboxItem(InboxKind.SnapshotFailed, symbol, Encoding.UTF8.GetBytes(fault.Message)));
            }
        }
    }

    // The first attempt starts at once, later ones back off; all stay within the venue's limit.
    private async Task WaitForTurnAsync(int tries, CancellationToken cancellationToken)
    {
        if (tries > 0)
        {
            await PauseAsync(tries - 1, cancellationToken).ConfigureAwait(false);
        }

        await _options.Limits.Snapshots.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // On "too many requests" the venue says how long to wait.
    private void HeedLimits(HttpResponseMessage answer)
    {
        const int Banned = 418;
        if (answer.StatusCode is HttpStatusCode.TooManyRequests or (HttpStatusCode)Banned)
        {
            _options.Limits.Snapshots.Pause(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(30));
        }
    }

    // Symbols that stay silent get a snapshot nevertheless. Where the stream cannot show a loss, the books are
    // refreshed one by one.
    private async Task RunTimersAsync(FeedLine line)
    {
        try
        {
            // A snapshot from before the subscription could miss updates between the two.
            await line.Subscribed.WaitAsync(line.Ended).ConfigureAwait(false);
            await Task.Delay(_options.FirstWord, line.Ended).ConfigureAwait(false);
            Post(new InboxItem(InboxKind.MissingSnapshots, 0, []));
            await Task.WhenAll(
                LookForMissingAsync(line), WatchBooksAsync(line), RefreshBooksAsync(line), FetchWaypointsAsync(line))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The line has ended.
        }
    }

    private async Task LookForMissingAsync(FeedLine line)
    {
        using var timer = new PeriodicTimer(_options.LookAgain);
        while (await timer.WaitForNextTickAsync(line.Ended).ConfigureAwait(false))
        {
            Post(new InboxItem(InboxKind.MissingSnapshots, 0, []));
        }
    }

    // Checked where messages are handled, so that a slow parser does not make a book look silent.
    private async Task WatchBooksAsync(FeedLine line)
    {
        if (!_session.CarriesBooks)
        {
            return;
        }

        using var timer = new PeriodicTimer(_watch.Interval);
        while (await timer.WaitForNextTickAsync(line.Ended).ConfigureAwait(false))
        {
            Post(new InboxItem(InboxKind.Watch, 0, []));
        }
    }

    private async Task RefreshBooksAsync(FeedLine line)
    {
        if (_options.Profile.BookRefresh is not { } interval || _session.SymbolCount == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval / _session.SymbolCount);
        for (int symbol = 0; await timer.WaitForNextTickAsync(line.Ended).ConfigureAwait(false); symbol++)
        {
            Post(new InboxItem(InboxKind.Refresh, symbol % _session.SymbolCount, []));
        }
    }

    // A live book ignores these snapshots; they are recorded.
    private async Task FetchWaypointsAsync(FeedLine line)
    {
        if (_options.WaypointInterval is not { } interval || !_session.CarriesBooks || _session.SymbolCount == 0)
        {
            return;
        }

        TimeSpan each = interval / _session.SymbolCount;
        using var timer = new PeriodicTimer(each > s_waypointMin ? each : s_waypointMin);
        for (int next = 0; await timer.WaitForNextTickAsync(line.Ended).ConfigureAwait(false); next++)
        {
            int symbol = next % _session.SymbolCount;
            if (_session.BeginsWithRest(symbol))
            {
                await FetchSnapshotAsync(symbol, tries: 0, line.Ended).ConfigureAwait(false);
            }
        }
    }

    // The parse loop continues inline on the thread that wakes it. Posting must not run it, least of all on the gateway
    // thread, which everyone waits for when the ring is full.
    private void Post(InboxItem item)
    {
        _inbox.Enqueue(item);
        if (Volatile.Read(ref _line) is { } line)
        {
            ThreadPool.UnsafeQueueUserWorkItem(reader => reader.CancelPendingRead(), line.Reader, preferLocal: false);
        }
    }

    private void Notice(string words) => _options.OnNotice?.Invoke($"{_options.Plan.Address.Host}: {words}");

    // Doubles from the minimum to the maximum pause; the jitter keeps many connections from reconnecting at once.
    private Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        double longest = _options.ReconnectMax.TotalMilliseconds;
        double least = _options.ReconnectMin.TotalMilliseconds;
        double pause = Math.Min(longest, least * Math.Pow(2, Math.Clamp(failures, 0, 20)));
#pragma warning disable CA5394 // Jitter needs no cryptographic strength.
        double jittered = pause * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
        return DelayAsync(TimeSpan.FromMilliseconds(jittered), cancellationToken);
    }

    // Completes early, without an error, when cancelled.
    private static Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) =>
        Task.Delay(time, cancellationToken)
            .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private enum InboxKind
    {
        Snapshot,
        SnapshotFailed,
        MissingSnapshots,
        Watch,
        Refresh,
        Resync,
    }

    private readonly record struct InboxItem(InboxKind Kind, int Symbol, byte[] Body, StaleReason Reason = default);
}
