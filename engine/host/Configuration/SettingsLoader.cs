using System;
using System.Collections;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime.Threading;
using LowLatency.Feeds;
using LowLatency.Host.Security;
using LowLatency.Recorder;
using LowLatency.Web;

namespace LowLatency.Host.Configuration;

/// <summary>Settings that cannot be used; each problem is one line.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>
/// Puts the settings together in the platform's order, last wins: appsettings.json beside the program, in the
/// current folder, the environment's own file, environment variables, command line. Every unknown key and bad value
/// is told at once, with where it came from.
/// </summary>
internal static class SettingsLoader
{
    public const string EnvironmentPrefix = "LOWLATENCY__";

    /// <summary>Bytes of a settings file.</summary>
    public const int MaxFileBytes = 1 << 20;

    private const int MaxUnknown = 20;
    private const int MaxShown = 100;
    private const string EnvironmentOrigin = "environment variable";

    /// <summary>Reads all sources.</summary>
    /// <param name="commandLine">Settings that options gave: key to value and the option's text.</param>
    /// <param name="configFile">A file to read after the usual ones, or null.</param>
    /// <param name="environment">The environment variables; null to read neither them nor the files that are usually
    /// read.</param>
    /// <exception cref="SettingsException">Something is wrong with them.</exception>
    public static LiveSettings Load(
        IReadOnlyList<CommandLineSetting> commandLine, string? configFile, IDictionary? environment)
    {
        LoadedSettings loaded = Read(commandLine, configFile, environment);
        return loaded.Problems.Count == 0 ? loaded.Settings : throw new SettingsException(loaded.Problems);
    }

    /// <summary>Reads all sources, and says all that is wrong with them and where each value came from.</summary>
    /// <param name="commandLine">Settings that options gave.</param>
    /// <param name="configFile">A file to read after the usual ones, or null.</param>
    /// <param name="environment">The environment variables; null for a replay: to read neither them nor the usual
    /// files, and to ask nothing of this machine.</param>
    public static LoadedSettings Read(
        IReadOnlyList<CommandLineSetting> commandLine, string? configFile, IDictionary? environment)
    {
        var problems = new List<string>();
        var values = new SortedDictionary<string, SettingValue>(StringComparer.OrdinalIgnoreCase);
        foreach (string file in environment is null ? [] : UsualFiles(environment))
        {
            ReadFile(file, isRequired: false, values, problems);
        }

        if (configFile is not null)
        {
            ReadFile(configFile, isRequired: true, values, problems);
        }

        if (environment is not null)
        {
            ReadEnvironment(environment, values);
        }

        var options = new SettingsSource();
        foreach (CommandLineSetting setting in commandLine)
        {
            options.Set(setting.Key, new SettingValue(
                setting.Value, $"{LoadedSettings.CommandLine}, {setting.Option}", LoadedSettings.CommandLine));
        }

        options.AddTo(values);
        var settings = new LiveSettings();
        var known = new List<string>();
        Bind(settings, string.Empty, values, known, problems);
        StrategyBinder.Bind(
            settings.Strategy,
            values.ToDictionary(
                pair => pair.Key, pair => (pair.Value.Text, pair.Value.Origin), StringComparer.OrdinalIgnoreCase),
            known,
            problems);
        ReportUnknown(values, known, problems);

        // What could not be read has kept its default, so the rest can be judged all the same.
        CheckTogether(settings, values, problems);
        CheckLimitsOfLive(settings, values, known, problems);
        if (environment is not null)
        {
            CheckMachine(settings.Engine, values, problems);
        }

        return new LoadedSettings(settings, values, problems.ConvertAll(Redaction.Of));
    }

    private static IEnumerable<string> UsualFiles(IDictionary environment)
    {
        string? name = environment["DOTNET_ENVIRONMENT"] as string;
        string[] names = string.IsNullOrEmpty(name)
            ? ["appsettings.json"]
            : ["appsettings.json", $"appsettings.{name}.json"];
        string[] folders = new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() }
            .Select(folder => Path.TrimEndingDirectorySeparator(folder)).Distinct().ToArray();
        return names.SelectMany(file => folders.Select(folder => Path.Combine(folder, file)));
    }

    private static void ReadFile(
        string file, bool isRequired, SortedDictionary<string, SettingValue> values, List<string> problems)
    {
        if (!Path.Exists(file))
        {
            if (isRequired)
            {
                problems.Add($"--config {file}: there is no such file");
            }

            return;
        }

        byte[] json;
        try
        {
            json = BoundedFile.Read(file, MaxFileBytes);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{(isRequired ? "--config: " : string.Empty)}{fault.Message}");
            return;
        }

        try
        {
            var source = new SettingsSource();
            foreach ((string key, string? value) in JsonSettings.Read(json).Where(pair => pair.Value is not null))
            {
                source.Set(key, new SettingValue(value!, file, file));
            }

            source.AddTo(values);
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or JsonException)
        {
            problems.Add($"{file}: {Text(fault)}");
        }
    }

    // What stands at the fault could be anything: it is told where it is, not what.
    private static string Text(Exception fault) => fault.GetBaseException() is JsonException json
        ? $"invalid JSON from line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1} on"
        : fault.InnerException?.Message ?? fault.Message;

    private static void ReadEnvironment(IDictionary environment, SortedDictionary<string, SettingValue> values)
    {
        var source = new SettingsSource();
        foreach (DictionaryEntry entry in environment)
        {
            string name = (string)entry.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                string key = name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal);
                source.Set(key, new SettingValue(
                    (string?)entry.Value ?? string.Empty,
                    $"{EnvironmentOrigin} {name}",
                    LoadedSettings.EnvironmentVariables));
            }
        }

        source.AddTo(values);
    }

    private static void Bind(
        object target, string path, SortedDictionary<string, SettingValue> values, List<string> known,
        List<string> problems)
    {
        foreach (PropertyInfo property in target.GetType().GetProperties())
        {
            string key = path + property.Name;
            if (property.IsDefined(typeof(NoSettingAttribute)))
            {
                continue;
            }

            if (property.PropertyType == typeof(List<string>))
            {
                BindList(target, property, key, values, known);
            }
            else if (property.PropertyType is { IsClass: true } type
                && type.Namespace == typeof(LiveSettings).Namespace)
            {
                Bind(property.GetValue(target)!, key + ":", values, known, problems);
            }
            else
            {
                known.Add(key);
                if (values.TryGetValue(key, out SettingValue? value))
                {
                    BindValue(target, property, key, value, problems);
                }
            }
        }
    }

    private static void BindList(
        object target, PropertyInfo property, string key, SortedDictionary<string, SettingValue> values,
        List<string> known)
    {
        known.Add(key);
        var items = new List<string>();
        if (values.TryGetValue(key, out SettingValue? whole))
        {
            items.AddRange(whole.Text.Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        string prefix = key + ":";
        foreach ((string name, SettingValue value) in values
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => SettingsSource.PlaceOf(pair.Key)))
        {
            known.Add(name);
            items.Add(value.Text);
        }

        property.SetValue(target, items);
    }

    private static void BindValue(
        object target, PropertyInfo property, string key, SettingValue value, List<string> problems)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(Secret))
        {
            BindSecret(target, property, key, value, problems);
            return;
        }

        if (!TryConvert(type, value.Text, out object? converted))
        {
            problems.Add($"{key} = '{SecretKeys.Show(key, value.Text)}' ({value.Origin}): expected {Expected(type)}");
            return;
        }

        foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (!rule.IsValid(converted))
            {
                problems.Add($"{key} = '{SecretKeys.Show(key, value.Text)}' ({value.Origin}): {Demand(rule)}");
                return;
            }
        }

        property.SetValue(target, converted);
    }

    // A command line is seen by every process of the machine, and settings files are copied about.
    private static void BindSecret(
        object target, PropertyInfo property, string key, SettingValue value, List<string> problems)
    {
        if (value.Origin.StartsWith(EnvironmentOrigin, StringComparison.Ordinal))
        {
            property.SetValue(target, value.Text.Length == 0 ? null : new Secret(Encoding.UTF8.GetBytes(value.Text)));
            return;
        }

        problems.Add($"{key} ({value.Origin}): secrets are not accepted here: name a file with mode 0600 in {key}File, "
            + $"or set the environment variable {EnvironmentPrefix}{key.Replace(":", "__", StringComparison.Ordinal)}");
    }

    private static bool TryConvert(Type type, string text, out object? value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        value = null;
        if (type == typeof(string))
        {
            value = text;
        }
        else if (type == typeof(bool))
        {
            value = bool.TryParse(text, out bool flag) ? flag : null;
        }
        else if (type == typeof(int))
        {
            value = int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int number) ? number : null;
        }
        else if (type == typeof(long))
        {
            value = long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long number) ? number : null;
        }
        else if (type == typeof(double))
        {
            bool isRead = double.TryParse(
                text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, culture, out double number);
            value = isRead && double.IsFinite(number) ? number : null;
        }
        else if (type == typeof(decimal))
        {
            const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
            value = decimal.TryParse(text, Plain, culture, out decimal number) ? number : null;
        }
        else if (type.IsEnum)
        {
            // Numbers would be taken as enumeration values: only names mean something to a reader.
            value = Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase)
                ? Enum.Parse(type, text, ignoreCase: true)
                : null;
        }

        return value is not null;
    }

    private static string Expected(Type type) => type.IsEnum
        ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : "a number with a decimal point";

    private static string Demand(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}",
        RegularExpressionAttribute expression => $"must match {expression.Pattern}",
        RequiredAttribute => "must not be empty",
        _ => rule.FormatErrorMessage("the value"),
    };

    private static void ReportUnknown(
        SortedDictionary<string, SettingValue> values, List<string> known, List<string> problems)
    {
        var names = known.ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] candidates = names.Where(name => SettingsSource.PlaceOf(name) < 0).ToArray();
        KeyValuePair<string, SettingValue>[] unknown = values.Where(pair => !names.Contains(pair.Key)).ToArray();
        foreach ((string key, SettingValue value) in unknown.Take(MaxUnknown))
        {
            // The value is not shown: under a mistyped name it may be a secret.
            IReadOnlyList<string> nearest = Spelling.Nearest(key, candidates);
            problems.Add($"{Shorten(key)} ({value.Origin}): there is no such setting"
                + (nearest.Count == 0 ? string.Empty : $"; did you mean {string.Join(" or ", nearest)}?"));
        }

        if (unknown.Length > MaxUnknown)
        {
            problems.Add($"{unknown.Length - MaxUnknown} more unknown settings");
        }
    }

    private static string Shorten(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "...";

    private static void CheckTogether(
        LiveSettings settings, SortedDictionary<string, SettingValue> values, List<string> problems)
    {
        string From(string key) => OriginOf(key, values);
        void Refuse(string key, object value, string words) =>
            problems.Add($"{key} = '{value}'{From(key)}: {words}");

        if (Venues.All.All(venue => venue.Name != settings.Venue))
        {
            Refuse("Venue", settings.Venue, $"known are {string.Join(", ", Venues.All.Select(venue => venue.Name))}");
        }

        if (!settings.Embedded && settings.Symbols.Count == 0)
        {
            problems.Add("Symbols is empty: name at least one, such as --symbols BTCUSDT,ETHUSDT");
        }

        if (settings.Symbols.Count > LiveSettings.MaxSymbols)
        {
            problems.Add($"Symbols{From("Symbols")}: {settings.Symbols.Count} symbols; the maximum is "
                + $"{LiveSettings.MaxSymbols}");
        }
        else if (settings.Symbols.GroupBy(symbol => symbol, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            problems.Add($"Symbols{From("Symbols")}: '{Shorten(twice.Key)}' is listed twice");
        }

        if (!BitOperations.IsPow2(settings.Engine.RingCapacity))
        {
            Refuse("Engine:RingCapacity", settings.Engine.RingCapacity, "must be a power of two");
        }

        if (settings.Engine.RealTimePriority != 0
            && settings.Engine.WaitStrategy is WaitStrategyKind.Yield or WaitStrategyKind.BusySpin)
        {
            Refuse("Engine:RealTimePriority", settings.Engine.RealTimePriority, "threads that never sleep would block "
                + "all others on their cores: use it with Engine:WaitStrategy Block or Sleep, not with "
                + $"{settings.Engine.WaitStrategy}{From("Engine:WaitStrategy")}");
        }

        if (settings.Feed.ReconnectMinMs > settings.Feed.ReconnectMaxMs)
        {
            Refuse("Feed:ReconnectMinMs", settings.Feed.ReconnectMinMs, "must be at most Feed:ReconnectMaxMs, "
                + $"{settings.Feed.ReconnectMaxMs}{From("Feed:ReconnectMaxMs")}");
        }

        if (settings.EmbeddedVenue.Speed != "max" && settings.EmbeddedVenue.Speed.All(item => item is '0' or '.'))
        {
            Refuse("EmbeddedVenue:Speed", settings.EmbeddedVenue.Speed, "must be above 0, or max");
        }

        if (settings.Journal is { Resume: true, Enabled: false })
        {
            Refuse("Journal:Enabled", "false", $"resume needs the journal{From("Journal:Resume")}: enable it, or start "
                + "flat with --fresh");
        }

        foreach (string balance in settings.Funds.Balances.Where(text => !Balances.TryParse(text, out _, out _)))
        {
            Refuse("Funds:Balances", balance, "expected a currency and an amount, such as USDT=10000");
        }

        WebAccess.Check(MetricsSetup.AccessOf(settings.Metrics), problems);
        problems.AddRange(new[]
        {
            SecretKeys.FaultOfAddress("RestAddress", settings.RestAddress, From("RestAddress"), "http", "https"),
            SecretKeys.FaultOfAddress("StreamAddress", settings.StreamAddress, From("StreamAddress"), "ws", "wss"),
        }.OfType<string>());
    }

    // In brackets; nothing where it is the default.
    private static string OriginOf(string key, SortedDictionary<string, SettingValue> values) =>
        SettingsSource.OriginOf(key, values) is { } origin ? $" ({origin})" : string.Empty;

    // What this machine can give; a replay needs nothing of it.
    private static void CheckMachine(
        EngineSettings engine, SortedDictionary<string, SettingValue> values, List<string> problems)
    {
        foreach ((string name, int core) in new[]
        {
            (nameof(engine.EngineCore), engine.EngineCore), (nameof(engine.GatewayCore), engine.GatewayCore),
        })
        {
            if (core >= 0 && !CoreAffinity.CanPin(core))
            {
                Refuse(name, core, "the system has no such core for this process; pinning works on Linux "
                    + "only");
            }
        }

        if (engine.RealTimePriority != 0 && Environment.ProcessorCount == 1)
        {
            Refuse(nameof(engine.RealTimePriority), engine.RealTimePriority, "the process has one core: while the "
                + "engine is busy nothing else would run on it, not even a stop");
        }
        else if (engine.RealTimePriority != 0 && !RealTimePriority.CanSet(engine.RealTimePriority))
        {
            Refuse(nameof(engine.RealTimePriority), engine.RealTimePriority, "the system does not allow it: it needs "
                + "CAP_SYS_NICE or a sufficient RTPRIO limit (ulimit -r, systemd LimitRTPRIO=); Linux only");
        }

        void Refuse(string name, int value, string words) =>
            problems.Add($"Engine:{name} = '{value}'{OriginOf($"Engine:{name}", values)}: {words}");
    }

    // Defaults are safe for paper; with money at stake the user has to have thought of each limit.
    private static void CheckLimitsOfLive(
        LiveSettings settings, SortedDictionary<string, SettingValue> values, List<string> known, List<string> problems)
    {
        if (settings.Trading != TradingMode.Live)
        {
            return;
        }

        string[] unset = known
            .Where(key => key.StartsWith("Risk:", StringComparison.Ordinal) && key != "Risk:MaxOrderQuantity"
                && (!values.TryGetValue(key, out SettingValue? value) || value.Origin.StartsWith(
                    AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar), StringComparison.Ordinal)))
            .ToArray();
        if (unset.Length != 0)
        {
            problems.Add($"Trading = Live: set these limits yourself: {string.Join(", ", unset)}");
        }
    }
}

/// <summary>What a source says about a setting.</summary>
/// <param name="Text">The value.</param>
/// <param name="Origin">Where exactly it stands: a file, a variable, an option.</param>
/// <param name="Source">Which source that belongs to.</param>
internal sealed record SettingValue(string Text, string Origin, string Source);

/// <summary>What all sources say together.</summary>
/// <param name="Settings">The settings; not to be used while there are problems.</param>
/// <param name="Values">What the sources gave, by key.</param>
/// <param name="Problems">What is wrong, a line each.</param>
internal sealed record LoadedSettings(
    LiveSettings Settings, IReadOnlyDictionary<string, SettingValue> Values, IReadOnlyList<string> Problems)
{
    /// <summary>"14 keys from 2 sources (appsettings.json, command line)".</summary>
    public string Count
    {
        get
        {
            string[] sources = Values.Values.Select(value => value.Source).Distinct(StringComparer.Ordinal)
                .OrderBy(source => source == CommandLine ? 2 : source == EnvironmentVariables ? 1 : 0).ToArray();
            string names = sources.Length == 0 ? string.Empty : $" ({string.Join(", ", sources)})";
            return $"{Values.Count} {(Values.Count == 1 ? "key" : "keys")} from "
                + $"{sources.Length} {(sources.Length == 1 ? "source" : "sources")}{names}";
        }
    }

    /// <summary>The source that variables are.</summary>
    public const string EnvironmentVariables = "environment variables";

    /// <summary>The source that options are.</summary>
    public const string CommandLine = "command line";
}

/// <summary>A setting that an option of the command line gave.</summary>
/// <param name="Key">Name of the setting.</param>
/// <param name="Value">Its text.</param>
/// <param name="Option">The option, for messages.</param>
internal sealed record CommandLineSetting(string Key, string Value, string Option);
