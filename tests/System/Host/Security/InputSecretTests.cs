using System.IO;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host.Security;

/// <summary>An input whose path has a query is shown without the query.</summary>
public sealed class InputSecretTests
{
    private const string Canary = "c4nary9f3e2d1c";

    [Theory]
    [InlineData("--json")]
    [InlineData("--set", "Strategy:Name=Glft")]
    public async Task ShouldShowAnInputWithoutItsQuery(params string[] more)
    {
        using var folder = new TemporaryFolder();
        string input = folder.File($"rec?token={Canary}");
        Directory.CreateDirectory(input);
        File.Copy(
            Path.Combine(System.AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt", "000000.lls.lz4"),
            Path.Combine(input, "000000.lls.lz4"));
        using var said = new StringWriter();

        int code = await Program.RunAsync(
            ["--input", input, "--speed", "max", "--for", "2s", "--no-metrics", "--no-record", "--set",
                "Journal:Enabled=false", .. more],
            said, said, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("embedded venue: ", said.ToString(), System.StringComparison.Ordinal);
        Assert.Contains("rec?***", said.ToString(), System.StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, said.ToString(), System.StringComparison.Ordinal);
    }
}
