using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Every option and argument of every verb, given wrongly: what is wrong is said in the program's own words.
/// </summary>
public sealed class UsageErrorTests
{
    private const string Nonsense = "n0nsense";

    // These look at the network and the disk, or start a session, once the parser is content.
    private static readonly string[] s_acting = [string.Empty, "live", "doctor"];

    public static TheoryData<string, string> Wrong => new(
        from verb in Verbs()
        from option in verb.Command.Options.Where(option => !option.Hidden && option is not (
            System.CommandLine.Help.HelpOption or VersionOption))
        from how in Ways(option)
        select new TheoryDataRow<string, string>(verb.Name, string.Join(' ', how)));

    public static TheoryData<string, string> Texts => new(
        from verb in Verbs().Where(verb => !s_acting.Contains(verb.Name))
        from option in verb.Command.Options.Where(option => option.Arity.MaximumNumberOfValues > 0)
        select new TheoryDataRow<string, string>(verb.Name, option.Name));

    public static TheoryData<string> WithArguments => new(
        from verb in Verbs().Where(verb => verb.Command.Arguments.Count != 0) select verb.Name);

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task ShouldRefuseAnOptionThatIsGivenWrongly(string verb, string words)
    {
        (int code, string output, string errors) = await RunAsync([.. Split(verb), .. Split(words)]);

        Assert.Equal((ExitCode.Usage, string.Empty), (code, output));
        RequirePlain(errors);
        Assert.EndsWith("Try: lowlatency --help\n", errors, StringComparison.Ordinal);
        Assert.Contains("lowlatency: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Nonsense, errors, StringComparison.Ordinal);
    }

    // Texts are judged when the verb runs; it is stopped before it has begun anything.
    [Theory]
    [MemberData(nameof(Texts))]
    public async Task ShouldEndInWordsWhateverTheValue(string verb, string option)
    {
        Command command = Verbs().Single(item => item.Name == verb).Command;
        IEnumerable<string> required = command.Options.Where(item => item.Required && item.Name != option)
            .SelectMany(item => new[] { item.Name, Fitting(item) });
        IEnumerable<string> arguments = command.Arguments.Select(Fitting);

        (int code, _, string errors) = await RunAsync(
            [.. Split(verb), .. arguments, .. required, option, Nonsense]);

        Assert.NotEqual(ExitCode.Unexpected, code);
        RequirePlain(errors);
    }

    [Theory]
    [MemberData(nameof(WithArguments))]
    public async Task ShouldSayWhichArgumentsThereAre(string verb)
    {
        Command command = Verbs().Single(item => item.Name == verb).Command;

        (int code, _, string missing) = await RunAsync(Split(verb));

        Assert.Equal(ExitCode.Usage, code);
        RequirePlain(missing);
        Assert.All(command.Arguments, argument => Assert.Contains(
            $"lowlatency: {argument.Name} is missing (", missing, StringComparison.Ordinal));
        if (command.Arguments.All(argument => argument.Arity.MaximumNumberOfValues == 1))
        {
            (code, _, string tooMany) = await RunAsync(
                [.. Split(verb), .. command.Arguments.Select(Fitting), Nonsense]);

            Assert.Equal(ExitCode.Usage, code);
            RequirePlain(tooMany);
            Assert.Contains($"too many arguments: {command.Name} takes ", tooMany, StringComparison.Ordinal);
            Assert.DoesNotContain(Nonsense, tooMany, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("unknown option --seedz; did you mean --seed?", "--seedz", Nonsense)]
    [InlineData("unknown option, not shown because it may be a secret", "--k3y0fmine")]
    [InlineData("unknown option --token", "replay", "rec", "--token=" + Nonsense)]
    [InlineData("unknown option --token", "import", "a", "--token", Nonsense)]
    [InlineData("unknown option -token", "--venue", "-token=" + Nonsense)]
    [InlineData("unknown verb; did you mean replay?", "replya", Nonsense)]
    [InlineData("unknown verb; the default verb, live, takes options only", Nonsense)]
    [InlineData("unknown verb; the default verb, live, takes options only", "@" + Nonsense)]
    [InlineData("unknown verb; the default verb, live, takes options only", "[suggest]")]
    [InlineData("too many arguments: venues takes options only", "venues", Nonsense)]
    [InlineData("--to 'xml': expected csv, ndjson or npz", "export", "rec", "--out", "a", "--to", "xml")]
    [InlineData("WHAT 'nope': expected book, latency, parse, recorder, replay or ring", "bench", "nope")]
    [InlineData("--jobs '-1': expected a whole number from 1 to 1024", "simulate", "--jobs", "-1")]
    public async Task ShouldSayWhatIsWrong(string words, params string[] args)
    {
        (int code, _, string errors) = await RunAsync(args);

        Assert.Equal((ExitCode.Usage, $"lowlatency: {words}\nTry: lowlatency --help\n"), (code, errors));
    }

    private static IEnumerable<string[]> Ways(Option option)
    {
        // Another option than this one, whose value is left unsaid.
        yield return [$"{option.Name}q={Nonsense}"];
        yield return [$"{option.Name}q", Nonsense];
        if (option.Arity.MinimumNumberOfValues == 1)
        {
            yield return [option.Name];
        }

        if (option.Arity.MaximumNumberOfValues == 1 && option.Arity.MinimumNumberOfValues == 1)
        {
            yield return [option.Name, "1", option.Name, "2"];
        }

        if (option.ValueType == typeof(bool))
        {
            yield return [$"{option.Name}={Nonsense}"];
        }
    }

    private static string Fitting(Symbol symbol) =>
        symbol.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).FirstOrDefault()?.Label
        ?? (symbol.Name == "--venue" ? "binance" : symbol.Name == "ORDER-ID" ? "1" : "nowhere");

    private static void RequirePlain(string errors)
    {
        Assert.DoesNotContain("System.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unrecognized", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("parse argument", errors, StringComparison.Ordinal);
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, new CancellationToken(canceled: true));
        return (code, output.ToString(), errors.ToString());
    }

    private static IEnumerable<(string Name, Command Command)> Verbs()
    {
        RootCommand root = Program.Commands();
        return [(string.Empty, root), .. root.Subcommands.Select(verb => (verb.Name, verb))];
    }
}
