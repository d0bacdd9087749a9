using System;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// Finds books whose channel has died while the connection is up: pings are answered and other symbols send messages,
/// but this book does not. A quiet symbol looks the same, so the limit is generous, and short only if trades or tops of
/// the symbol arrived meanwhile, because trades move a book. Each alarm doubles the limits of its symbol until the book
/// has sent many messages again, so a symbol that is merely quiet is disturbed only a few times a day. Single thread.
/// </summary>
internal sealed class SilenceDetector
{
    // After this many messages, a book that was silent counts as lively again.
    private const int LivelyMessages = 200;

    // From five minutes, this gives a maximum of more than five hours.
    private const int MaxDoublings = 6;

    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(1);

    private readonly FeedSession _session;
    private readonly long _silenceMs;
    private readonly long _tradedSilenceMs;
    private readonly Watched[] _symbols;
    private readonly Func<long> _nowMs;
    private long _lastMs;

    /// <summary>Creates the detector for a session's books.</summary>
    /// <param name="session">The session.</param>
    /// <param name="silence">Silence limit of a book.</param>
    /// <param name="tradedSilence">Silence limit of a book after a trade or top of its symbol.</param>
    /// <param name="nowMs">A monotonic clock in milliseconds; null for the machine's.</param>
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

    /// <summary>Interval between checks.</summary>
    public TimeSpan Interval { get; }

    /// <summary>Invalidates every book that has been silent for too long, and requests it again.</summary>
    /// <param name="timeNs">The session's time, for published events.</param>
    public void Look(long timeNs)
    {
        // If no check was possible for a while, no message could be handled either, so that time does not count.
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

    // If a new subscription delivers the book, that is tried first. Otherwise, or if it did not help, a younger
    // connection subscribes to everything and takes over, while the other books stay live.
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
