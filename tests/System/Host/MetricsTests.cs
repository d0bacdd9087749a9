using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Sessions;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class MetricsTests
{
    [Fact]
    public async Task ShouldServeAPageThatPrometheusAccepts()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var settings = new LiveSettings
        {
            Symbols = ["BTCUSDT", "ETHUSDT"],
            EmbeddedVenue = new EmbeddedVenueSettings { Speed = "30" },
            Recorder = new RecorderSettings { Enabled = false },
            Journal = new JournalSettings { Enabled = false },
            Metrics = new MetricsSettings { Port = 0 },
            Risk = Patience.Risk,
        };
        await using var session = (LiveSession)await Pipeline.StartAsync(settings, cancellation);
        await using SessionServer? server = await MetricsSetup.StartAsync(settings.Metrics, session);
        using var http = new HttpClient();
        string[] awaited = ["latency_seconds_count", "lowlatency_book_live{venue=\"binance\",symbol=\"ETHUSDT\"} 1"];
        string page = await Eventually.SeesAsync(
            () => http.GetStringAsync(new Uri(server!.Address), cancellation),
            text => awaited.All(words => text.Contains(words, StringComparison.Ordinal)),
            "no order's latency is on the page, or the second book is not live");
        AssertHistogramAddsUp(page);
        Assert.Contains("lowlatency_book_live{venue=\"binance\",symbol=\"ETHUSDT\"} 1", page, StringComparison.Ordinal);
        Assert.Contains("lowlatency_orders_total{venue=\"binance\",symbol=\"BTCUSDT\",side=\"buy\",outcome=\"placed\"}",
            page, StringComparison.Ordinal);
        Assert.Contains("\nlowlatency_recorder_health 0\n", page, StringComparison.Ordinal);
        Assert.EndsWith("\n", page);
        await AssertRefusesStrangersAsync(http, server!.Address);
        AssertPromtoolIsContent(page);
    }

    private static void AssertHistogramAddsUp(string page)
    {
        double[] buckets = page.Split('\n')
            .Where(line => line.StartsWith("lowlatency_order_latency_seconds_bucket", StringComparison.Ordinal))
            .Select(Value).ToArray();
        double count = page.Split('\n')
            .Where(line => line.StartsWith("lowlatency_order_latency_seconds_count", StringComparison.Ordinal))
            .Select(Value).Single();

        Assert.Equal(buckets.Order(), buckets);
        Assert.Equal(count, buckets[^1]);
        Assert.NotEqual(0, count);
    }

    private static double Value(string line) =>
        double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static async Task AssertRefusesStrangersAsync(HttpClient http, string address)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var foreign = new HttpRequestMessage(HttpMethod.Get, address);
        foreign.Headers.Host = "evil.example";
        using HttpResponseMessage refused = await http.SendAsync(foreign, cancellation);
        using HttpResponseMessage post = await http.PostAsync(new Uri(address), null, cancellation);
        using HttpResponseMessage elsewhere = await http.GetAsync(new Uri(address + "x"), cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    private static void AssertPromtoolIsContent(string page)
    {
        string? promtool = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')
            .Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(promtool is null, "promtool is missing: install the Debian package prometheus");
        using Process process = Process.Start(new ProcessStartInfo(promtool!, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(page);
        process.StandardInput.Close();
        string words = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal((string.Empty, 0), (words, process.ExitCode));
    }
}
