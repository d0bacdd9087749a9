using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>How a recording is replayed. The defaults repeat the session exactly, as fast as possible.</summary>
public sealed record ReplayOptions
{
    /// <summary>Where the session's strategies are found; null to watch the market without them.</summary>
    public StrategyCatalog? Catalog { get; init; } = StrategyCatalog.BuiltIn;

    /// <summary>Strategies trade from this receive time on, in nanoseconds since the Unix epoch; books are built
    /// before, from the nearest place where all of them can begin. null for the start.</summary>
    public long? FromNs { get; init; }

    /// <summary>Nothing received after this time is handled. null for the end.</summary>
    public long? UntilNs { get; init; }

    /// <summary>Trade and read these symbols alone; null for all.</summary>
    public IReadOnlyList<string>? Symbols { get; init; }

    /// <summary>Puts other strategies, settings or limits in the session's place; null for its own.</summary>
    public Func<SessionManifest, SessionManifest>? Change { get; init; }

    /// <summary>How many times faster than it was recorded; null for as fast as possible.</summary>
    public double? Speed { get; init; }

    /// <summary>Puts the engine on a thread of its own that waits in this way; null runs it on the caller's. Not with
    /// another strategy or a part of a session, whose fills are made on the way.</summary>
    public WaitStrategyKind? WaitStrategy { get; init; }

    /// <summary>Goes on with the next segment where one is damaged or missing; what is lacking is told.</summary>
    public bool PassesDamage { get; init; }

    /// <summary>A file that holds the recording's events, read once and for all: it is used where it fits the recording
    /// and this program, and made on the way where it does not. For trying many settings on one recording; null for
    /// none. Orders are then filled on paper. Not with a part of a session.</summary>
    public string? DecodedEvents { get; init; }

    /// <summary>Records the replay again; null not to.</summary>
    public Engine.Events.IInputLog? Log { get; init; }

    /// <summary>Called now and then with how far it is.</summary>
    public Action<ReplayProgress>? OnProgress { get; init; }

    /// <summary>Ends the replay where it is.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Whether the replay is to be the session itself: then the reports that its gateway gave are inputs like
    /// all others. Otherwise orders are filled on paper, from the recorded market, without delay.</summary>
    public bool IsSession => FromNs is null && Symbols is null && Change is null
        && DecodedEvents is null;

    /// <summary>What is replayed of a session under these options.</summary>
    /// <exception cref="KeyNotFoundException">A symbol is none of the session's.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    internal SessionManifest Apply(SessionManifest manifest)
    {
        if (WaitStrategy is not null && !IsSession)
        {
            throw new ArgumentException("another strategy, or a part of a session, is replayed on one thread");
        }

        if (DecodedEvents is not null && Log is not null)
        {
            throw new ArgumentException("decoded events are without the messages that could be recorded again");
        }

        if (DecodedEvents is not null && (FromNs is not null || UntilNs is not null || Symbols is not null))
        {
            throw new ArgumentException("a file of decoded events is of a whole session, not of a part of it");
        }

        if (Symbols?.FirstOrDefault(symbol => !manifest.Instruments.Any(item => item.Instrument.Symbol == symbol))
            is { } unknown)
        {
            throw new KeyNotFoundException($"the session has no symbol {unknown}; it has "
                + string.Join(", ", manifest.Instruments.Select(item => item.Instrument.Symbol)));
        }

        if (FromNs > UntilNs)
        {
            throw new ArgumentException("the time to begin at lies behind the time to end at");
        }

        SessionManifest applied = Change?.Invoke(manifest) ?? manifest;
        if (DecodedEvents is not null
            && !applied.Instruments.Select(item => item.Instrument)
                .SequenceEqual(manifest.Instruments.Select(item => item.Instrument)))
        {
            throw new ArgumentException("a file of decoded events is of the recorded instruments, not of others");
        }

        if (Catalog is null)
        {
            return applied.WatchOnly(_ => true);
        }

        applied = applied.WatchOnly(instrument => Symbols?.Contains(instrument.Symbol) == false);

        // Orders and positions that an earlier session left are not this one's.
        return IsSession ? applied : applied with { Snapshot = null };
    }

    /// <summary>Whether a connection carries anything that is wanted.</summary>
    internal bool Wants(SessionManifest manifest, SourceManifest feed) => Symbols is null
        || feed.InstrumentIds.Any(id => Symbols.Contains(manifest.Instruments[id].Instrument.Symbol));
}

/// <summary>How far a replay is.</summary>
/// <param name="BytesRead">Compressed bytes read.</param>
/// <param name="BytesTotal">Of so many.</param>
/// <param name="Events">Events handled.</param>
/// <param name="TimeNs">Receive time reached, in nanoseconds since the Unix epoch.</param>
public readonly record struct ReplayProgress(long BytesRead, long BytesTotal, long Events, long TimeNs);
