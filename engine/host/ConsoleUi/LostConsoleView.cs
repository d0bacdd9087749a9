using System;
using System.IO;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.ConsoleUi;

/// <summary>A view whose reader may go away: a pipe that breaks, a full disk behind one. Trading does not end for that;
/// what can no longer be shown is in journal, metrics and recording. A terminal that is closed sends SIGHUP besides,
/// which ends the session in good order, unless it is ignored.</summary>
/// <param name="view">The view.</param>
internal sealed class LostConsoleView(IConsoleView view) : IConsoleView
{
    /// <summary>Nobody reads any more.</summary>
    public bool IsLost { get; private set; }

    public TimeSpan StatusInterval => view.StatusInterval;

    public void ShowStart(ISession session, LiveSettings settings, string? metricsAddress) =>
        Show(() => view.ShowStart(session, settings, metricsAddress));

    public void ShowStatus(ISession session, SessionFigures figures) => Show(() => view.ShowStatus(session, figures));

    public void ShowNotice(string words) => Show(() => view.ShowNotice(words));

    public void ShowSummary(ISession session, SessionFigures figures, TimeSpan duration) =>
        Show(() => view.ShowSummary(session, figures, duration));

    // Output and errors may go different ways: what fails once is tried again the next time.
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
