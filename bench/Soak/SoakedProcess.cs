using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Recorder;

namespace LowLatency.Bench.Soak;

/// <summary>A sample of the process, from the operating system.</summary>
/// <param name="Seconds">Time since its start.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="AnonymousBytes">Its anonymous part: heap, rings, stacks.</param>
/// <param name="Handles">Open handles.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct SystemSample(
    double Seconds, long ResidentBytes, long AnonymousBytes, int Handles, int Threads);

/// <summary>The live process of a soak, in its own temporary folder.</summary>
internal sealed class SoakedProcess : IDisposable
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endTimeout = TimeSpan.FromSeconds(60);

    // In hours of market time, fees exceed a daily loss limit: orders must continue until the end.
    private static readonly string[] s_limits =
        ["--set", "Risk:MaxDailyLoss=1000000000", "--set", "Risk:MaxDrawdown=1000000000"];

    private readonly DirectoryInfo _folder = new(PrivateFile.CreateTemporaryFolder("lowlatency-soak-"));
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _words = [];
    private readonly string _page;
    private readonly Process _process;

    public SoakedProcess(SoakOptions options)
    {
        int port = FreePort();
        _page = $"http://127.0.0.1:{port}/metrics";
        string[] input = options.Input.Length == 0
            ? []
            : ["--input", Path.GetFullPath(options.Input), "--set", "EmbeddedVenue:Loop=true"];
        var start = new ProcessStartInfo(Path.GetFullPath(options.Program))
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string word in (string[])
            ["live", "--quiet", "--speed", options.Speed, "--metrics-port", $"{port}", .. s_limits, .. input])
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Time since its start.</summary>
    public TimeSpan Age => _watch.Elapsed;

    /// <summary>Its output, line by line.</summary>
    public IReadOnlyList<string> Text
    {
        get
        {
            lock (_words)
            {
                return _words.ToArray();
            }
        }
    }

    /// <summary>Waits for the first market event.</summary>
    /// <exception cref="InvalidOperationException">There was none in time.</exception>
    public async Task WaitForMarketAsync()
    {
        while (!HasExited && Age < s_startTimeout)
        {
            try
            {
                if ((await ScrapeAsync().ConfigureAwait(false)).Sum("lowlatency_feed_events_total") > 0)
                {
                    return;
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
            {
                // It does not listen or answer yet.
            }

            await Task.Delay(100).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"the live process did not start: {string.Join('\n', Text)}");
    }

    /// <summary>Reads the metrics page.</summary>
    /// <exception cref="HttpRequestException">There was no page.</exception>
    /// <exception cref="OperationCanceledException">Timeout.</exception>
    public async Task<MetricsPage> ScrapeAsync() =>
        new(await _http.GetStringAsync(new Uri(_page)).ConfigureAwait(false));

    /// <summary>Takes a sample.</summary>
    public SystemSample Sample()
    {
        string root = $"/proc/{_process.Id}";
        Dictionary<string, string> status = File.ReadLines($"{root}/status")
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return new SystemSample(
            Age.TotalSeconds,
            Kilobytes(status["VmRSS"]) << 10,
            Kilobytes(status["RssAnon"]) << 10,
            Directory.GetFiles($"{root}/fd").Length,
            Directory.GetDirectories($"{root}/task").Length);
    }

    /// <summary>Sends SIGTERM and waits.</summary>
    /// <returns>The exit code; -1 after a timeout.</returns>
    public async Task<int> EndAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync().ConfigureAwait(false);
        }

        using var timeout = new CancellationTokenSource(s_endTimeout);
        try
        {
            await _process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return -1;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } words)
        {
            lock (_words)
            {
                _words.Add(words);
            }
        }
    }

    private static long Kilobytes(string text) =>
        long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
