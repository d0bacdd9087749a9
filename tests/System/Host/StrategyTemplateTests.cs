using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>What <c>dotnet new</c> makes of templates/strategy builds against this checkout, and its test passes. Slow:
/// it starts the compiler.</summary>
public sealed class StrategyTemplateTests(ITestOutputHelper output)
{
    [Fact]
    public async Task ShouldBuildAndPassItsOwnTest()
    {
        string root = Root();
        using var folder = new TemporaryFolder();
        string hive = folder.File("hive");
        string made = folder.File("Mine");
        await RunAsync("new", "install", Path.Combine(root, "templates", "strategy"), "--debug:custom-hive", hive);
        await RunAsync(
            "new", "lowlatency-strategy", "-n", "Mine", "-o", made, "--lowlatency", root,
            "--debug:custom-hive", hive);
        File.Copy(Path.Combine(root, "nuget.config"), Path.Combine(made, "nuget.config"));
        string tests = Path.Combine(made, "Tests");
        await RunAsync("build", tests, "-c", "Release", "-v", "quiet", "-p:RunAnalyzers=false");
        await RunAsync(Path.Combine(tests, "bin", "Release", "net10.0", "Mine.Tests.dll"));
    }

    private async Task RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in words)
        {
            start.ArgumentList.Add(word);
        }

        // The test's own build must not serve as a guide for this one.
        start.Environment.Remove("MSBuildSDKsPath");
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine($"dotnet {string.Join(' ', words)}");
        output.WriteLine(await text + await errors);
        Assert.Equal(0, process.ExitCode);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LowLatency.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside a checkout");
        }

        return folder.FullName;
    }
}
