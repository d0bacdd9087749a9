using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using LowLatency.Engine.Strategies;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.ConsoleUi;
using LowLatency.Recorder.Journal;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Whatever fails around a running session, it ends cleanly or reports what is left.</summary>
public sealed class LiveCommandTests
{
    [Fact]
    [FaultRow("I6")]
    public async Task ShouldStopInOrderWhateverTheWebServersStartFailsWith()
    {
        using var folder = new TemporaryFolder();
        LiveSettings settings = Settings(folder);

        // The loader rejects such a port, so the web server throws an error that no setting can cause.
        settings.Metrics = new MetricsSettings { Port = 70_000 };
        var view = new FailingView(_ => { });

        int code = await LiveCommand.RunAsync(
            settings, view, Pipeline.StartAsync, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("cannot serve metrics on port 70000", view.Notices[0], StringComparison.Ordinal);
        Assert.True(JournalReader.Read(Assert.Single(Journals.Files(folder.Path))).Summary.HasEnd);
    }

    [Fact]
    [FaultRow("I6")]
    public async Task ShouldStopInOrderWhateverTheViewThrows()
    {
        using var folder = new TemporaryFolder();
        var view = new FailingView(_ => throw new InvalidOperationException("an unexpected error"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => LiveCommand.RunAsync(
            Settings(folder), view, Pipeline.StartAsync, TestContext.Current.CancellationToken));

        Assert.True(JournalReader.Read(Assert.Single(Journals.Files(folder.Path))).Summary.HasEnd);
    }

    [Fact]
    [FaultRow("I6")]
    public async Task ShouldSayWhatMayBeOpenWhateverTheViewThrows()
    {
        using var folder = new TemporaryFolder();
        LiveSettings settings = Settings(folder);
        settings.Strategy.Catalog = StrategyBinder.LoadCatalog(typeof(MisbehavingStrategy).Assembly.Location);
        settings.Strategy.Name = "Misbehaving";

        // The engine has failed with an order open, and then the view fails too.
        ISessionControl? session = null;
        var view = new FailingView(_ =>
        {
            Task.WaitAny([session!.Completion], TestContext.Current.CancellationToken);
            throw new InvalidOperationException("an unexpected error");
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => LiveCommand.RunAsync(
            settings,
            view,
            async (wanted, cancellation) => session = await Pipeline.StartAsync(wanted, cancellation),
            TestContext.Current.CancellationToken));

        Assert.Contains(view.Notices, words => words.Contains("1 order may be open", StringComparison.Ordinal));
    }

    private static LiveSettings Settings(TemporaryFolder folder) => new()
    {
        Symbols = ["BTCUSDT"],
        EmbeddedVenue = new EmbeddedVenueSettings { Speed = "60" },
        Metrics = new MetricsSettings { Enabled = false },
        Recorder = new RecorderSettings { Directory = folder.File("recordings") },
        Journal = new JournalSettings { Directory = folder.File("journal") },
    };

    /// <summary>A view that records its calls, and runs an action at the start.</summary>
    private sealed class FailingView(Action<SessionStatus> onStart) : IConsoleView
    {
        public List<string> Notices { get; } = [];

        public TimeSpan StatusInterval => TimeSpan.FromMilliseconds(100);

        public void ShowStart(SessionStatus session, LiveSettings settings, string? metricsAddress) => onStart(session);

        public void ShowStatus(SessionStatus session, SessionFigures figures)
        {
        }

        public void ShowLog(StrategyLogLine line)
        {
        }

        public void ShowNotice(string words) => Notices.Add(words);

        public void ShowSummary(SessionStatus session, SessionFigures figures, TimeSpan duration)
        {
        }
    }
}
