using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Security;

namespace LowLatency.Host.Configuration;

/// <summary>Finds the strategy and reads its settings, which stand beside its name: <c>Strategy:StepBp</c>.</summary>
internal static class StrategyBinder
{
    private const string Prefix = "Strategy:";

    // A strategy can refuse settings that are right one by one; it is asked with an instrument that stands for any.
    private static readonly Instrument s_sample = new()
    {
        Id = 0,
        Venue = "sample",
        Symbol = "BTCUSDT",
        BaseAsset = "BTC",
        QuoteAsset = "USDT",
        Scale = new InstrumentScale(2, 5, 1, 1),
        MinQuantityLots = 1,
        MakerFeePpm = 0,
        TakerFeePpm = 0,
    };

    /// <summary>The engine's own strategies and those of an assembly.</summary>
    /// <param name="assembly">Path of the assembly; empty for none.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">It has no strategies, or one is made wrongly.</exception>
    /// <exception cref="BadImageFormatException">It is no .NET assembly.</exception>
    public static StrategyCatalog LoadCatalog(string assembly)
    {
        if (assembly.Length == 0)
        {
            return StrategyCatalog.BuiltIn;
        }

        string path = Path.GetFullPath(assembly);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"there is no strategy assembly at '{assembly}'", path);
        }

        Assembly loaded = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        return StrategyCatalog.BuiltIn.With(loaded);
    }

    /// <summary>Fills in catalog and values, and says what is wrong.</summary>
    /// <param name="settings">Takes them.</param>
    /// <param name="values">What the sources say; case does not count in its keys.</param>
    /// <param name="known">Takes the keys that are understood.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void Bind(
        StrategySettings settings, Dictionary<string, (string Text, string Origin)> values, List<string> known,
        List<string> problems)
    {
        try
        {
            settings.Catalog = LoadCatalog(settings.Assembly);
        }
        catch (Exception fault) when (fault is FileNotFoundException or ArgumentException or BadImageFormatException
            or FileLoadException or ReflectionTypeLoadException)
        {
            string from = From(values, "Strategy:Assembly");
            problems.Add($"Strategy:Assembly = '{settings.Assembly}'{from}: {fault.Message}");
            return;
        }

        StrategyDescription? strategy = settings.Catalog.Find(settings.Name);
        if (strategy is null)
        {
            problems.Add($"Strategy:Name = '{settings.Name}'{From(values, "Strategy:Name")}: known are "
                + string.Join(", ", settings.Catalog.Strategies.Select(item => item.Name)));
            known.AddRange(values.Keys.Where(key => key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)));
            return;
        }

        settings.Name = strategy.Name;
        int before = problems.Count;
        foreach (SettingDescription setting in strategy.Settings)
        {
            string key = Prefix + setting.Name;
            known.Add(key);
            if (!values.TryGetValue(key, out (string Text, string Origin) value))
            {
                continue;
            }

            if (strategy.Check(setting.Name, value.Text) is { } problem)
            {
                problems.Add($"{key} = '{SecretKeys.Show(key, value.Text)}' ({value.Origin}): {problem}");
            }
            else
            {
                settings.Values[setting.Name] = value.Text;
            }
        }

        ReportOthers(settings, strategy, values, known, problems);
        if (problems.Count == before)
        {
            CheckTogether(settings, strategy, problems);
        }
    }

    private static string From(Dictionary<string, (string Text, string Origin)> values, string key) =>
        values.TryGetValue(key, out (string Text, string Origin) value) ? $" ({value.Origin})" : string.Empty;

    // A key of another strategy is better told as such than as unknown.
    private static void ReportOthers(
        StrategySettings settings, StrategyDescription strategy,
        Dictionary<string, (string Text, string Origin)> values, List<string> known, List<string> problems)
    {
        var names = known.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, (string _, string origin)) in values
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && !names.Contains(pair.Key)))
        {
            string name = key[Prefix.Length..];
            StrategyDescription? other = settings.Catalog.Strategies.FirstOrDefault(item => item.Settings.Any(
                setting => string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase)));
            if (other is not null)
            {
                known.Add(key);
                problems.Add($"{key} ({origin}): is a setting of {other.Name}, not of {strategy.Name}");
            }
        }
    }

    private static void CheckTogether(StrategySettings settings, StrategyDescription strategy, List<string> problems)
    {
        try
        {
            strategy.Create(settings.Values, s_sample);
        }
        catch (ArgumentException fault)
        {
            problems.Add(fault.Message.ReplaceLineEndings(" "));
        }
    }
}
