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

/// <summary>Every numeric option of every verb: an invalid value gives a clear error.</summary>
public sealed class NumberOptionTests
{
    // Too large for any of them, and not a time either.
    private const string TooLarge = "99999999999999999999";

    public static TheoryData<string, string> Numbers => new(
        from item in All()
        where item.Option is not null && IsNumber(item.Option.ValueType)
        from text in new[] { "x", TooLarge, "1e3", "0x10" }
        select new TheoryDataRow<string, string>($"{item.Verb} {item.Option!.Name}", text));

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task ShouldSayWhatWouldBeRight(string option, string text)
    {
        string[] words = option.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var output = new StringWriter();
        var errors = new StringWriter();

        int code = await Program.RunAsync(
            [.. words, text], output, errors, TestContext.Current.CancellationToken);

        string said = errors.ToString();
        Assert.Equal((ExitCode.Usage, string.Empty), (code, output.ToString()));
        string line = Assert.Single(
            said.Split('\n'), item => item.StartsWith($"lowlatency: {words[^1]} '{text}'", StringComparison.Ordinal));
        Assert.Matches(
            "expected a whole number from [01] to [0-9]+$|is not a time from 1970 to 2262: write 20.+ since 1970$",
            line);
        Assert.DoesNotContain("System.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldKnowEveryNumber() => Assert.Equal(
        [
            "book --every", "export --from", "export --until", "replay --from", "replay --to", "simulate --jobs",
            "simulate --seed", "simulate --seeds",
        ],
        All().Where(item => item.Option is not null && IsNumber(item.Option.ValueType))
            .Select(item => $"{item.Verb} {item.Option!.Name}").Order(StringComparer.Ordinal));

    // Stopped before the first seed, so that nothing runs by mistake.
    [Theory]
    [InlineData("--jobs '1025': expected a whole number from 1 to 1024", "--jobs", "1025")]
    [InlineData("--jobs '2147483647': expected a whole number from 1 to 1024", "--jobs", "2147483647")]
    [InlineData("--jobs '0': expected a whole number from 1 to 1024", "--jobs", "0")]
    [InlineData(
        "--seed 18446744073709551615 and --seeds 2: the last seed would exceed 18446744073709551615",
        "--seed", "18446744073709551615", "--seeds", "2")]
    [InlineData(
        "--seed 18446744071562067970 and --seeds 2147483647: the last seed would exceed 18446744073709551615",
        "--seed", "18446744071562067970", "--seeds", "2147483647")]
    public async Task ShouldRefuseMoreThanASimulationCanDo(string words, params string[] options)
    {
        (int code, string output, string errors) = await SimulateAsync(new CancellationToken(canceled: true), options);

        Assert.Equal((ExitCode.Usage, string.Empty), (code, output));
        Assert.Contains($"lowlatency: {words}\n", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--jobs", "1024", "--seeds", "2")]
    [InlineData("--seed", "18446744073709551614", "--seeds", "2")]
    [InlineData("--seed", "18446744073709551615")]
    public async Task ShouldTakeTheGreatest(params string[] options)
    {
        (int code, _, string errors) = await SimulateAsync(new CancellationToken(canceled: true), options);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.DoesNotContain("lowlatency: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldEndATimeOfSimulationsAtTheGreatestSeed()
    {
        (int code, string output, _) = await SimulateAsync(
            TestContext.Current.CancellationToken, "--seed", "18446744073709551615", "--for", "20s");

        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("1 seeds from 18446744073709551615, 0 failures", output, StringComparison.Ordinal);
    }

    // The command-line library's own conversion errors name runtime types. No conversion is left to it: values are
    // text, flags, or parsed here.
    [Fact]
    public void ShouldLeaveNoConversionToTheParser()
    {
        Type[] unconverted = [typeof(string), typeof(string[]), typeof(bool), typeof(void)];

        string[] left = All()
            .Where(item => !unconverted.Contains(item.Type))
            .Where(item => item.HasNoParser)
            .Select(item => $"{item.Verb} {item.Option?.Name}: {item.Type}").ToArray();

        Assert.Empty(left);
    }

    [Fact]
    public async Task ShouldSayWhatTheUnitsOfASimulationAre()
    {
        var output = new StringWriter();

        await Program.RunAsync(
            ["simulate", "--help"], output, new StringWriter(), TestContext.Current.CancellationToken);

        string help = string.Join(' ', output.ToString().Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("a tick is the smallest step of an order's price", help, StringComparison.Ordinal);
        Assert.Contains("a lot the smallest step of its quantity", help, StringComparison.Ordinal);
        Assert.Contains("a tick lot the value of one lot at a price of one tick", help, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> SimulateAsync(
        CancellationToken stop, params string[] options)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(["simulate", .. options], output, errors, stop);
        return (code, output.ToString(), errors.ToString());
    }

    private static bool IsNumber(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return !plain.IsEnum && Type.GetTypeCode(plain) is >= TypeCode.SByte and <= TypeCode.Decimal;
    }

    private static IEnumerable<(string Verb, Option? Option, Type Type, bool HasNoParser)> All() =>
        Under(Program.Commands(), string.Empty);

    private static IEnumerable<(string Verb, Option? Option, Type Type, bool HasNoParser)> Under(
        Command command, string verb)
    {
        foreach (Option option in command.Options)
        {
            yield return (verb, option, option.ValueType, HasNoParser(option));
        }

        foreach (Argument argument in command.Arguments)
        {
            yield return (verb, null, argument.ValueType, HasNoParser(argument));
        }

        foreach (Command sub in command.Subcommands)
        {
            foreach ((string Verb, Option? Option, Type Type, bool HasNoParser) item in Under(
                sub, $"{verb} {sub.Name}".TrimStart()))
            {
                yield return item;
            }
        }
    }

    private static bool HasNoParser(Symbol symbol) =>
        symbol.GetType().GetProperty(nameof(Option<int>.CustomParser))?.GetValue(symbol) is null;
}
