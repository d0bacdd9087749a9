using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using LowLatency.Sessions;
using LowLatency.Sessions.Journal;

namespace LowLatency.Host.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP. The first signal requests a clean stop. A second Ctrl-C or SIGTERM ends the process at
/// once, whatever it is doing, and reports what may be open. If SIGHUP was ignored at the start (nohup), it stays
/// ignored.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan s_tellTimeout = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _hangUp;
    private volatile ISessionControl? _session;
    private int _signals;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

        // If it was ignored at the start, the runtime keeps it ignored.
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Starts a session, and remembers it for the second signal.</summary>
    public async Task<ISessionControl> StartAsync(LiveSettings settings, CancellationToken cancellationToken)
    {
        ISessionControl session = await Pipeline.StartAsync(settings, cancellationToken).ConfigureAwait(false);
        _session = session;
        return session;
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _hangUp.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1)
        {
            _stop.Cancel();
            return;
        }

        if (signal.Signal == PosixSignal.SIGHUP)
        {
            // It never counts as a second signal: a closed terminal may send it twice, from the shell and from the
            // kernel, and systemd's SendSIGHUP= sends it right after SIGTERM.
            return;
        }

        // The reader of this output may be stuck too, so it has its own thread and timeout.
        var teller = new Thread(() => Report(_session)) { IsBackground = true };
        teller.Start();
        teller.Join(s_tellTimeout);
        Environment.Exit(ExitCode.Interrupted);
    }

    // Not through Console.Error, whose lock a stuck thread may hold.
    private static void Report(ISessionControl? session)
    {
        var lines = new List<string> { "lowlatency: terminated by a second signal" };
        lines.AddRange(session is null ? [] : OpenOrderText.Lines(session.ReadOpenOrders()));
        try
        {
            using Stream errors = Console.OpenStandardError();
            errors.Write(Encoding.UTF8.GetBytes(string.Join(Environment.NewLine, lines) + Environment.NewLine));
        }
        catch (IOException)
        {
            // The terminal is gone. Unhandled, this would end the process with another code.
        }
    }
}
