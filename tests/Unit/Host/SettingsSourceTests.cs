using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using LowLatency.Recorder;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Where lists come from, and how much a source may hold.</summary>
public sealed class SettingsSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, null, "", "default")]
    [InlineData("""["A","B"]""", null, null, "A,B", "own.json")]
    [InlineData("\"A,B\"", null, null, "A,B", "own.json")]
    [InlineData("[]", null, null, "", "own.json")]
    [InlineData("""["A","B","C"]""", "LOWLATENCY__Symbols=D", null, "D", "environment variable LOWLATENCY__Symbols")]
    [InlineData("\"A,B\"", "LOWLATENCY__Symbols__0=D", null, "D", "environment variable LOWLATENCY__Symbols__0")]
    [InlineData(
        """["A","B"]""", "LOWLATENCY__Symbols__1=D", null, "D", "environment variable LOWLATENCY__Symbols__1")]
    [InlineData("""["A"]""", "LOWLATENCY__Symbols=D", "Symbols=E", "E", "command line, --set")]
    [InlineData("""["A","B"]""", null, "Symbols:0=E", "E", "command line, --set")]
    [InlineData("""["A"]""", null, "symbols=E,F", "E,F", "command line, --set")]
    [InlineData(
        """["0","1","2","3","4","5","6","7","8","9","10"]""", null, null, "0,1,2,3,4,5,6,7,8,9,10", "own.json")]
    public void ShouldSayWhereAListCameFrom(
        string? file, string? variable, string? option, string symbols, string origin)
    {
        string path = _folder.File("own.json");
        File.WriteAllText(path, $$"""{"Symbols":{{file ?? "null"}}}""");
        CommandLineSetting[] options = option?.Split('=', 2) is [var key, var value]
            ? [new CommandLineSetting(key, value, "--set")]
            : [];

        // Of the usual files one stands beside the program; it is not what is tested here.
        LoadedSettings loaded = SettingsLoader.Read(options, path, Variables(variable));
        ShownSetting shown = SettingsList.Of(loaded).Single(item => item.Key == "Symbols");

        Assert.Equal(symbols, shown.Value);
        Assert.EndsWith(
            file is null && variable is null && option is null ? "appsettings.json" : origin, shown.Origin,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldSayThatNobodySetAList()
    {
        LoadedSettings loaded = SettingsLoader.Read([], null, environment: null);

        Assert.Equal("default", SettingsList.Of(loaded).Single(item => item.Key == "Symbols").Origin);
    }

    [Theory]
    [InlineData("/dev/zero", "'/dev/zero' is larger than the limit of 1 MiB")]
    [InlineData("FOLDER", "is a folder, not a file")]
    [InlineData("LARGE", "is larger than the limit of 1 MiB")]
    [InlineData("nowhere", "there is no such file")]
    public void ShouldReadNoMoreThanAFileMayHold(string path, string words)
    {
        Assert.SkipWhen(path.StartsWith('/') && OperatingSystem.IsWindows(), "this system has no such device");
        string large = _folder.File("large.json");
        File.WriteAllText(large, new string(' ', SettingsLoader.MaxFileBytes) + "{}");

        LoadedSettings loaded = SettingsLoader.Read(
            [], path switch { "FOLDER" => _folder.Path, "LARGE" => large, _ => path }, environment: null);

        string problem = Assert.Single(loaded.Problems, line => line.StartsWith("--config", StringComparison.Ordinal));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldNotWaitForAPipeIntoWhichNobodyWrites()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this system has no such pipes");
        string pipe = _folder.File("pipe");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        IOException fault = Assert.Throws<IOException>(
            () => BoundedFile.Read(pipe, 100, TimeSpan.FromMilliseconds(100)));

        Assert.Contains("has not come to its end within", fault.Message, StringComparison.Ordinal);

        // Whoever still waits is let go.
        await using var end = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    [Fact]
    public async Task ShouldReadWhatAPipeBrings()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this system has no such pipes");
        string pipe = _folder.File("pipe");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Task writing = Task.Run(
            () =>
            {
                using var end = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                end.Write("""{"Symbols":["A"]}"""u8);
            },
            TestContext.Current.CancellationToken);
        LoadedSettings loaded = SettingsLoader.Read([], pipe, environment: null);
        await writing;

        Assert.Empty(loaded.Problems);
        Assert.Equal(["A"], loaded.Settings.Symbols);
    }

    [Fact]
    public void ShouldTakeAsManySymbolsAsItSays()
    {
        LoadedSettings most = ReadSymbols(LiveSettings.MaxSymbols);
        LoadedSettings more = ReadSymbols(LiveSettings.MaxSymbols + 1);

        Assert.Empty(most.Problems);
        Assert.Equal(LiveSettings.MaxSymbols, most.Settings.Symbols.Count);
        string problem = Assert.Single(more.Problems);
        Assert.Contains("own.json): 10001 symbols; the maximum is 10000", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldNameTheSymbolThatIsThereTwice()
    {
        LoadedSettings loaded = SettingsLoader.Read(
            [new CommandLineSetting("Symbols", "A,B,A", "--symbols")], null, environment: null);

        Assert.Equal(["Symbols (command line, --symbols): 'A' is listed twice"], loaded.Problems);
    }

    [Fact]
    public void ShouldCountUnknownKeysThatItDoesNotName()
    {
        string path = _folder.File("own.json");
        File.WriteAllText(path, $"{{{string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"Nope{i}\":1"))}}}");

        LoadedSettings loaded = SettingsLoader.Read([], path, environment: null);

        Assert.Equal(21, loaded.Problems.Count);
        Assert.Equal("59980 more unknown settings", loaded.Problems[^1]);
    }

    private static Dictionary<string, string> Variables(string? variable) =>
        variable?.Split('=', 2) is [var name, var value]
            ? new Dictionary<string, string> { [name] = value }
            : [];

    private LoadedSettings ReadSymbols(int count)
    {
        string path = _folder.File("own.json");
        File.WriteAllText(
            path, $$"""{"Symbols":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"S{i}\""))}}]}""");
        return SettingsLoader.Read([], path, environment: null);
    }
}
