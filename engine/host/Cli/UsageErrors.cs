using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Linq;
using System.Text.RegularExpressions;
using LowLatency.Host.Configuration;
using LowLatency.Host.Security;

namespace LowLatency.Host.Cli;

/// <summary>
/// Reports the errors of a command line. The parser's own messages name .NET types and repeat the input. These do not:
/// a misplaced argument may be a secret.
/// </summary>
internal static partial class UsageErrors
{
    private const int MaxShown = 60;
    private const int MaxSlips = 2;
    private static readonly char[] s_assigns = ['=', ':'];

    /// <summary>One line per error; empty if there is none.</summary>
    /// <param name="parsed">The result of the parser.</param>
    /// <param name="args">The command line.</param>
    public static IReadOnlyList<string> Of(ParseResult parsed, IReadOnlyList<string> args)
    {
        Command command = parsed.CommandResult.Command;
        string[] unknown = UnknownOptions(parsed.Tokens).Select(name => UnknownOption(name, command))
            .Concat(FlagsWithValues(command, args)).ToArray();
        if (unknown.Length != 0)
        {
            // The arguments after an unknown option may be its values, so errors about them would mislead.
            return unknown;
        }

        var problems = new List<string>();
        if (parsed.UnmatchedTokens.Count != 0 || parsed.Tokens.Any(token => token.Type == TokenType.Directive))
        {
            string word = parsed.UnmatchedTokens is [var first, ..] ? first : string.Empty;
            problems.Add(TooMany(command, word));
        }

        foreach (ParseError error in parsed.Errors.Where(error => !IsUnmatched(error, parsed)))
        {
            problems.AddRange(Explain(error, command, parsed));
        }

        return problems.Distinct(StringComparer.Ordinal).ToArray();
    }

    // Arguments that look like options but are not options of this verb. The parser takes them for values.
    private static IEnumerable<string> UnknownOptions(IReadOnlyList<Token> tokens) => tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument)
        .Select(token => OptionLike().Match(token.Value)).Where(match => match.Success)
        .Select(match => match.Groups["name"].Value);

    // The parser treats an invalid value of a flag as a separate argument.
    private static IEnumerable<string> FlagsWithValues(Command command, IReadOnlyList<string> args) => args
        .TakeWhile(word => word != "--").Select(word => word.Split(s_assigns, 2))
        .Where(parts => parts.Length == 2 && !bool.TryParse(parts[1], out _)
            && command.Options.Any(option => option.Name == parts[0] && option.ValueType == typeof(bool)))
        .Select(parts => $"{parts[0]}: expected true, false or no value");

    private static string UnknownOption(string name, Command command)
    {
        string[] near = Spelling.Nearest(name, command.Options.Where(option => !option.Hidden)
            .Select(option => option.Name).Where(other => Spelling.Distance(other, name) <= MaxSlips)).ToArray();
        string meant = near.Length == 0 ? string.Empty : $"; did you mean {string.Join(" or ", near)}?";

        // A name with digits may be a key.
        return PlainName().IsMatch(name)
            ? $"unknown option {name}{meant}"
            : $"unknown option, not shown because it may be a secret{meant}";
    }

    private static string TooMany(Command command, string word)
    {
        if (command is RootCommand)
        {
            string[] near = Spelling.Nearest(word, command.Subcommands
                .Select(verb => verb.Name).Where(name => Spelling.Distance(name, word) <= MaxSlips)).ToArray();
            return near.Length == 0
                ? "unknown verb; the default verb, live, takes options only"
                : $"unknown verb; did you mean {string.Join(" or ", near)}?";
        }

        string takes = command.Arguments.Count == 0
            ? "options only"
            : string.Join(" and ", command.Arguments.Select(argument => argument.Name));
        return $"too many arguments: {command.Name} takes {takes}";
    }

    // Reported already, without the argument itself.
    private static bool IsUnmatched(ParseError error, ParseResult parsed) =>
        error.SymbolResult is CommandResult && parsed.UnmatchedTokens.Any(
            word => error.Message.Contains($"'{word}'", StringComparison.Ordinal));

    private static IEnumerable<string> Explain(ParseError error, Command command, ParseResult parsed)
    {
        SymbolResult? result = error.SymbolResult;
        if (result is ArgumentResult { Parent: OptionResult parent })
        {
            result = parent;
        }

        (Symbol Symbol, string Name)? place = result switch
        {
            OptionResult option => (option.Option, option.Option.Name),
            ArgumentResult argument => (argument.Argument, argument.Argument.Name),
            _ => null,
        };
        if (error.Message.StartsWith("--", StringComparison.Ordinal))
        {
            // A message of the verb's own validator.
            yield return error.Message;
        }
        else if (place is null || result!.Tokens.Count == 0)
        {
            foreach (string missing in Missing(command, parsed))
            {
                yield return missing;
            }
        }
        else if (result is OptionResult { IdentifierTokenCount: > 1, Option.Arity.MaximumNumberOfValues: <= 1 })
        {
            yield return $"{place.Value.Name} is given more than once";
        }
        else
        {
            string value = Show(result.Tokens[0].Value);
            yield return $"{place.Value.Name} '{value}': expected {Expected(place.Value.Symbol)}";
        }
    }

    private static IEnumerable<string> Missing(Command command, ParseResult parsed)
    {
        foreach (Option option in command.Options)
        {
            OptionResult? given = parsed.GetResult(option);
            if (option.Required && given is null or { Implicit: true })
            {
                yield return $"{option.Name} is missing ({FirstSentence(option.Description)})";
            }
            else if (given is { Implicit: false } && given.Tokens.Count < option.Arity.MinimumNumberOfValues)
            {
                yield return $"{option.Name} needs a value ({FirstSentence(option.Description)})";
            }
        }

        foreach (Argument argument in command.Arguments
            .Where(item => (parsed.GetResult(item)?.Tokens.Count ?? 0) < item.Arity.MinimumNumberOfValues))
        {
            yield return $"{argument.Name} is missing ({FirstSentence(argument.Description)})";
        }
    }

    private static string Expected(Symbol symbol)
    {
        string[] choices = symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label).ToArray();
        return choices.Length switch
        {
            0 => FirstSentence((symbol as Option)?.Description ?? (symbol as Argument)?.Description),
            1 => choices[0],
            _ => $"{string.Join(", ", choices[..^1])} or {choices[^1]}",
        };
    }

    private static string Show(string value) =>
        Redaction.Of(value.Length <= MaxShown ? value : value[..MaxShown] + "...");

    private static string FirstSentence(string? text)
    {
        int end = text?.IndexOf(". ", StringComparison.Ordinal) ?? -1;
        return (end < 0 ? text ?? string.Empty : text![..end]).TrimEnd('.');
    }

    // Negative numbers are values.
    [GeneratedRegex("^(?<name>--?[A-Za-z][^=:]*)")]
    private static partial Regex OptionLike();

    [GeneratedRegex("^--?[A-Za-z][A-Za-z-]{0,30}$")]
    private static partial Regex PlainName();
}
