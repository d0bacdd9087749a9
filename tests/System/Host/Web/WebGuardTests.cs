using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.Web;
using Xunit;

namespace LowLatency.Tests.Host.Web;

/// <summary>Every route under every attack, written to the socket byte by byte.</summary>
public sealed class WebGuardTests
{
    private const string HealthLive = "/health/live";
    private const string Right = "Authorization: Bearer " + WebRig.Token + "\r\n";
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    // The last is not a route: unknown paths must be refused as well.
    private static readonly string[] s_routes = ["/metrics", HealthLive, "/health/ready", "/live", "/nowhere"];

    // {0} is the route, {1} the server's own host and port.
    private static readonly Attack[] s_attacks =
    [
        new("foreign Host", 400, Get("evil.example") + Right),
        new("rebinding name", 400, Get("127.0.0.1.evil.example:{2}") + Right),
        new("loopback as user of a foreign Host", 400, Get("127.0.0.1@evil.example") + Right),
        new("another loopback address's name", 400, Get("127.0.0.2") + Right),
        new("no Host", 400, "GET {0} HTTP/1.1\r\n" + Right),
        new("no Host, HTTP/1.0", 400, "GET {0} HTTP/1.0\r\n" + Right),
        new("two Hosts", 400, Get("{1}") + "Host: evil.example\r\n" + Right),
        new("absolute form, foreign", 400, "GET http://evil.example{0} HTTP/1.1\r\nHost: {1}\r\n" + Right),
        new("absolute form and Host, foreign", 400,
            "GET http://evil.example{0} HTTP/1.1\r\nHost: evil.example\r\n" + Right),
        new("foreign Origin", 403, Get("{1}") + Right + "Origin: http://evil.example\r\n"),
        new("Origin null", 403, Get("{1}") + Right + "Origin: null\r\n"),
        new("Origin of another port", 403, Get("{1}") + Right + "Origin: http://127.0.0.1:1\r\n"),
        new("two Origins", 403, Get("{1}") + Right + "Origin: http://{1}\r\nOrigin: http://evil.example\r\n"),
        new("cross-site", 403, Get("{1}") + Right + "Sec-Fetch-Site: cross-site\r\n"),
        new("same-site", 403, Get("{1}") + Right + "Sec-Fetch-Site: same-site\r\n"),
        new("cross-site POST", 403, "POST {0} HTTP/1.1\r\nHost: {1}\r\n" + Right
            + "Origin: http://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"),
        new("websocket from a foreign Origin", 403, Get("{1}") + Right + Upgrade + "Origin: http://evil.example\r\n"),
        new("websocket under a rebinding name", 400, Get("rebound.example:{2}") + Right + Upgrade
            + "Origin: http://rebound.example:{2}\r\n"),
        new("POST", 405, "POST {0} HTTP/1.1\r\nHost: {1}\r\nContent-Length: 0\r\n" + Right),
        new("DELETE", 405, "DELETE {0} HTTP/1.1\r\nHost: {1}\r\n" + Right),
        new("TRACE", 405, "TRACE {0} HTTP/1.1\r\nHost: {1}\r\n" + Right),
        new("preflight", 403, "OPTIONS {0} HTTP/1.1\r\nHost: {1}\r\nOrigin: http://evil.example\r\n"
            + "Access-Control-Request-Method: GET\r\n" + Right),
        new("unheard-of method", 405, "STEAL {0} HTTP/1.1\r\nHost: {1}\r\n" + Right),
        new("no token", 401, Get("{1}")) { IsAllowedForOpen = true },
        new("wrong token", 401, Get("{1}") + "Authorization: Bearer 0123456789abcdef-wrong\r\n")
        {
            IsAllowedForOpen = true,
        },
        new("beginning of the token", 401, Get("{1}") + Right.Replace("-right", "-righ", StringComparison.Ordinal))
        {
            IsAllowedForOpen = true,
        },
        new("token twice", 401, Get("{1}") + Right + Right) { IsAllowedForOpen = true },
        new("token as password", 401, Get("{1}") + "Authorization: Basic " + WebRig.Token + "\r\n")
        {
            IsAllowedForOpen = true,
        },
        new("token in the query", 401, "GET {0}?token=" + WebRig.Token + " HTTP/1.1\r\nHost: {1}\r\n")
        {
            IsAllowedForOpen = true,
        },
        new("websocket without token", 401, Get("{1}") + Upgrade) { IsAllowedForOpen = true },
        new("header too large", 431, Get("{1}") + Right + "X: " + new string('a', 9000) + "\r\n"),
        new("too many headers", 431, Get("{1}") + Right
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"X{i}: 1\r\n"))),
        new("line too long", 414, "GET {0}?" + new string('a', 3000) + " HTTP/1.1\r\nHost: {1}\r\n" + Right),
        new("body too large", 413, Get("{1}") + Right + "Content-Length: 1000000000\r\n"),
        new("body without a length", 413, Get("{1}") + Right + "Transfer-Encoding: chunked\r\n"),
        new("length and chunks", 413, Get("{1}") + Right + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
        new("bad bytes in a header", 400, Get("{1}") + Right + "X\0Y: 1\r\n"),
        new("header folded over lines", 400, Get("{1}") + Right + " folded\r\n"),
        new("HTTP/2 without TLS", 505, "GET {0} HTTP/2.0\r\nHost: {1}\r\n" + Right),
        new("slow headers", 408, Get("{1}") + Right) { IsLeftOpen = true },
    ];

    [Fact]
    [FaultRow("F30")]
    public async Task ShouldRefuseEveryAttackOnEveryRoute()
    {
        using var folder = new TemporaryFolder();
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings
        {
            TokenFile = WebRig.SecretFile(folder, "token", WebRig.Token + "\n"),
            RequestsPerSecond = 100_000,
        });
        int port = rig.Address.Port;
        (string Route, Attack Attack)[] cases = s_routes
            .SelectMany(route => s_attacks.Select(attack => (route, attack))).ToArray();

        // Fewer at a time than the server accepts.
        using var places = new SemaphoreSlim(WebServer.MaxConnections / 2);
        (string Case, int Wanted, int Found)[] found = await Task.WhenAll(cases.Select(async item =>
        {
            await places.WaitAsync(TestContext.Current.CancellationToken);
            (int status, _) = await WebRig.AskAsync(port, item.Attack.Request(item.Route, port));
            places.Release();
            bool isAllowed = item.Attack.IsAllowedForOpen && item.Route == HealthLive;
            return ($"{item.Route}: {item.Attack.Name}", isAllowed ? 200 : item.Attack.Status, status);
        }));

        Assert.Equal([], found.Where(item => item.Wanted != item.Found));
        await AssertServesItsOwnAsync(port);
        int allowed = found.Count(item => item.Wanted == 200);
        FaultLedger.AddFigure($"{s_routes.Length} routes x {s_attacks.Length} attacks: {found.Length - allowed} "
            + $"refused with the right code, 0 let through; {allowed} without a token answered by "
            + $"{HealthLive}, which wants none");
    }

    [Fact]
    public async Task ShouldSendTheHeadersThatKeepAnswersOutOfOtherPages()
    {
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings());
        foreach (string route in s_routes)
        {
            (_, string answer) = await WebRig.AskAsync(
                rig.Address.Port, $"GET {route} HTTP/1.1\r\nHost: localhost\r\n\r\n");

            Assert.All(
                new[]
                {
                    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
                    "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Cache-Control: no-store",
                    "Referrer-Policy: no-referrer", "Cross-Origin-Resource-Policy: same-origin",
                },
                header => Assert.Contains($"\r\n{header}", answer, StringComparison.Ordinal));
            Assert.DoesNotContain("\r\nServer:", answer, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("\r\nAccess-Control-", answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task ShouldServeAWiderAddressOverTlsToWhoeverHasTheToken()
    {
        using var folder = new TemporaryFolder();
        (string certificate, string key) = WebRig.CertificateFiles(folder, "canary-password");
        await using WebRig rig = await WebRig.StartAsync(new MetricsSettings
        {
            Address = "0.0.0.0",
            Hosts = ["engine.example"],
            CertificateFile = certificate,
            CertificateKeyFile = key,
            CertificatePasswordFile = WebRig.SecretFile(folder, "password", "canary-password"),
            TokenFile = WebRig.SecretFile(folder, "token", WebRig.Token),
        });
        int port = rig.Address.Port;

        (int plain, _) = await WebRig.AskAsync(port, $"GET /metrics HTTP/1.1\r\nHost: engine.example\r\n{Right}\r\n");
        (int named, _) = await WebRig.AskAsync(
            port, $"GET /metrics HTTP/1.1\r\nHost: engine.example\r\n{Right}\r\n", isTls: true);
        (int foreign, _) = await WebRig.AskAsync(
            port, $"GET /metrics HTTP/1.1\r\nHost: evil.example\r\n{Right}\r\n", isTls: true);
        (int unknown, _) = await WebRig.AskAsync(
            port, "GET /metrics HTTP/1.1\r\nHost: engine.example\r\n\r\n", isTls: true);

        Assert.Equal((0, 200, 400, 401), (plain, named, foreign, unknown));
    }

    [Theory]
    [InlineData(true, WebRig.ClientUse)]
    [InlineData(false, WebRig.ClientUse, WebRig.ServerUse)]
    [InlineData(false, WebRig.ServerUse)]
    public void ShouldWantACertificateThatMayServe(bool isRefused, params string[] uses)
    {
        using var folder = new TemporaryFolder();
        (string certificate, string key) = WebRig.CertificateFiles(folder, uses: uses);
        var problems = new List<string>();

        WebAccess.Check(
            MetricsSetup.AccessOf(new MetricsSettings { CertificateFile = certificate, CertificateKeyFile = key }),
            problems);

        Assert.Equal(isRefused, problems.Count == 1);
        Assert.All(
            problems, words => Assert.Contains("extended key usage lacks serverAuth", words, StringComparison.Ordinal));
    }

    [Fact]
    public void ShouldWantACertificateThatHasItsKey()
    {
        using var folder = new TemporaryFolder();
        (string file, _) = WebRig.CertificateFiles(folder);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        string bare = WebRig.SecretFile(folder, "server.pfx", string.Empty);
        File.WriteAllBytes(bare, certificate.Export(X509ContentType.Pkcs12));
        var problems = new List<string>();

        WebAccess.Check(MetricsSetup.AccessOf(new MetricsSettings { CertificateFile = bare }), problems);

        Assert.Contains("it holds no private key", Assert.Single(problems), StringComparison.Ordinal);
    }

    // Settings that the loader would have rejected: Kestrel has its own exception type for a failed start.
    [Fact]
    public async Task ShouldTellWhateverStopsItsStartAsOneType()
    {
        var settings = new MetricsSettings();

        var fault = await Assert.ThrowsAsync<IOException>(
            () => WebServer.StartAsync(
                WebAccess.Load(MetricsSetup.AccessOf(settings)), port: 70_000, 1, 1, [], new ConnectionRoom(1)));

        Assert.IsType<ArgumentOutOfRangeException>(fault.InnerException);
    }

    [Fact]
    public void ShouldLimitEachClientByItself()
    {
        var rates = new ClientRates(10);
        var one = System.Net.IPAddress.Parse("192.0.2.1");
        var other = System.Net.IPAddress.Parse("192.0.2.2");
        int[] atOnce = Enumerable.Range(0, 30).Select(_ => rates.Take(one, 1000)).ToArray();

        Assert.Equal(20, atOnce.Count(wait => wait == 0));
        Assert.All(atOnce.Skip(20), wait => Assert.Equal(1, wait));
        Assert.Equal(0, rates.Take(other, 1000));
        Assert.Equal(0, rates.Take(one, 1100));
        Assert.Equal(1, rates.Take(one, 1100));

        // One network counts as one client, and any number of clients uses bounded memory.
        for (int i = 0; i < 100_000; i++)
        {
            rates.Take(System.Net.IPAddress.Parse($"2001:db8:{i >> 16:x}:{i & 0xffff:x}::1"), 2000);
        }

        var host = System.Net.IPAddress.Parse("2001:db8:ffff:ffff::1");
        var neighbour = System.Net.IPAddress.Parse("2001:db8:ffff:ffff::2");
        Assert.NotEqual(0, rates.Take(host, 2000));
        Assert.Equal(20, Enumerable.Range(0, 30).Count(i => rates.Take(i % 2 == 0 ? host : neighbour, 10_000) == 0));
    }

    private static async Task AssertServesItsOwnAsync(int port)
    {
        foreach (string host in new[] { $"127.0.0.1:{port}", "localhost:9999", "[::1]" })
        {
            (int status, _) = await WebRig.AskAsync(port, $"GET /metrics HTTP/1.1\r\nHost: {host}\r\n{Right}\r\n");
            Assert.Equal(200, status);
        }

        (int own, _) = await WebRig.AskAsync(port, $"GET /metrics HTTP/1.1\r\nHost: localhost:1\r\n{Right}"
            + "Origin: http://localhost:1\r\nSec-Fetch-Site: same-origin\r\n\r\n");
        (int socket, _) = await WebRig.AskAsync(port, $"GET /live HTTP/1.1\r\nHost: localhost:1\r\n{Right}{Upgrade}"
            + "Origin: http://localhost:1\r\n\r\n");
        (int open, _) = await WebRig.AskAsync(port, $"GET {HealthLive} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal((200, 101, 200), (own, socket, open));
    }

    private static string Get(string host) => "GET {0} HTTP/1.1\r\nHost: " + host + "\r\n";

    private sealed record Attack(string Name, int Status, string Text)
    {
        /// <summary>Without the token, allowed on the route that needs none.</summary>
        public bool IsAllowedForOpen { get; init; }

        /// <summary>The headers never end.</summary>
        public bool IsLeftOpen { get; init; }

        public string Request(string route, int port) => Text
            .Replace("{0}", route, StringComparison.Ordinal)
            .Replace("{1}", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("{2}", $"{port}", StringComparison.Ordinal) + (IsLeftOpen ? string.Empty : "\r\n");
    }
}
