using System;

namespace LowLatency.Host.ConsoleUi;

/// <summary>How a running session is shown.</summary>
internal interface IConsoleView
{
    /// <summary>What is running, and where.</summary>
    void ShowStart(ISession session, Configuration.LiveSettings settings, string? metricsAddress);

    /// <summary>How it goes.</summary>
    void ShowStatus(ISession session, SessionFigures figures);

    /// <summary>Something that a reader should know at once.</summary>
    void ShowNotice(string words);

    /// <summary>What it came to.</summary>
    void ShowSummary(ISession session, SessionFigures figures, TimeSpan duration);

    /// <summary>How often the status is to be shown.</summary>
    TimeSpan StatusInterval { get; }
}
