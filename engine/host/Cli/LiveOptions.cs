using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.Cli;

/// <summary>The options of the verb <c>live</c>, and their settings.</summary>
internal sealed class LiveOptions
{
    private readonly Option<string?> _venue = new("--venue")
    {
        Description = "Venue to trade at; the verb venues lists them. The real venue, unless --input or "
            + "--embedded is given.",
    };

    private readonly Option<string?> _symbols = new("--symbols")
    {
        Description = "Symbols, such as BTCUSDT,ETHUSDT; 10,000 at most.",
    };

    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Play this recording or capture in the embedded venue; several files of one capture in order.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _speed = new("--speed")
    {
        Description = "Speed of the embedded venue: times real time, such as 60, or max.",
    };

    private readonly Option<bool> _loop = new("--loop") { Description = "Restart the input at its end." };

    private readonly Option<string?> _seed = new("--seed") { Description = "Seed of the market generator." };

    private readonly Option<bool> _embedded = new("--embedded")
    {
        Description = "Use the embedded venue even with --venue.",
    };

    private readonly Option<string?> _strategy = new("--strategy")
    {
        Description = "Strategy; the verb strategies lists them.",
    };

    private readonly Option<string?> _assembly = new("--strategy-assembly")
    {
        Description = "Assembly (.dll) with your own strategies.",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Resume with the last session's orders and positions from the journal: the default at a real "
            + "venue.",
    };

    private readonly Option<bool> _fresh = new("--fresh")
    {
        Description = "Start without the last session's orders and positions: the default with the embedded venue.",
    };

    private readonly Option<bool> _live = new("--live")
    {
        Description = "Send orders to the venue instead of trading on paper.",
    };

    private readonly Option<string?> _record = new("--record") { Description = "Folder for recordings." };

    private readonly Option<bool> _noRecord = new("--no-record") { Description = "Record nothing." };

    private readonly Option<string?> _for = new("--for") { Description = "Stop after a time, such as 30s, 5m or 1h." };

    private readonly Option<string?> _metricsPort = new("--metrics-port") { Description = "Port of the metrics page." };

    private readonly Option<bool> _noMetrics = new("--no-metrics") { Description = "Serve no metrics page." };

    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object per line." };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Write only the final summary." };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "Also read this settings file, at most 1 MiB.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any setting, such as Strategy:LifetimeSeconds=60. May be repeated.",
    };

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _venue, _symbols, _strategy, _assembly, _input, _speed, _loop, _seed, _embedded, _resume, _fresh, _live,
            _record, _noRecord, _for, _metricsPort, _noMetrics, _json, _quiet, _config, _set,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    public string? ConfigFile(ParseResult parsed) => parsed.GetValue(_config);

    /// <summary>Converts the options to settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="problem">The error in an option's format, or null.</param>
    public IReadOnlyList<CommandLineSetting> ToSettings(ParseResult parsed, out string? problem)
    {
        var settings = new List<CommandLineSetting>();
        void Add(string key, string? value, string option)
        {
            if (value is not null)
            {
                settings.Add(new CommandLineSetting(key, value, option));
            }
        }

        string[] inputs = parsed.GetValue(_input) ?? [];
        string? venue = parsed.GetValue(_venue);
        Add("Venue", venue, "--venue");
        Add("Symbols", parsed.GetValue(_symbols), "--symbols");
        Add("Strategy:Name", parsed.GetValue(_strategy), "--strategy");
        Add("Strategy:Assembly", parsed.GetValue(_assembly), "--strategy-assembly");
        Add("Journal:Resume", parsed.GetValue(_resume) ? "true" : null, "--resume");
        Add("Journal:Resume", parsed.GetValue(_fresh) ? "false" : null, "--fresh");
        Add("Trading", parsed.GetValue(_live) ? "Live" : null, "--live");
        Add("EmbeddedVenue:Input", inputs.Length == 0 ? null : string.Join(';', inputs), "--input");
        Add("EmbeddedVenue:Speed", parsed.GetValue(_speed), "--speed");
        Add("EmbeddedVenue:Loop", parsed.GetValue(_loop) ? "true" : null, "--loop");
        Add("EmbeddedVenue:Seed", parsed.GetValue(_seed), "--seed");
        Add("Recorder:Directory", parsed.GetValue(_record), "--record");
        Add("Recorder:Enabled", parsed.GetValue(_noRecord) ? "false" : null, "--no-record");
        Add("Metrics:Port", parsed.GetValue(_metricsPort), "--metrics-port");
        Add("Metrics:Enabled", parsed.GetValue(_noMetrics) ? "false" : null, "--no-metrics");
        bool isEmbedded = parsed.GetValue(_embedded) || inputs.Length != 0;
        string? embedded = isEmbedded ? "true" : venue is not null ? "false" : null;
        Add("Embedded", embedded, isEmbedded ? "--embedded" : "--venue");
        problem = Contradiction(parsed) ?? FaultOfSymbols(parsed) ?? AddDuration(parsed.GetValue(_for), settings)
            ?? AddFree(parsed.GetValue(_set) ?? [], settings);
        return settings;
    }

    private string? Contradiction(ParseResult parsed) => parsed.GetValue(_resume) && parsed.GetValue(_fresh)
        ? "--resume and --fresh contradict each other: give one of them"
        : null;

    // Without this, no symbol would mean every symbol that the embedded venue plays.
    private string? FaultOfSymbols(ParseResult parsed) =>
        parsed.GetValue(_symbols) is { } text && text.All(letter => letter is ',' or ';' || char.IsWhiteSpace(letter))
            ? "--symbols names no symbol: expected symbols such as BTCUSDT,ETHUSDT"
            : null;

    private static string? AddDuration(string? text, List<CommandLineSetting> settings)
    {
        if (text is null)
        {
            return null;
        }

        int factor = text.Length == 0 ? 0 : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 0,
        };
        if (factor == 0
            || !double.TryParse(
                text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || number <= 0)
        {
            return $"--for '{text}': expected a time above 0 such as 30s, 5m or 1h";
        }

        settings.Add(new CommandLineSetting(
            "ForSeconds", (number * factor).ToString(CultureInfo.InvariantCulture), "--for"));
        return null;
    }

    private static string? AddFree(string[] items, List<CommandLineSetting> settings)
    {
        foreach (string item in items)
        {
            int equals = item.IndexOf('=', System.StringComparison.Ordinal);
            if (equals < 1)
            {
                // Not what stands there, which may be a value alone.
                return "--set: expected Key=value, such as Strategy:LifetimeSeconds=60";
            }

            settings.Add(new CommandLineSetting(item[..equals], item[(equals + 1)..], "--set"));
        }

        return null;
    }
}
