using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Engine.Strategies;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.Security;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.Web;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class ConfigCommandTests(ITestOutputHelper output)
{
    // Placeholder for the file's name in expected texts.
    private const string File = "<file>";

    /// <summary>One key with a mistake, as a settings file.</summary>
    /// <param name="Key">The intended key.</param>
    /// <param name="Kind">Kind of mistake.</param>
    /// <param name="Json">The file.</param>
    /// <param name="Text">Expected error.</param>
    /// <param name="Nearest">Expected suggestion, or null.</param>
    private sealed record Mistake(string Key, string Kind, string Json, string Text, string? Nearest);

    [Fact]
    [FaultRow("F28")]
    public async Task ShouldRefuseEveryKeyThatIsMisspeltMistypedOrOutOfRange()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("own.json");
        List<Mistake> mistakes = Mistakes();
        foreach (Mistake mistake in mistakes)
        {
            await System.IO.File.WriteAllTextAsync(file, mistake.Json, TestContext.Current.CancellationToken);
            foreach (string verb in new[] { "check-config", "live" })
            {
                (int code, string told, string errors) = await RunAsync(verb, "--config", file);

                Assert.True(code == ExitCode.Configuration, $"{verb} {mistake}: {code}\n{told}{errors}");
                Assert.Equal(string.Empty, told);
                Assert.Contains(mistake.Text.Replace(File, file, StringComparison.Ordinal), errors,
                    StringComparison.Ordinal);
                Assert.Matches(
                    mistake.Nearest is { } key ? $@"did you mean ([^?]* or )?{Regex.Escape(key)}( or [^?]*)?\?" : "",
                    errors);
            }
        }

        string[] keys = Keys().Select(item => item.Key).Distinct().ToArray();
        Assert.Equal(keys.Order(), mistakes.Select(item => item.Key).Distinct().Order());
        string kinds = string.Join(
            ", ", mistakes.GroupBy(item => item.Kind).Select(kind => $"{kind.Count()} {kind.Key}"));
        output.WriteLine($"{keys.Length} keys, {kinds}");
        FaultLedger.AddFigure($"{keys.Length} of {keys.Length} keys (100 %), {mistakes.Count} mistakes ({kinds}), all "
            + "refused with exit code 4, file and key named, and the nearest key where it was misspelt");
    }

    [Fact]
    public async Task ShouldTellEverythingAtOnceAndNothingElse()
    {
        (int code, string output, string errors) = await RunAsync(
            "check-config", "--venue", "nyse", "--symbols", "A,A", "--speed", "fast", "--set", "Feed:AnswerTimeout=1",
            "--set", "StreamAddress=nowhere", "--strategy", "Gird");

        Assert.Equal((ExitCode.Configuration, string.Empty), (code, output));
        Assert.Equal(7, errors.TrimEnd().Split('\n').Length);
        Assert.All(
            new[]
            {
                "Venue = 'nyse' (command line, --venue)", "Symbols (command line, --symbols): 'A' is listed twice",
                "EmbeddedVenue:Speed = 'fast' (command line, --speed)", "did you mean Feed:AnswerTimeoutSeconds?",
                "StreamAddress = 'nowhere' (command line, --set)", "Strategy:Name = 'Gird' (command line, --strategy)",
            },
            words => Assert.Contains(words, errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShouldSayWhenTheyCanBeUsed()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("own.json");
        await System.IO.File.WriteAllTextAsync(file, """{"Risk":{"MaxOpenOrders":3}}""", TestContext.Current.CancellationToken);

        (int code, string output, string errors) = await RunAsync("check-config", "--config", file, "--no-record");

        Assert.Equal((ExitCode.Ok, string.Empty), (code, errors));
        Assert.Matches(
            @"^settings are valid: \d+ keys from 3 sources \(.*own\.json.*command line.*\)\n$", output);
    }

    [Fact]
    public async Task ShouldShowEverySettingWithWhereItCameFrom()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("own.json");
        await System.IO.File.WriteAllTextAsync(
            file, """{"Risk":{"MaxOpenOrders":3},"Strategy":{"Run":6}}""", TestContext.Current.CancellationToken);
        string[] args = ["show-config", "--config", file, "--set", "Symbols=A,B"];

        (int code, string text, _) = await RunAsync(args);
        (int jsonCode, string json, _) = await RunAsync([.. args, "--json"]);

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (code, jsonCode));
        using JsonDocument document = JsonDocument.Parse(json);
        Dictionary<string, (string Value, string Default, string Origin)> shown = document.RootElement.EnumerateArray()
            .ToDictionary(
                item => item.GetProperty("key").GetString()!,
                item => (item.GetProperty("value").GetString()!, item.GetProperty("default").GetString()!,
                    item.GetProperty("origin").GetString()!));
        Assert.Equal(("3", "20", file), shown["Risk:MaxOpenOrders"]);
        Assert.Equal(("6", "5", file), shown["Strategy:Run"]);
        Assert.Equal(("A,B", string.Empty, "command line, --set"), shown["Symbols"]);
        Assert.Equal(("-1", "-1", "default"), shown["Engine:GatewayCore"]);
        Assert.Equal(
            Keys().Where(item => item.Strategy is null or "DirectionMask").Select(item => item.Key).Order(),
            shown.Keys.Order());
        Assert.All(shown.Keys, key => Assert.Contains($"\n{key} ", "\n" + text, StringComparison.Ordinal));
        Assert.All(
            document.RootElement.EnumerateArray(),
            item => Assert.NotEqual(string.Empty, item.GetProperty("description").GetString()));
    }

    [Fact]
    public void ShouldNameTheVariableAndHideWhatIsSecret()
    {
        LoadedSettings loaded = SettingsLoader.Read(
            [], null, new Dictionary<string, string>
            {
                ["LOWLATENCY__RestAddress"] = "https://user:hunter2@venue.example/",
                ["LOWLATENCY__Risk__MaxOpenOrders"] = "7",
            });

        ShownSetting[] shown = SettingsList.Of(loaded).ToArray();
        Assert.Equal("https://***@venue.example/", shown.Single(item => item.Key == "RestAddress").Value);
        Assert.Equal(
            "environment variable LOWLATENCY__Risk__MaxOpenOrders",
            shown.Single(item => item.Key == "Risk:MaxOpenOrders").Origin);
        Assert.All(
            new[] { "Venue:ApiSecret", "Web:Token", "Venue:Passphrase", "Venue:ApiKey", "X:PrivateKey", "Y:Password" },
            key => Assert.Equal("***", SecretKeys.Show(key, "hunter2")));
        Assert.Equal("keys.pem", SecretKeys.Show("Venue:PrivateKeyFile", "keys.pem"));
    }

    private static List<Mistake> Mistakes()
    {
        var mistakes = new List<Mistake>();
        foreach ((string key, string? strategy, Type type, object? beyond) in Keys())
        {
            void Add(string kind, string name, JsonNode value, string words, string? nearest = null)
            {
                var root = new JsonObject();
                JsonObject at = root;
                string[] path = name.Split(':');
                foreach (string part in path[..^1])
                {
                    at[part] = at = new JsonObject();
                }

                at[path[^1]] = value;
                if (strategy is not null)
                {
                    root["Strategy"]!["Name"] = strategy;
                }

                mistakes.Add(new Mistake(key, kind, root.ToJsonString(), words, nearest));
            }

            // Typical typos: a letter missing, one too many, two swapped.
            string typo = key[..^2] + key[^1] + (key[^1] == key[^2] ? "x" : key[^2]);
            Add("misspelt", typo, "1", $"{typo} ({File}): ", key);
            Add("misspelt", key + "s", "1", $"{key}s ({File}): ", key);
            Add("misspelt", key[..^1], "1", $"{key[..^1]} ({File}): ", key);
            if (type == typeof(string))
            {
                Add("of a wrong type", key, new JsonObject { ["value"] = "1" }, $"{key}:value ({File}): ", key);
            }
            else if (type == typeof(Secret))
            {
                Add("of a wrong type", key, "nonsense", $"{key} ({File}): secrets are not accepted here");
            }
            else if (type != typeof(List<string>))
            {
                Add("of a wrong type", key, "nonsense", $"{key} = 'nonsense' ({File}): expected");
                Add("of a wrong type", key, "1,5", $"{key} = '1,5' ({File}): expected");
            }

            if (beyond is not null)
            {
                string text = Convert.ToString(beyond, CultureInfo.InvariantCulture)!;
                Add("out of range", key, text, $"{key} = '{text}' ({File}): ");
            }
        }

        return mistakes;
    }

    // Each key with the strategy it needs, its type, and a value out of range if it has a range.
    private static IEnumerable<(string Key, string? Strategy, Type Type, object? Beyond)> Keys() =>
        KeysOf(typeof(LiveSettings), string.Empty).Concat(StrategyCatalog.BuiltIn.Strategies.SelectMany(
            strategy => strategy.Settings.Select(setting => (
                $"Strategy:{setting.Name}",
                (string?)strategy.Name,
                setting.Type,
                setting.Attribute.Max < double.MaxValue && !setting.Type.IsEnum && setting.Type != typeof(bool)
                    ? (object?)((decimal)setting.Attribute.Max + 1)
                    : null))));

    private static IEnumerable<(string Key, string? Strategy, Type Type, object? Beyond)> KeysOf(Type type, string path)
    {
        foreach (PropertyInfo property in type.GetProperties()
            .Where(item => !item.IsDefined(typeof(NoSettingAttribute))))
        {
            Type own = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (own.IsClass && own.Namespace == typeof(LiveSettings).Namespace)
            {
                foreach ((string, string?, Type, object?) item in KeysOf(own, path + property.Name + ":"))
                {
                    yield return item;
                }
            }
            else
            {
                RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
                object? beyond = range is null
                    ? null
                    : Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture) - 1;
                yield return (path + property.Name, null, own, beyond);
            }
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
