using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The benches, as called from a shell. Their results are not checked: tests assert no times.</summary>
public sealed class BenchCommandTests
{
    private static string Sample => Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt");

    private static string KrakenSample => Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "kraken-btcusd");

    [Theory]
    [InlineData(ExitCode.Usage, "'fly'", "bench fly")]
    [InlineData(ExitCode.Usage, "remove --input", "bench ring --input SAMPLE")]
    [InlineData(ExitCode.NotFound, "no recording and no capture at 'nowhere'", "bench parse --input nowhere")]
    [InlineData(ExitCode.NotFound, "unknown venue 'nyse'", "bench parse --input JUNK --venue nyse")]
    [InlineData(ExitCode.DamagedData, "junk", "bench book --input JUNK")]
    [InlineData(ExitCode.DamagedData, "is not a recording", "bench book --input FOLDER")]
    public async Task ShouldEndWithItsCodeAndWords(int code, string words, string line)
    {
        using var folder = new TemporaryFolder();
        string junk = folder.File("junk");
        await File.WriteAllTextAsync(junk, "nothing of the kind", TestContext.Current.CancellationToken);
        (int actual, string output, string errors) = await RunAsync(line.Split(' ').Select(arg => arg switch
        {
            "SAMPLE" => Sample,
            "JUNK" => junk,
            "FOLDER" => folder.Path,
            _ => arg,
        }).ToArray());
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Equal((code, string.Empty), (actual, output));
    }

    [Theory]
    [InlineData("parse", "ns_per_message", "ns_per_level", "allocated_bytes", "gc_collections")]
    [InlineData("book", "ns_per_level", "allocated_bytes")]
    [InlineData("replay", "events_per_second", "ns_per_message", "gc_collections")]
    [InlineData("recorder", "ns_per_message", "megabytes_per_second")]
    public async Task ShouldGiveItsFieldsAndMeasureNoRivals(string name, params string[] fields)
    {
        (int code, string output, string errors) = await RunAsync("bench", name, "--input", Sample, "--json");
        Assert.Equal((ExitCode.Ok, string.Empty), (code, errors));
        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(name, report.GetProperty("measure").GetString());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("problem").ValueKind);
        JsonElement[] figures = report.GetProperty("figures").EnumerateArray().ToArray();
        Assert.All(fields, field => Assert.Contains(figures, figure => figure.TryGetProperty(field, out _)));
        Assert.All(figures, figure => Assert.False(figure.GetProperty("is_yardstick").GetBoolean()));
    }

    [Fact]
    public async Task ShouldMeasureAnotherVenuesRecording()
    {
        (int code, string output, _) = await RunAsync("bench", "parse", "--input", KrakenSample);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("kraken", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ShouldLeaveNothingBehindWithoutAnInput()
    {
        string[] before = Left();
        (int code, string output, _) = await RunAsync("bench", "book");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("generated USD-M BTCUSDT", output, StringComparison.Ordinal);
        Assert.Empty(Left().Except(before));
    }

    private static string[] Left() => Directory.GetDirectories(Path.GetTempPath(), "lowlatency-bench-*");

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
