using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Tests.Support;

/// <summary>
/// A miniature Binance Spot on the scripted venue: each connection gets the same short session, and each snapshot
/// request the same book, unless a test decides otherwise. So every session ends with the same book.
/// </summary>
internal sealed class SpeakingVenue : IAsyncDisposable
{
    /// <summary>The book at the end of each session.</summary>
    public const string Book = "100x20 99.9x2.5 | 100.1x1.5";

    private const int Updates = 20;

    private readonly ScriptedVenue _venue;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task[] _serving;

    private SpeakingVenue(ScriptedVenue venue)
    {
        _venue = venue;
        _serving = [OpenAsync(), AnswerAsync()];
    }

    public int Port => _venue.Port;

    public ScriptedVenue Venue => _venue;

    /// <summary>Answers a snapshot request instead of the venue, unless it returns null.</summary>
    public Func<RestQuestion, RestReply?>? OnQuestion { get; set; }

    /// <summary>Returns the HTTP status for refusing a connection, or 101.</summary>
    public Func<int>? OnKnock { get; set; }

    /// <summary>Times of requests, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public ConcurrentQueue<long> QuestionTimes { get; } = [];

    /// <summary>Times of connection attempts, likewise.</summary>
    public ConcurrentQueue<long> KnockTimes { get; } = [];

    /// <summary>The websocket extensions offered by the last client.</summary>
    public string? Extensions { get; private set; }

    /// <summary>The last connection, once its session was sent.</summary>
    public volatile ScriptedStream? Last;

    public static async Task<SpeakingVenue> StartAsync() => new(await ScriptedVenue.StartAsync());

    /// <summary>An update of the best bid's quantity.</summary>
    public static string Update(long id, string quantity, string symbol = "BTCUSDT")
    {
#pragma warning disable CA1308 // The venue's stream names are lower case: this is no normalisation.
        string stream = symbol.ToLowerInvariant();
#pragma warning restore CA1308
        return $$$"""{"stream":"{{{stream}}}@depth@100ms","data":{"e":"depthUpdate","E":1785000000123,"s":"{{{symbol}}}","U":{{{id}}},"u":{{{id}}},"b":[["100.0","{{{quantity}}}"]],"a":[]}}""";
    }

    /// <summary>The whole session that each connection gets.</summary>
    public static IEnumerable<string> Session(string symbol = "BTCUSDT")
    {
        for (int i = 1; i <= Updates; i++)
        {
            yield return Update(1000 + i, $"{i}", symbol);
        }
    }

    public static RestReply Snapshot(long id = 1000) => new(
        200, $$"""{"lastUpdateId":{{id}},"bids":[["100.0","1"],["99.9","2.5"]],"asks":[["100.1","1.5"]]}""");

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_serving);
        await _venue.DisposeAsync();
        _ended.Dispose();
    }

    private Task OpenAsync() => UntilEndedAsync(async () =>
    {
        StreamKnock knock = await _venue.Knocks.ReadAsync(_ended.Token);
        KnockTimes.Enqueue(Environment.TickCount64);
        Extensions = knock.Extensions;
        int status = OnKnock?.Invoke() ?? StreamKnock.Accept;
        if (status != StreamKnock.Accept)
        {
            knock.Answer.TrySetResult(status);
            return;
        }

        _ = SpeakAsync(knock);
    });

    private async Task SpeakAsync(StreamKnock knock)
    {
        try
        {
            ScriptedStream stream = await knock.AcceptAsync().WaitAsync(_ended.Token);
            foreach (string text in Session())
            {
                await stream.SendAsync(text);
            }

            Last = stream;
        }
        catch (Exception)
        {
            // It was cut while the venue was sending, as tests do.
        }
    }

    private Task AnswerAsync() => UntilEndedAsync(async () =>
    {
        RestQuestion question = await _venue.Questions.ReadAsync(_ended.Token);
        QuestionTimes.Enqueue(Environment.TickCount64);
        question.Reply.TrySetResult(OnQuestion?.Invoke(question) ?? Snapshot());
    });

    private static async Task UntilEndedAsync(Func<Task> turn)
    {
        try
        {
            while (true)
            {
                await turn();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
