using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Orders;
using LowLatency.Host.Journal;
using LowLatency.Recorder;

namespace LowLatency.Host;

/// <summary>
/// Whether a session is fit to trade: its books live, its recorder and journal writing, its orders known to the
/// gateway, and nobody has stopped it.
/// </summary>
/// <param name="IsAlive">false once the session has failed, or its engine is stuck: only a new start helps.</param>
/// <param name="Problems">What keeps it from trading, a line each; none when it is ready.</param>
/// <param name="Notes">What is worth a word and keeps nobody from trading, a line each.</param>
internal sealed record Health(bool IsAlive, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes)
{
    /// <summary>How long the engine may take over what it has to do before it counts as stuck: it takes microseconds.
    /// </summary>
    public static readonly TimeSpan StallMax = TimeSpan.FromSeconds(3);

    /// <summary>true when nothing keeps the session from trading.</summary>
    public bool IsReady => IsAlive && Problems.Count == 0;

    /// <summary>Judges a session. Any thread.</summary>
    public static Health Of(SessionStatus session)
    {
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

        // Losses of the recorder are told, and keep nobody from trading; a recorder that writes nothing does.
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
