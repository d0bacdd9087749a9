using System;
using LowLatency.Engine.Strategies;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;

namespace LowLatency.Host.ConsoleUi;

/// <summary>Shows a running session.</summary>
internal interface IConsoleView
{
    /// <summary>Shows what is running, and where.</summary>
    void ShowStart(SessionStatus session, Configuration.LiveSettings settings, string? metricsAddress);

    /// <summary>Shows the current status.</summary>
    void ShowStatus(SessionStatus session, SessionFigures figures);

    /// <summary>Shows a notice at once.</summary>
    void ShowNotice(string words);

    /// <summary>Shows a line that a strategy has logged.</summary>
    void ShowLog(StrategyLogLine line);

    /// <summary>Shows the final result.</summary>
    void ShowSummary(SessionStatus session, SessionFigures figures, TimeSpan duration);

    /// <summary>Interval between status updates.</summary>
    TimeSpan StatusInterval { get; }
}
