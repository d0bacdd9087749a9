using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Orders;
using LowLatency.Recorder;
using LowLatency.Sessions.Journal;

namespace LowLatency.Sessions;

/// <summary>
/// A session's health. It is ready to trade while its books are live, recorder and journal can write, its orders are
/// reconciled, and the kill switch is not engaged. Immutable.
/// </summary>
/// <param name="IsAlive">false once the session has failed, or its engine is stuck; then only a restart helps.</param>
/// <param name="Problems">What prevents trading, one line each; empty when it is ready.</param>
/// <param name="Notes">Other problems, which do not prevent trading, one line each.</param>
public sealed record Health(bool IsAlive, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes)
{
    /// <summary>An engine that makes no progress for longer counts as stuck; an input normally takes microseconds.
    /// </summary>
    public static readonly TimeSpan StallMax = TimeSpan.FromSeconds(3);

    /// <summary>true when nothing prevents trading.</summary>
    public bool IsReady => IsAlive && Problems.Count == 0;

    /// <summary>Derives the health from a session's status. Any thread.</summary>
    /// <param name="session">The status.</param>
    public static Health Of(SessionStatus session)
    {
        ArgumentNullException.ThrowIfNull(session);
        IReadOnlyList<InstrumentView> views = session.Views;
        var problems = new List<string>();
        var notes = new List<string>();
        bool hasFailed = session.Failure is not null;
        if (hasFailed)
        {
            problems.Add($"failed: {session.Failure}");
        }

        TimeSpan stall = session.Stall;
        bool isStuck = stall > StallMax;
        if (isStuck)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"stuck: no progress of engine or gateway for {stall.TotalSeconds:0} s"));
        }

        string[] stale = session.Instruments.Where(item => !views[item.Id].IsLive).Select(item => item.Symbol)
            .ToArray();
        if (stale.Length != 0)
        {
            problems.Add($"books not live: {string.Join(", ", stale)}");
        }

        if (views.Any(view => view.IsReconciling))
        {
            problems.Add("orders not reconciled: waiting for the gateway's open orders");
        }

        DecisionReason stopped = views.Select(view => view.StoppedBecause)
            .FirstOrDefault(reason => reason != DecisionReason.None);
        if (stopped != DecisionReason.None)
        {
            problems.Add($"trading is stopped: {DecisionText.Text(stopped)}");
        }

        // Lost records are only noted; a recorder that cannot write at all prevents trading.
        if (session.Recorder is { State: not RecorderHealth.Healthy } recorder)
        {
            (recorder.State == RecorderHealth.Failed ? problems : notes).Add($"recorder {recorder.Health}");
        }

        if (session.Journal is { Health: not JournalStatus.Healthy } journal)
        {
            problems.Add($"journal {journal.Health}");
        }

        return new Health(!hasFailed && !isStuck, problems, notes);
    }
}
