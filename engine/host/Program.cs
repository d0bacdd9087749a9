using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.ConsoleUi;
using LowLatency.Host.Security;
using LowLatency.Sessions;

namespace LowLatency.Host;

/// <summary>The command line: verbs to commands, failures to exit codes.</summary>
internal static class Program
{
    private const string Examples = """
        A low-latency market-making engine.

        Examples:
          lowlatency                                     paper trading on a generated market
          lowlatency --speed 60                          the same, sixty times faster
          lowlatency --input capture.gz --speed max      on a captured market, flat out
          lowlatency --venue binance --symbols BTCUSDT   paper trading on the real market
          lowlatency --strategy Glft --speed 60          another strategy; lowlatency strategies lists them
          lowlatency replay recordings/20260101-120000-1f0c99ab   what a recorded session did, and its decision hash
          lowlatency explain 4711 recordings/20260101-120000-1f0c99ab   why an order was placed, moved or refused
        """;

    private static async Task<int> Main(string[] args)
    {
        NativeHeap.KeepTogether();
        using var signals = new StopSignals();
        var run = new CommandRun(Console.Out, Console.Error, signals.StartAsync, signals.Token);
        return await RunAsync(args, run).ConfigureAwait(false);
    }

    /// <summary>Runs a command line. Tests call it as the shell does.</summary>
    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter errors, CancellationToken stop) =>
        RunAsync(args, new CommandRun(output, errors, Pipeline.StartAsync, stop));

    /// <summary>All verbs with their options, for a test to look through. Nothing runs.</summary>
    public static RootCommand Commands() => BuildCommands(
        new CommandRun(TextWriter.Null, TextWriter.Null, Pipeline.StartAsync, CancellationToken.None));

    private static async Task<int> RunAsync(string[] args, CommandRun run)
    {
        TextWriter errors = run.Errors;
        try
        {
            return await ParseAndRunAsync(args, run).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // The last net: whatever it is, it ends in one line and a documented code.
            errors.WriteLine($"lowlatency: {fault.GetType().Name}: {fault.Message}");
            if (Environment.GetEnvironmentVariable("LOWLATENCY_DEBUG") == "1")
            {
                errors.WriteLine(fault);
            }

            return ExitCode.Unexpected;
        }
    }

    private static async Task<int> ParseAndRunAsync(string[] args, CommandRun run)
    {
        // A word that begins with @ is no file to read further words from.
        ParseResult parsed = BuildCommands(run).Parse(
            args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        IReadOnlyList<string> problems = UsageErrors.Of(parsed, args);
        if (problems.Count != 0)
        {
            foreach (string problem in problems)
            {
                run.Errors.WriteLine($"lowlatency: {problem}");
            }

            run.Errors.WriteLine("Try: lowlatency --help");
            return ExitCode.Usage;
        }

        if (parsed.CommandResult.Command is RootCommand root)
        {
            // In the list of verbs one line says what each is; its own help says more.
            foreach (Command verb in root.Subcommands)
            {
                verb.Description = verb.Description?.Split('\n')[0];
            }
        }

        var invocation = new InvocationConfiguration
        {
            Output = run.Output,
            Error = run.Errors,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, run.Stop).ConfigureAwait(false);
    }

    private static RootCommand BuildCommands(CommandRun run)
    {
        var root = new RootCommand(Examples);
        root.Directives.Clear();
        var live = new Command("live", "Run the engine: the default verb.");
        foreach (Command command in new[] { root, live })
        {
            var options = new LiveOptions();
            options.AddTo(command);
            command.SetAction((parsed, _) => run.LiveAsync(parsed, options));
        }

        root.Subcommands.Add(ImportCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(ExportCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(BuildBook(run));
        root.Subcommands.Add(BuildDirections(run));
        root.Subcommands.Add(BuildExplain(run));
        root.Subcommands.Add(BuildStrategies(run));
        var venuesJson = new Option<bool>("--json") { Description = "Write one JSON array." };
        var venues = new Command("venues", "List the venues: channels, limits, and whether orders can be sent.");
        venues.Options.Add(venuesJson);
        venues.SetAction(parsed => run.Venues(parsed.GetValue(venuesJson)));
        root.Subcommands.Add(venues);

        var captures = new Argument<string[]>("CAPTURE")
        {
            Description = "Files of one capture of one symbol.",
            Arity = ArgumentArity.OneOrMore,
        };
        var outFile = new Option<string>("--out") { Description = "File for the profile.", Required = true };
        var fit = new Command("fit-market", "Measure a capture to get a profile for the market generator.");
        fit.Arguments.Add(captures);
        fit.Options.Add(outFile);
        fit.SetAction(parsed => run.FitMarket(parsed.GetValue(captures)!, parsed.GetValue(outFile)!));

        var version = new Command("version", "Print the program's version.");
        version.SetAction(_ => run.Version());
        root.Subcommands.Add(live);
        root.Subcommands.Add(ReplayCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(VerifyCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(InspectCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(SimulateCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(ConfigCommands.BuildCheck(run.Output, run.Errors));
        root.Subcommands.Add(ConfigCommands.BuildShow(run.Output, run.Errors));
        root.Subcommands.Add(DoctorCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(BenchCommand.Build(run.Output, run.Errors, run.Stop));
        root.Subcommands.Add(fit);
        root.Subcommands.Add(version);
        return root;
    }

    private static Command BuildBook(CommandRun run)
    {
        var recording = new Argument<string>("RECORDING") { Description = "Folder of a recording, or one segment." };
        Option<int?> every = WholeNumberArgument.Option(
            "--every", "Print a line every N messages of a symbol.", least: 1, otherwise: 100);
        var book = new Command("book", "Print how a recording's books were rebuilt, as lines of JSON.");
        book.Arguments.Add(recording);
        book.Options.Add(every);
        book.SetAction(parsed => run.Book(parsed.GetValue(recording)!, parsed.GetValue(every)!.Value));
        return book;
    }

    private static Option<string> AssemblyOption() => new("--strategy-assembly")
    {
        Description = "Assembly (.dll) with your own strategies.",
        DefaultValueFactory = _ => string.Empty,
    };

    private static Command BuildDirections(CommandRun run)
    {
        var recording = new Argument<string>("RECORDING") { Description = "Folder of a recording, or one segment." };
        var symbol = new Option<string?>("--symbol") { Description = "Symbol, if the recording has several." };
        var source = new Option<string>("--source")
        {
            Description = "Source of the quotes: book or ticker.",
            DefaultValueFactory = _ => DirectionsCommand.Sources[0],
        };
        source.AcceptOnlyFromAmong(DirectionsCommand.Sources);
        var rule = new Option<string>("--rule")
        {
            Description = "Rule for directions: step, since-last or any-other-down.",
            DefaultValueFactory = _ => DirectionsCommand.Rules[0],
        };
        rule.AcceptOnlyFromAmong(DirectionsCommand.Rules);
        var directions = new Command("directions", "List a recording's directions, masks and triggers as CSV.");
        directions.Arguments.Add(recording);
        directions.Options.Add(symbol);
        directions.Options.Add(source);
        directions.Options.Add(rule);
        directions.SetAction(parsed => run.Directions(
            parsed.GetValue(recording)!,
            parsed.GetValue(symbol),
            parsed.GetValue(source)!,
            parsed.GetValue(rule)!));
        return directions;
    }

    private static Command BuildExplain(CommandRun run)
    {
        var id = new Argument<string>("ORDER-ID") { Description = "Id of an order or a composite order." };
        var recording = new Argument<string>("RECORDING") { Description = "Folder of a recording, or one segment." };
        Option<string> assembly = AssemblyOption();
        var explain = new Command("explain", "Explain why an order was placed, moved or refused.");
        explain.Arguments.Add(id);
        explain.Arguments.Add(recording);
        explain.Options.Add(assembly);
        explain.SetAction(parsed => run.Explain(
            parsed.GetValue(id)!, parsed.GetValue(recording)!, parsed.GetValue(assembly)!));
        return explain;
    }

    private static Command BuildStrategies(CommandRun run)
    {
        var json = new Option<bool>("--json") { Description = "Write one JSON array." };
        Option<string> assembly = AssemblyOption();
        var strategies = new Command("strategies", "List the strategies and their settings.");
        strategies.Options.Add(assembly);
        strategies.Options.Add(json);
        strategies.SetAction(parsed => run.Strategies(parsed.GetValue(assembly)!, parsed.GetValue(json)));
        return strategies;
    }

    /// <summary>What the verbs do, with the streams and the stop signal of this run.</summary>
    private sealed class CommandRun(
        TextWriter output, TextWriter errors, Func<LiveSettings, CancellationToken, Task<ISessionControl>> start,
        CancellationToken stop)
    {
        public TextWriter Output => output;

        public TextWriter Errors { get; } = new RedactingWriter(errors);

        public CancellationToken Stop => stop;

        public async Task<int> LiveAsync(ParseResult parsed, LiveOptions options)
        {
            if (ConfigCommands.Read(parsed, options, Errors, out int code) is not { } loaded)
            {
                return code;
            }

            bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
            IConsoleView view = options.IsJson(parsed)
                ? new JsonConsoleView(output, Errors)
                : new TextConsoleView(output, Errors, isTerminal, options.IsQuiet(parsed));
            return await LiveCommand.RunAsync(loaded.Settings, new LostConsoleView(view), start, stop)
                .ConfigureAwait(false);
        }

        public int Directions(string path, string? symbol, string source, string rule) =>
            DirectionsCommand.Run(path, symbol, source, rule, output, Errors, stop);

        public int Explain(string id, string path, string assembly) =>
            ExplainCommand.Run(id, path, assembly, output, Errors, stop);

        public int Strategies(string assembly, bool isJson) =>
            StrategiesCommand.Run(assembly, isJson, output, Errors);

        public int Book(string path, int every) => BookCommand.Run(path, every, output, Errors, stop);

        public int Venues(bool isJson) => VenuesCommand.Run(isJson, output);

        public int FitMarket(string[] captures, string outFile) =>
            MarketFitCommand.Run(captures, outFile, output, Errors, stop);

        public int Version()
        {
            output.WriteLine(ProgramVersion.Text);
            return ExitCode.Ok;
        }
    }
}
