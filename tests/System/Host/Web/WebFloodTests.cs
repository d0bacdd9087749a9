using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Sessions;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.Web;
using Xunit;

namespace LowLatency.Tests.Host.Web;

/// <summary>Clients that request too much, and clients that read nothing: the session is not affected.</summary>
public sealed class WebFloodTests
{
    private const int Scrapes = 5000;
    private const int Lines = 4;
    private const int Watchers = 100;
    private const int FloodRounds = 6;

    // 60,000 scrapes: by then the code is compiled and the heap has its size. A number, not a time: a loaded machine
    // serves fewer in the same time.
    private const int WarmUpRounds = 12;

    // All watchers together may use 6.5 MB of the server; a leak of 0.5 KB per scrape would be 15 MB.
    private const long GrowthBound = 12 * 1024 * 1024;

    // Per connection: the server's pipe, and the system's buffers at both ends, which are twice the requested size.
    private const long HeldBytes = 1024 * 1024;

    // Collects garbage after each 2 MiB, so that pending garbage does not count as growth. Hexadecimal.
    private static readonly Dictionary<string, string> s_tidyHeap = new() { ["DOTNET_GCgen0size"] = "200000" };

    [Fact]
    [FaultRow("F29")]
    public async Task ShouldServeAFloodOfScrapesFromOnePageAndDecideTheSame()
    {
        using var folder = new TemporaryFolder();
        await using WebRig rig = await WebRig.StartAsync(
            new MetricsSettings { RequestsPerSecond = 1_000_000 }, folder.Path);
        var watch = Stopwatch.StartNew();

        IReadOnlyList<int>[] found = await Task.WhenAll(Enumerable.Range(0, Lines).Select(
            _ => ScrapeAsync(rig.Address.Port, Scrapes / Lines)));

        double seconds = watch.Elapsed.TotalSeconds;
        Assert.Equal(Scrapes, found.Sum(statuses => statuses.Count(status => status == 200)));
        Assert.InRange(rig.Server.Page.Count, 1, (long)(seconds * 4) + 2);
        long decisions = await StopAndReplayAsync(rig);
        FaultLedger.AddFigure(
            $"{Scrapes} pages served, rendered {rig.Server.Page.Count} times; {decisions} decisions, the "
            + "replay's are the same; nothing dropped");
    }

    [Fact]
    [FaultRow("F29")]
    public async Task ShouldRefuseWhoAsksTooOftenAndStillTellThatItLives()
    {
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings { RequestsPerSecond = 1 });
        int port = rig.Address.Port;

        IReadOnlyList<int> found = await ScrapeAsync(port, 500);
        (int status, string answer) = await WebRig.AskAsync(port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        (int health, _) = await WebRig.AskAsync(port, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Equal([200, 429], found.Distinct().Order());
        Assert.Equal((429, 200), (status, health));
        Assert.Contains("\r\nRetry-After: 1\r\n", answer, StringComparison.Ordinal);
        FaultLedger.AddFigure($"beyond its allowance a client gets 429 and Retry-After "
            + $"({found.Count(item => item == 429)} of {found.Count}); the health routes have one of their own");
    }

    [Fact]
    [FaultRow("F31")]
    public async Task ShouldHoldNothingForWatchersWhoNeverRead()
    {
        using var folder = new TemporaryFolder();
        var options = new LiveStreamOptions
        {
            Interval = TimeSpan.FromMilliseconds(5),
            MaxClients = Watchers + 1,
            Timeout = TimeSpan.FromSeconds(3),
            PingInterval = TimeSpan.FromHours(1),
        };
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings(), folder.Path, options);
        Socket[] sockets = await Task.WhenAll(
            Enumerable.Range(0, Watchers).Select(_ => WatchAsync(rig.Address.Port)));
        using SocketReader reader = await SocketReader.ConnectAsync(LiveAddress(rig));
        (int tooMany, string words) = await WebRig.AskAsync(rig.Address.Port, Handshake);
        await Eventually.EqualsAsync(
            Watchers + 1, () => rig.Server.Live.Clients.Count, "not all clients are connected");
        LiveClient[] clients = rig.Server.Live.Clients.ToArray();

        // Each takes what the system's buffers hold, then nothing, and is disconnected at its timeout.
        long read = 0;
        long longest = 0;
        var watch = Stopwatch.StartNew();
        while (rig.Server.Live.Cut < Watchers)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(6), "clients that never read are not disconnected");
            string message = await reader.ReadAsync();
            using JsonDocument status = JsonDocument.Parse(message);
            Assert.Equal("status", status.RootElement.GetProperty("kind").GetString());
            longest = Math.Max(longest, message.Length);
            read++;
        }

        Assert.Equal(503, tooMany);
        Assert.Contains("\r\nRetry-After: ", words, StringComparison.Ordinal);
        await Eventually.EqualsAsync(1, () => rig.Server.Live.Clients.Count, "disconnected clients are not removed");
        LiveClient[] cut = clients.Where(client => client.IsCut).ToArray();
        Assert.Equal(Watchers, cut.Length);
        Assert.All(cut, client => Assert.NotEqual(0, client.Skipped));
        Assert.All(cut, client => Assert.InRange(client.Sent * longest, 1, HeldBytes));
        Assert.NotEqual(0, read);
        long decisions = await StopAndReplayAsync(rig);
        FaultLedger.AddFigure($"{Watchers} watchers that never read: {cut.Sum(client => client.Sent)} messages taken "
            + $"by the system, {cut.Sum(client => client.Skipped)} not offered, all {cut.Length} cut, 0 queued; a "
            + $"reader beside them went on; {decisions} decisions, the replay's are the same");
        Array.ForEach(sockets, socket => socket.Dispose());
    }

    [Fact]
    [FaultRow("F29")]
    [FaultRow("F31")]
    public async Task ShouldKeepItsMemoryUnderBothFloods()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the system's figures of a process are read");
        using var folder = new TemporaryFolder();
        using HostProcess host = HostProcess.Start(
            folder.Path,
            s_tidyHeap,
            [
                "--json", "--speed", "20", "--no-record", "--metrics-port", "0", "--set", "Journal:Enabled=false",
                "--set", "Metrics:RequestsPerSecond=1000000", "--set", "Metrics:LiveIntervalMs=100",
            ]);
        using JsonDocument start = JsonDocument.Parse(await host.FirstLine);
        int port = new Uri(start.RootElement.GetProperty("metrics").GetString()!).Port;
        Socket[] sockets = await Task.WhenAll(Enumerable.Range(0, Watchers).Select(_ => WatchAsync(port)));

        var statuses = new List<int>();
        for (int i = 0; i < WarmUpRounds; i++)
        {
            statuses.AddRange(await ScrapeAsync(port, Scrapes));
        }

        int warmedUpBy = statuses.Count;
        long before = ProcessMemory.Resident(host.Id);
        for (int i = 0; i < FloodRounds; i++)
        {
            statuses.AddRange(await ScrapeAsync(port, Scrapes));
        }

        long growth = ProcessMemory.Resident(host.Id) - before;
        Assert.All(statuses, status => Assert.Equal(200, status));
        Assert.InRange(growth, long.MinValue, GrowthBound);
        FaultLedger.AddFigure($"{FloodRounds * Scrapes} scrapes beside {Watchers} watchers that were let in and never "
            + $"read, a process of its own, after {warmedUpBy} scrapes to warm up: growth of resident "
            + $"memory {growth / 1e6:+0.0;-0.0;0.0} MB, from {before / 1e6:0} MB");
        Array.ForEach(sockets, socket => socket.Dispose());
    }

    [Theory]
    [FaultRow("F31")]
    [InlineData(1, 5000, WebSocketCloseStatus.MessageTooBig)]
    [InlineData(17, 10, WebSocketCloseStatus.PolicyViolation)]
    public async Task ShouldSendAwayWhoSaysTooMuch(int messages, int bytes, WebSocketCloseStatus wanted)
    {
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings());
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(LiveAddress(rig), TestContext.Current.CancellationToken);
        for (int i = 0; i < messages; i++)
        {
            await socket.SendAsync(
                new byte[bytes], WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        }

        byte[] buffer = new byte[64 * 1024];
        while (socket.CloseStatus is null)
        {
            await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(wanted, socket.CloseStatus);
        await Eventually.EqualsAsync(0, () => rig.Server.Live.Clients.Count, "a rejected client is not removed");
    }

    [Fact]
    public async Task ShouldSayWhatIsServedThere()
    {
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings());
        (int status, string answer) = await WebRig.AskAsync(
            rig.Address.Port, "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.Equal(426, status);
        Assert.Contains("\r\nUpgrade: websocket\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, rig.Server.Live.Made);
    }

    private static string Handshake => "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static Uri LiveAddress(WebRig rig) => new($"ws://127.0.0.1:{rig.Address.Port}/live");

    // Ten requests at once on one connection, repeatedly.
    private static async Task<IReadOnlyList<int>> ScrapeAsync(int port, int count)
    {
        const int AtOnce = 10;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Socket socket = await WebRig.ConnectAsync(port);
        byte[] requests = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", AtOnce)));
        var answers = new HttpAnswers(socket);
        var statuses = new List<int>();
        while (statuses.Count < count)
        {
            await socket.SendAsync(requests, cancellation);
            for (int i = 0; i < AtOnce; i++)
            {
                statuses.Add(await answers.NextAsync(cancellation));
            }
        }

        return statuses;
    }

    // Byte by byte, so that only the handshake's answer is read.
    private static async Task<Socket> WatchAsync(int port)
    {
        Socket socket = await WebRig.ConnectAsync(port, receiveBufferBytes: 4096);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Handshake), TestContext.Current.CancellationToken);
        byte[] head = new byte[1024];
        int count = 0;
        while (!head.AsSpan(0, count).EndsWith("\r\n\r\n"u8)
            && await socket.ReceiveAsync(head.AsMemory(count, 1), TestContext.Current.CancellationToken) == 1)
        {
            count++;
        }

        Assert.StartsWith("HTTP/1.1 101 ", Encoding.ASCII.GetString(head, 0, count), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<long> StopAndReplayAsync(WebRig rig)
    {
        await Eventually.HoldsAsync(
            () => rig.Session.ReadStatus().RecentDecisions.Count != 0, "the session decided nothing");
        await rig.Session.StopAsync(CancellationToken.None);
        SessionStatus status = rig.Session.ReadStatus();
        Assert.Equal(("ok", 0L), (status.Recorder!.Health, status.Recorder.DroppedRecords));
        Assert.NotEqual(0, status.Decisions.Count);
        ReplayResult replay = RecordingReplay.Run(status.Recorder.Folder);
        Assert.Equal(status.Decisions.Count, replay.Decisions.Count);
        Assert.Equal(status.Decisions.Value, replay.Decisions.Value);
        return status.Decisions.Count;
    }
}
