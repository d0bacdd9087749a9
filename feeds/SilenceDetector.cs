using System;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// Finds books whose channel has died while their connection lives: pings are answered and other symbols speak, but of
/// this book nothing comes. A quiet symbol looks the same, so the limit is generous, and short only where trades or
/// tops of the symbol came meanwhile: what trades moves its book. Each alarm doubles the limits of its symbol until the
/// book has spoken often again, so that one that is merely quiet is disturbed a few times a day at most. One thread.
/// </summary>
internal sealed class SilenceDetector
{
    // Messages after which a book that once was silent counts as lively again.
    private const int LivelyMessages = 200;

    // With the limit of five minutes the longest is more than five hours.
    private const int MaxDoublings = 6;

    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(1);

    private readonly FeedSession _session;
    private readonly long _silenceMs;
    private readonly long _tradedSilenceMs;
    private readonly Watched[] _symbols;
    private readonly Func<long> _nowMs;
    private long _lastMs;

    /// <summary>Creates the watch over a session's books.</summary>
    /// <param name="session">The session.</param>
    /// <param name="silence">A book may be silent for so long.</param>
    /// <param name="tradedSilence">A book may be silent for so long after a trade or a top of its symbol.</param>
    /// <param name="nowMs">A clock of milliseconds that never runs backwards; the machine's own where null.</param>
    public SilenceDetector(FeedSession session, TimeSpan silence, TimeSpan tradedSilence, Func<long>? nowMs = null)
    {
        _session = session;
        _silenceMs = (long)silence.TotalMilliseconds;
        _tradedSilenceMs = (long)tradedSilence.TotalMilliseconds;
        _symbols = new Watched[session.SymbolCount];
        _nowMs = nowMs ?? (() => Environment.TickCount64);
        _lastMs = _nowMs();
        TimeSpan shorter = silence < tradedSilence ? silence : tradedSilence;
        Interval = shorter / 4 < s_longestInterval ? shorter / 4 : s_longestInterval;
    }

    /// <summary>How often it wants to look.</summary>
    public TimeSpan Interval { get; }

    /// <summary>Gives up every book that has been silent for too long, and asks for it again.</summary>
    /// <param name="timeNs">The session's time, for what it publishes.</param>
    public void Look(long timeNs)
    {
        // When nobody could look for a while, nobody could read messages either: that time does not count.
        long nowMs = _nowMs();
        long elapsedMs = Math.Min(nowMs - _lastMs, 2 * (long)Interval.TotalMilliseconds);
        _lastMs = nowMs;
        for (int symbol = 0; symbol < _symbols.Length; symbol++)
        {
            if (IsTooSilent(symbol, elapsedMs))
            {
                Invalidate(symbol, timeNs);
            }
        }
    }

    private bool IsTooSilent(int symbol, long elapsedMs)
    {
        ref Watched watched = ref _symbols[symbol];
        BookFeedCounters counters = _session.Counters(symbol);
        long spoken = counters.DepthMessages + (_session.BeginsWithRest(symbol) ? 0 : counters.Snapshots);
        long others = counters.Trades + counters.TopOfBooks;
        if (spoken != watched.Spoken || !_session.IsSynchronised(symbol))
        {
            bool isLively = spoken - watched.SpokenAtAlarm >= LivelyMessages;
            watched.Alarms = isLively ? 0 : watched.Alarms;
            (watched.Spoken, watched.Others, watched.SilentMs, watched.TradedMs) = (spoken, others, 0, 0);
            return false;
        }

        watched.SilentMs += elapsedMs;
        watched.TradedMs += others == watched.Others ? 0 : elapsedMs;
        return watched.SilentMs >= _silenceMs << watched.Alarms
            || watched.TradedMs >= _tradedSilenceMs << watched.Alarms;
    }

    // Where a new subscription brings the book, it is tried first. Otherwise, and when it did not last, a younger
    // connection subscribes all anew and takes over, while the other books live on.
    private void Invalidate(int symbol, long timeNs)
    {
        ref Watched watched = ref _symbols[symbol];
        _session.IsReconnectWanted |= _session.BeginsWithRest(symbol) || watched.Alarms != 0;
        watched.Alarms = Math.Min(watched.Alarms + 1, MaxDoublings);
        watched.SpokenAtAlarm = watched.Spoken;
        _session.OnResyncRequested(symbol, StaleReason.Silent, timeNs);
    }

    private struct Watched
    {
        public long Spoken;
        public long Others;
        public long SilentMs;
        public long TradedMs;
        public long SpokenAtAlarm;
        public int Alarms;
    }
}
