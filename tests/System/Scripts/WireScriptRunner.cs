using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO.Enumeration;
using System.Linq;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Tests.Support;

namespace LowLatency.Tests.Scripts;

/// <summary>
/// Plays a script against the real feed code: the scripted venue uses real sockets, and the engine must see what the
/// script says. Before every check, everything sent has been handled, so that a check for "no change" can fail.
/// </summary>
internal sealed class WireScriptRunner
{
    private readonly WireScript _script;
    private readonly ScriptedVenue _venue;
    private readonly FeedRig _rig;
    private readonly TimeSpan _timeout;
    private readonly string[] _symbols;
    private readonly List<ScriptedStream> _streams = [];
    private WireStep _step;
    private int _current = -1;
    private int _served = -1;
    private long _sentBefore;
    private long _closes;
    private long _opens;
    private long _answers;
    private long _failures;
    private long _handovers;

    private WireScriptRunner(WireScript script, ScriptedVenue venue, FeedRig rig, TimeSpan timeout)
    {
        _timeout = timeout;
        _script = script;
        _venue = venue;
        _rig = rig;
        _step = script.Steps[0];
        _symbols = rig.Instruments.Select(instrument => instrument.Symbol).ToArray();
    }

    /// <summary>Plays the script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="timeout">Timeout per step.</param>
    /// <exception cref="WireScriptException">A step failed.</exception>
    public static async Task RunAsync(WireScript script, TimeSpan? timeout = null)
    {
        await using ScriptedVenue venue = await ScriptedVenue.StartAsync();
        var settings = new ScriptSettings(script);
        await using var rig = new FeedRig(
            script.Venue, venue.Address, script.Steps[0].Text, settings.Apply, settings.Apply);
        var runner = new WireScriptRunner(script, venue, rig, timeout ?? Eventually.Timeout);
        foreach (WireStep step in script.Steps.Skip(1))
        {
            runner._step = step;
            await runner.DoAsync();
        }

        await runner.EndAsync();
    }

    private Task DoAsync() => _step.Verb switch
    {
        "set" => Task.CompletedTask,
        "connect" => ConnectAsync(),
        "refuse" => RefuseAsync(),
        "expect" => ExpectAsync(),
        "send" => SendAsync(isLast: true),
        "part" => SendAsync(isLast: false),
        "rest" => AnswerAsync(),
        "wait" => WaitAsync(),
        "close" => CloseAsync(),
        "cut" => CutAsync(),
        "on" => Choose(),
        "handover" => HandOverAsync(),
        "book" => CheckBookAsync(),
        "top" => CheckShownAsync(levels: 1),
        "levels" => CheckShownAsync(int.MaxValue),
        "count" => CheckCountsAsync(),
        "bad" => CheckBadAsync(),
        "status" => CheckStatusAsync(),
        "trade" => CheckTradeAsync(),
        _ => throw Wrong("'symbols' must be first and unique"),
    };

    private async Task ConnectAsync()
    {
        StreamKnock knock = await TakeAsync(_venue.Knocks, "no connection was opened");
        Match(knock.Path, _step.Rest.Length == 0 ? "*" : _step.Rest, "the connection's address");
        _streams.Add(await knock.AcceptAsync());
        _current = _streams.Count - 1;
        if (_served < 0)
        {
            _served = _current;
            _opens++;
            await SettleAsync();
        }
    }

    private async Task RefuseAsync()
    {
        StreamKnock knock = await TakeAsync(_venue.Knocks, "no connection was opened");
        knock.Answer.TrySetResult(Number(_step.Rest));
    }

    private async Task ExpectAsync() =>
        Match(await TakeAsync(Stream.Texts, "nothing was sent"), _step.Rest, "what was sent");

    private Task SendAsync(bool isLast) => Stream.SendAsync(Encoding.UTF8.GetBytes(_step.Rest), isLast);

    // rest GET glob -> status [retry-after seconds] body
    private async Task AnswerAsync()
    {
        int arrow = _step.Rest.IndexOf(" -> ", StringComparison.Ordinal);
        string[] request = arrow < 0 ? [] : _step.Rest[..arrow].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (request.Length != 2)
        {
            throw Wrong("a request is written 'rest GET path -> status body'");
        }

        string reply = _step.Rest[(arrow + 4)..];
        int status = Number(Cut(ref reply));
        int? retryAfter = null;
        if (reply.StartsWith("retry-after ", StringComparison.Ordinal))
        {
            Cut(ref reply);
            retryAfter = Number(Cut(ref reply));
        }

        RestQuestion question = await TakeAsync(_venue.Questions, "there was no REST request");
        Match($"{question.Method} {question.Path}", $"{request[0]} {request[1]}", "the request");
        bool isGood = status is >= 200 and < 300;
        _answers += isGood ? 1 : 0;
        _failures += isGood ? 0 : 1;
        question.Reply.TrySetResult(new RestReply(status, reply, retryAfter));
        await SettleAsync();
    }

    private async Task WaitAsync()
    {
        await SettleAsync();
        _rig.Advance(ScriptSettings.TimeOf(_step.Rest) ?? throw Wrong("a time is written '5 s' or '200 ms'"));
    }

    private async Task CloseAsync()
    {
        await SettleAsync();
        int code = _step.Rest.Length == 0 ? 1000 : Number(_step.Rest);
        await Stream.CloseAsync((WebSocketCloseStatus)code, "scripted");
        await GoneAsync();
    }

    private async Task CutAsync()
    {
        await SettleAsync();
        Stream.Abort();
        await GoneAsync();
    }

    // The current connection has ended: everything sent over it was handled before.
    private async Task GoneAsync()
    {
        if (_current != _served)
        {
            throw Wrong("only the current connection can be ended");
        }

        _sentBefore += Stream.Sent;
        _served = -1;
        _closes++;
        await SettleAsync();
    }

    private Task Choose()
    {
        int wanted = Number(_step.Rest) - 1;
        _current = wanted < _streams.Count ? wanted : throw Wrong($"there were {_streams.Count} connections");
        return Task.CompletedTask;
    }

    // The younger connection takes over: its messages count from now on.
    private async Task HandOverAsync()
    {
        _handovers++;
        await UntilAsync(
            () => _rig.Records(InputKind.Handover) >= 2 * _handovers, () => "the younger connection did not take over");
        _sentBefore += _served < 0 ? 0 : _streams[_served].Sent;
        _served = _streams.Count - 1;
        _current = _served;
        await SettleAsync();
    }

    private async Task CheckBookAsync()
    {
        await SettleAsync();
        string[] words = Text(out int symbol);
        string wanted = string.Join(' ', words);
        if (wanted != "live" && !(words is ["stale", string name] && Enum.TryParse<StaleReason>(name, out _)))
        {
            throw Wrong("a book is 'live', or 'stale' with a reason");
        }

        await UntilAsync(() => StateOf(symbol) == wanted, () => $"the book is {_rig.Describe(symbol)}");
    }

    private async Task CheckShownAsync(int levels)
    {
        await SettleAsync();
        string wanted = string.Join(' ', Text(out int symbol));
        await UntilAsync(
            () => _rig.Show(symbol, levels).Trim() == wanted, () => $"the book is {_rig.Show(symbol, levels)}");
    }

    private async Task CheckCountsAsync()
    {
        await SettleAsync();
        string[] words = Text(out int symbol);
        if (words.Length == 0 || words.Length % 2 != 0)
        {
            throw Wrong("counters are written 'name number'");
        }

        for (int i = 0; i < words.Length; i += 2)
        {
            string name = words[i];
            int wanted = Number(words[i + 1]);
            await UntilAsync(() => Count(name, symbol) == wanted, () => $"{name} is {Count(name, symbol)}");
        }
    }

    private async Task CheckBadAsync()
    {
        await SettleAsync();
        string[] words = _step.Text;
        if (words.Length != 2 || !Enum.TryParse(words[0], out BadInputKind kind))
        {
            throw Wrong("bad inputs are written 'kind number'");
        }

        await UntilAsync(
            () => _rig.BadInputs.Count(kind) == Number(words[1]), () => $"{kind} is {_rig.BadInputs.Count(kind)}");
    }

    private async Task CheckStatusAsync()
    {
        await SettleAsync();
        string wanted = string.Join(' ', Text(out int symbol));
        await UntilAsync(
            () => $"{_rig.View(symbol).Status}" == wanted, () => $"the status is {_rig.View(symbol).Status}");
    }

    // The last trade, by the taker's side.
    private async Task CheckTradeAsync()
    {
        await SettleAsync();
        string wanted = string.Join(' ', Text(out int symbol));
        await UntilAsync(
            () => _rig.LastTrade(symbol) == wanted, () => $"the last trade is {_rig.LastTrade(symbol)}");
    }

    // Unanswered requests were not expected by the script. A refresh is requested again after its period, which a busy
    // machine may reach before the script's end.
    private async Task EndAsync()
    {
        await SettleAsync();
        bool isRefreshing = Enumerable.Range(0, _symbols.Length).Any(_rig.Session.IsRefreshing);
        if (!isRefreshing && _venue.Questions.TryRead(out RestQuestion? question))
        {
            throw Wrong($"the script ends, but the feed has requested {question.Path}");
        }

        for (int i = 0; i < _streams.Count; i++)
        {
            if (_streams[i].Texts.TryRead(out string? text))
            {
                throw Wrong($"the script ends, but over connection {i + 1} the feed has sent {text}");
            }
        }
    }

    // Everything sent by the script is handled.
    private async Task SettleAsync()
    {
        long frames = _sentBefore + (_served < 0 ? 0 : _streams[_served].Sent);
        await UntilAsync(
            () => _rig.Records(InputKind.Frame) >= frames
                && _rig.Records(InputKind.ConnectionOpened) >= _opens
                && _rig.Records(InputKind.ConnectionClosed) >= _closes
                && _rig.Records(InputKind.Snapshot) >= _answers
                && _rig.BadInputs.Count(BadInputKind.SnapshotFailed) >= _failures,
            () => $"{_rig.Records(InputKind.Frame)} of {frames} messages and "
                + $"{_rig.Records(InputKind.Snapshot)} of {_answers} answers were handled");
    }

    private string StateOf(int symbol)
    {
        InstrumentView view = _rig.View(symbol);
        return view.IsLive ? "live" : $"stale {view.StaleReason}";
    }

    private long Count(string name, int symbol)
    {
        BookFeedCounters counters = _rig.Counters(symbol);
        return name switch
        {
            "applied" => counters.Applied,
            "dropped" => counters.Dropped,
            "repeats" => counters.Repeats,
            "snapshots" => counters.Snapshots,
            "ignored-snapshots" => counters.IgnoredSnapshots,
            "old-snapshots" => counters.OldSnapshots,
            "resyncs" => counters.Resyncs,
            "gaps" => counters.Gaps,
            "checksums-right" => counters.ChecksumsRight,
            "checksums-wrong" => counters.ChecksumsWrong,
            "trades" => counters.Trades,
            "repeated-trades" => counters.RepeatedTrades,
            "tops" => counters.TopOfBooks,
            "waiting" => _rig.Session.BufferedMessages(symbol),
            "rejected" => _rig.Session.Messages.Rejected,
            "ignored" => _rig.Session.Messages.Ignored,
            "reconnects" => _rig.Connection.Disconnects,
            "handovers" => _rig.Connection.Handovers,
            "rescales" => _rig.View(symbol).Rescales,
            _ => throw Wrong($"unknown counter '{name}'"),
        };
    }

    private ScriptedStream Stream =>
        _current >= 0 ? _streams[_current] : throw Wrong("no connection is open: 'connect' comes first");

    private async Task<T> TakeAsync<T>(ChannelReader<T> reader, string otherwise)
    {
        T? taken = default;
        await UntilAsync(() => reader.TryRead(out taken), () => otherwise);
        return taken!;
    }

    private async Task UntilAsync(Func<bool> condition, Func<string> otherwise)
    {
        long endMs = Environment.TickCount64 + (long)_timeout.TotalMilliseconds;
        bool isOver = false;
        await _rig.UntilAsync(() => condition() || (isOver = Environment.TickCount64 > endMs), () => string.Empty);
        if (isOver)
        {
            string bad = string.Join("; ", _rig.BadInputs.Recent().TakeLast(3));
            string notices = string.Join("; ", _rig.Notices.Take(4));
            throw Wrong($"{otherwise()} [{bad}] [{notices}]");
        }
    }

    private void Match(string found, string wanted, string what)
    {
        if (!FileSystemName.MatchesSimpleExpression(wanted.Replace("\\", "\\\\", StringComparison.Ordinal), found))
        {
            throw Wrong($"{what} is {found}");
        }
    }

    // The first word may be a symbol; without one, the first symbol is used.
    private string[] Text(out int symbol)
    {
        string[] words = _step.Text;
        symbol = Array.IndexOf(_symbols, words.FirstOrDefault());
        (symbol, words) = symbol < 0 ? (0, words) : (symbol, words[1..]);
        return words;
    }

    private static string Cut(ref string text)
    {
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        string word = blank < 0 ? text : text[..blank];
        text = blank < 0 ? string.Empty : text[(blank + 1)..];
        return word;
    }

    private int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Wrong($"'{text}' is not a number");

    private WireScriptException Wrong(string words) =>
        new(_script.File, _step.Number, $"{words} (at: {_step.Verb} {_step.Rest})");
}
