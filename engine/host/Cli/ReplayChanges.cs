using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>
/// Options that replace strategy, settings or limits of a recorded session. Everything else stays as in the session:
/// the strategy's settings as long as it is the same strategy, and every limit. A settings file replaces both
/// completely. Nothing else is read: no settings in the current folder, no environment variables.
/// </summary>
internal sealed class ReplayChanges
{
    private const string FromRecording = "the recording";

    private readonly Option<string?> _strategy = new("--strategy")
    {
        Description = "Trade with this strategy instead; the verb strategies lists them.",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting, such as Strategy:LifetimeSeconds=60 or Risk:MaxOpenOrders=4. May be repeated.",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "Read strategy and limits from this settings file.",
    };

    private readonly Option<string?> _assembly = new("--strategy-assembly")
    {
        Description = "Assembly (.dll) with your own strategies.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_strategy);
        command.Options.Add(_set);
        command.Options.Add(_config);
        command.Options.Add(_assembly);
    }

    /// <summary>The catalog of the session's strategies.</summary>
    /// <exception cref="ArgumentException">The assembly has no strategies.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="BadImageFormatException">It is not a .NET assembly.</exception>
    public StrategyCatalog Catalog(ParseResult parsed) =>
        StrategyBinder.LoadCatalog(parsed.GetValue(_assembly) ?? string.Empty);

    /// <summary>A function that applies the options to a session; null if they change nothing.</summary>
    /// <exception cref="SettingsException">Thrown by the function if the settings are invalid.</exception>
    public Func<SessionManifest, SessionManifest>? Read(ParseResult parsed)
    {
        string? strategy = parsed.GetValue(_strategy);
        string[] sets = parsed.GetValue(_set) ?? [];
        string? config = parsed.GetValue(_config);
        return strategy is null && sets.Length == 0 && config is null
            ? null
            : manifest => Apply(manifest, strategy, sets, config, parsed.GetValue(_assembly));
    }

    private static SessionManifest Apply(
        SessionManifest manifest, string? strategy, string[] sets, string? config, string? assembly)
    {
        string[] limits = NamedLimits(sets);
        InstrumentManifest[] instruments = manifest.Instruments.ToArray();

        // The settings do not depend on the instrument, so they are read once for each venue and recorded strategy. The
        // limits do: amounts of money are converted to the ticks and lots of each instrument.
        var loaded = new List<(InstrumentManifest Of, LiveSettings Settings)>();
        for (int i = 0; i < instruments.Length; i++)
        {
            InstrumentManifest own = instruments[i];
            LiveSettings? settings = loaded.Find(
                item => item.Of.Instrument.Venue == own.Instrument.Venue && item.Of.Strategy.IsSame(own.Strategy))
                .Settings;
            if (settings is null)
            {
                settings = SettingsLoader.Load(
                    Settings(own, strategy, sets, config, assembly), config, environment: null);
                loaded.Add((own, settings));
            }

            InstrumentManifest changed = InstrumentSettings.Create(settings, own.Instrument);
            instruments[i] = changed with
            {
                Instrument = own.Instrument,
                Limits = config is not null ? changed.Limits : limits.Aggregate(
                    own.Limits, (all, name) => InstrumentSettings.Overlay(all, changed.Limits, name)),
            };
        }

        return manifest with { Instruments = instruments };
    }

    // The names as the settings write them; the settings themselves are validated when they are read.
    private static string[] NamedLimits(string[] sets) => typeof(RiskSettings).GetProperties()
        .Select(property => property.Name)
        .Where(name => Array.Exists(
            sets, item => item.StartsWith($"Risk:{name}=", StringComparison.OrdinalIgnoreCase)))
        .ToArray();

    private static List<CommandLineSetting> Settings(
        InstrumentManifest own, string? strategy, string[] sets, string? config, string? assembly)
    {
        var settings = new List<CommandLineSetting>
        {
            new("Embedded", "false", FromRecording),
            new("Venue", own.Instrument.Venue, FromRecording),
            new("Symbols", own.Instrument.Symbol, FromRecording),
        };
        if (config is null && (strategy is null || strategy == own.Strategy.Name))
        {
            settings.Add(new CommandLineSetting("Strategy:Name", own.Strategy.Name, FromRecording));
            settings.AddRange(own.Strategy.Values.Select(
                pair => new CommandLineSetting("Strategy:" + pair.Key, pair.Value, FromRecording)));
        }

        if (strategy is not null)
        {
            settings.Add(new CommandLineSetting("Strategy:Name", strategy, "--strategy"));
        }

        if (assembly is not null)
        {
            settings.Add(new CommandLineSetting("Strategy:Assembly", assembly, "--strategy-assembly"));
        }

        foreach (string item in sets)
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new SettingsException(
                    ["--set: expected Key=value, such as Strategy:LifetimeSeconds=60"]);
            }

            string key = item[..equals];
            if (!key.StartsWith("Strategy:", StringComparison.OrdinalIgnoreCase)
                && !key.StartsWith("Risk:", StringComparison.OrdinalIgnoreCase))
            {
                throw new SettingsException(
                    [$"--set {key}: a replay accepts only settings of Strategy: and Risk:"]);
            }

            settings.Add(new CommandLineSetting(key, item[(equals + 1)..], "--set"));
        }

        return settings;
    }
}
