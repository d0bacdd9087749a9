using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>
/// The real program as a separate process in a temporary folder, with the signals that an operator or a supervisor may
/// send.
/// </summary>
internal sealed class HostProcess : IDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Abort = 6;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    private const int Stop = 19;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<string> _firstLine =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            Append(_output, line.Data);
            _firstLine.TrySetResult(line.Data ?? string.Empty);
        };
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>The first line of its output.</summary>
    public Task<string> FirstLine => _firstLine.Task;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its current folder, for files without an explicit path.</param>
    /// <param name="args">The command line.</param>
    public static HostProcess Start(string folder, params IEnumerable<string> args) =>
        Start(folder, new Dictionary<string, string>(), args);

    /// <summary>Starts it with additional environment variables.</summary>
    public static HostProcess Start(
        string folder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> args) =>
        Start(folder, environment, ignoresHangUp: false, args);

    /// <summary>Starts it as nohup does, with SIGHUP ignored.</summary>
    public static HostProcess StartWithoutHangUp(string folder, params IEnumerable<string> args) =>
        Start(folder, new Dictionary<string, string>(), ignoresHangUp: true, args);

    /// <summary>Starts it under a umask, such as 0000.</summary>
    public static HostProcess StartWithUmask(string folder, string umask, params IEnumerable<string> args) =>
        Start(folder, new Dictionary<string, string>(), ignoresHangUp: false, args,
            ["sh", "-c", "umask \"$0\"; exec \"$@\"", umask]);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string folder, params IEnumerable<string> args)
    {
        using HostProcess process = Start(folder, args);
        int code = await process.EndAsync();
        return (code, process.Output, process.Errors);
    }

    public void Send(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    /// <summary>
    /// Sends SIGSTOP and waits until it has stopped. The signal returns before its threads stop, so anything they write
    /// meanwhile would count as written while stopped.
    /// </summary>
    public async Task StopAsync()
    {
        Send(Stop);
        await UntilAsync(
            () => Directory.GetDirectories($"/proc/{Id}/task").All(IsStopped), "one of its threads did not stop");
    }

    /// <summary>Ends it with SIGABRT. The runtime catches the first one and restores the default action.</summary>
    public async Task AbortAsync()
    {
        Send(Abort);
        await UntilAsync(() => HasExited || !HasSignal($"/proc/{Id}/status", "SigCgt:", Abort), "it caught SIGABRT");
        if (!HasExited)
        {
            Send(Abort);
        }
    }

    /// <summary>Waits for its end. The timeout is a safety limit, not a measurement.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Eventually.Timeout);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the process did not end; its output:\n{Output}\n{Errors}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until a condition holds while it runs.</summary>
    public Task UntilAsync(Func<bool> condition, string otherwise) => Eventually.HoldsAsync(
        () =>
        {
            // What came true before its end counts.
            bool hasExited = _process.HasExited;
            bool isTrue = condition();
            Assert.False(hasExited && !isTrue, $"{otherwise}: it ended instead:\n{Output}\n{Errors}");
            return isTrue;
        },
        otherwise,
        () => $"its output:\n{Output}\n{Errors}");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static HostProcess Start(
        string folder, IReadOnlyDictionary<string, string> environment, bool ignoresHangUp, IEnumerable<string> args,
        IEnumerable<string>? prefix = null)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] words = ["dotnet", Path.Combine(AppContext.BaseDirectory, "lowlatency.dll"), .. args];
        if (ignoresHangUp || IsIgnored(Interrupt) || IsIgnored(HangUp))
        {
            // Background jobs of a shell ignore Ctrl-C, those of nohup SIGHUP, and their children inherit that.
            words =
            [
                "env", "--default-signal=INT", ignoresHangUp ? "--ignore-signal=HUP" : "--default-signal=HUP", .. words,
            ];
        }

        words = [.. prefix ?? [], .. words];
        start.FileName = words[0];
        foreach (string word in words.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        // It does not live long enough for profiling to pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new HostProcess(Process.Start(start)!);
    }

    private static bool IsStopped(string thread)
    {
        try
        {
            // The state follows the name, which may contain anything.
            string line = File.ReadAllText(Path.Combine(thread, "stat"));
            return line[line.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            // It ended between listing and reading; the next check will not list it.
            return false;
        }
    }

    private static bool IsIgnored(int signal) => HasSignal("/proc/self/status", "SigIgn:", signal);

    private static bool HasSignal(string status, string mask, int signal)
    {
        string? line = File.ReadLines(status).FirstOrDefault(item => item.StartsWith(mask, StringComparison.Ordinal));
        ulong signals = line is null
            ? 0
            : ulong.Parse(line[mask.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (signals & (1UL << (signal - 1))) != 0;
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
