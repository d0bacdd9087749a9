using System;
using System.IO;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;

namespace LowLatency.Host.ConsoleUi;

/// <summary>
/// A view whose output may fail: a broken pipe, or a full disk. Trading continues; the information is also in journal,
/// metrics and recording. Closing a terminal also sends SIGHUP, which stops the session cleanly unless it is ignored.
/// </summary>
/// <param name="view">The view.</param>
internal sealed class LostConsoleView(IConsoleView view) : IConsoleView
{
    /// <summary>The output has failed.</summary>
    public bool IsLost { get; private set; }

    public TimeSpan StatusInterval => view.StatusInterval;

    public void ShowStart(SessionStatus session, LiveSettings settings, string? metricsAddress) =>
        Show(() => view.ShowStart(session, settings, metricsAddress));

    public void ShowStatus(SessionStatus session, SessionFigures figures) =>
        Show(() => view.ShowStatus(session, figures));

    public void ShowNotice(string words) => Show(() => view.ShowNotice(words));

    public void ShowLog(StrategyLogLine line) => Show(() => view.ShowLog(line));

    public void ShowSummary(SessionStatus session, SessionFigures figures, TimeSpan duration) =>
        Show(() => view.ShowSummary(session, figures, duration));

    // Output and errors may have different destinations, so a failed call is tried again the next time.
    private void Show(Action show)
    {
        try
        {
            show();
        }
        catch (IOException)
        {
            IsLost = true;
        }
    }
}
