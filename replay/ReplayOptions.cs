using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>How a recording is replayed. The defaults reproduce the session exactly, as fast as possible.</summary>
public sealed record ReplayOptions
{
    /// <summary>Catalog of the session's strategies; null to watch the market without them.</summary>
    public StrategyCatalog? Catalog { get; init; } = StrategyCatalog.BuiltIn;

    /// <summary>
    /// Strategies trade from this receive time on, in nanoseconds since the Unix epoch. Books are built from the
    /// nearest earlier point at which all of them can start. null for the start.
    /// </summary>
    public long? FromNs { get; init; }

    /// <summary>Nothing received after this time is handled. null for the end.</summary>
    public long? UntilNs { get; init; }

    /// <summary>Replay and trade only these symbols, named as <see cref="InstrumentLookup"/> takes them; null for all.
    /// </summary>
    public IReadOnlyList<string>? Symbols { get; init; }

    /// <summary>Replaces strategies, settings or limits of the session; null to keep them.</summary>
    public Func<SessionManifest, SessionManifest>? Change { get; init; }

    /// <summary>Speed relative to the recording; null for as fast as possible.</summary>
    public double? Speed { get; init; }

    /// <summary>
    /// Runs the engine on its own thread with this wait strategy; null runs it on the caller's. Not possible with
    /// another strategy or a part of a session, whose fills are made inline.
    /// </summary>
    public WaitStrategyKind? WaitStrategy { get; init; }

    /// <summary>Continues with the next segment if one is damaged or missing; gaps are reported.</summary>
    public bool ContinueAfterDamage { get; init; }

    /// <summary>
    /// A file with the recording's decoded events. It is used if it matches the recording and this program, and created
    /// otherwise. For trying many settings on one recording; null for none. Orders are then filled on paper. Not
    /// possible with a part of a session.
    /// </summary>
    public string? DecodedEvents { get; init; }

    /// <summary>Records the replay itself; null for no recording.</summary>
    public Engine.Events.IInputLog? Log { get; init; }

    /// <summary>Called with every line that a strategy logs, on the caller's thread, after the input that it was logged
    /// in; null for none. With <see cref="WaitStrategy"/> lines can be dropped, which is counted.</summary>
    public Action<StrategyLogLine>? OnStrategyLog { get; init; }

    /// <summary>Called now and then with the progress.</summary>
    public Action<ReplayProgress>? OnProgress { get; init; }

    /// <summary>Stops the replay.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>
    /// Whether the replay reproduces the session itself: then the reports of its gateway are inputs like all others.
    /// Otherwise orders are filled on paper, from the recorded market, without delay.
    /// </summary>
    public bool IsSession => FromNs is null && Symbols is null && Change is null
        && DecodedEvents is null;

    /// <summary>Applies these options to a session's manifest.</summary>
    /// <exception cref="KeyNotFoundException">A symbol is not in the session.</exception>
    /// <exception cref="ArgumentException">The options contradict each other, or a symbol is not unique.</exception>
    internal SessionManifest Apply(SessionManifest manifest)
    {
        if (WaitStrategy is not null && !IsSession)
        {
            throw new ArgumentException("another strategy, or a part of a session, can only be replayed on one thread");
        }

        if (DecodedEvents is not null && Log is not null)
        {
            throw new ArgumentException("decoded events have no messages, so they cannot be recorded");
        }

        if (DecodedEvents is not null && (FromNs is not null || UntilNs is not null || Symbols is not null))
        {
            throw new ArgumentException("decoded events can only be used for a whole session");
        }

        IReadOnlySet<ushort>? chosen = ChosenIn(manifest);
        if (FromNs > UntilNs)
        {
            throw new ArgumentException("the start time is after the end time");
        }

        SessionManifest applied = Change?.Invoke(manifest) ?? manifest;
        if (DecodedEvents is not null
            && !applied.Instruments.Select(item => item.Instrument)
                .SequenceEqual(manifest.Instruments.Select(item => item.Instrument)))
        {
            throw new ArgumentException("decoded events can only be used with the recorded instruments");
        }

        if (Catalog is null)
        {
            return applied.WatchOnly(_ => true);
        }

        applied = applied.WatchOnly(instrument => chosen?.Contains(instrument.Id) == false);

        // Orders and positions of an earlier session do not belong to this replay.
        return IsSession ? applied : applied with { Snapshot = null };
    }

    /// <summary>Ids of the requested symbols; null for all.</summary>
    /// <exception cref="KeyNotFoundException">A symbol is not in the session.</exception>
    /// <exception cref="ArgumentException">Several venues have a symbol.</exception>
    internal IReadOnlySet<ushort>? ChosenIn(SessionManifest manifest)
    {
        if (Symbols is null)
        {
            return null;
        }

        var lookup = new InstrumentLookup(manifest.InstrumentList);
        return Symbols.Select(symbol => lookup.Find(symbol).Id).ToHashSet();
    }
}

/// <summary>Progress of a replay.</summary>
/// <param name="BytesRead">Compressed bytes read.</param>
/// <param name="BytesTotal">Total compressed bytes.</param>
/// <param name="Events">Events handled.</param>
/// <param name="TimeNs">Receive time reached, in nanoseconds since the Unix epoch.</param>
public readonly record struct ReplayProgress(long BytesRead, long BytesTotal, long Events, long TimeNs);
