using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq;
using System.Reflection;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Security;

namespace LowLatency.Host.Configuration;

/// <summary>A setting as it is shown.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">What holds, secrets hidden.</param>
/// <param name="Default">What would hold if nobody said anything.</param>
/// <param name="Origin">Where the value came from; "default" where nobody said anything.</param>
/// <param name="Description">What it is, with its unit and range.</param>
internal sealed record ShownSetting(string Key, string Value, string Default, string Origin, string Description);

/// <summary>All settings that there are, those of the chosen strategy among them.</summary>
internal static class SettingsList
{
    /// <summary>Lists them, section by section.</summary>
    public static IReadOnlyList<ShownSetting> Of(LoadedSettings loaded)
    {
        var shown = new List<ShownSetting>();
        Add(shown, loaded, loaded.Settings, new LiveSettings(), string.Empty);
        StrategySettings chosen = loaded.Settings.Strategy;
        foreach (SettingDescription setting in chosen.Catalog.Find(chosen.Name)?.Settings ?? [])
        {
            string unit = setting.Attribute.Unit.Length == 0 ? string.Empty : $" in {setting.Attribute.Unit}";
            shown.Add(Show(
                loaded, $"Strategy:{setting.Name}", chosen.Values.GetValueOrDefault(setting.Name, setting.Default),
                setting.Default, $"{setting.Attribute.Description.TrimEnd('.')}: {setting.Range}{unit}."));
        }

        // Those before all sections, and those that a strategy adds to its own, are not where they were found.
        return shown.GroupBy(item => SectionOf(item.Key)).SelectMany(section => section).ToArray();
    }

    /// <summary>The section of a key; empty for those that stand before all sections.</summary>
    public static string SectionOf(string key) =>
        key.LastIndexOf(':') is var colon and >= 0 ? key[..colon] : string.Empty;

    private static void Add(
        List<ShownSetting> shown, LoadedSettings loaded, object target, object defaults, string path)
    {
        foreach (PropertyInfo property in target.GetType().GetProperties()
            .Where(item => !item.IsDefined(typeof(NoSettingAttribute))))
        {
            string key = path + property.Name;
            object? value = property.GetValue(target);
            if (value is { } section && section.GetType().Namespace == typeof(LiveSettings).Namespace
                && section.GetType().IsClass)
            {
                Add(shown, loaded, section, property.GetValue(defaults)!, key + ":");
                continue;
            }

            string words = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? string.Empty;
            string range = property.GetCustomAttribute<RangeAttribute>() is { } limits
                ? string.Create(CultureInfo.InvariantCulture, $" {limits.Minimum} to {limits.Maximum}.")
                : string.Empty;
            shown.Add(Show(loaded, key, TextOf(value), TextOf(property.GetValue(defaults)), words + range));
        }
    }

    private static ShownSetting Show(
        LoadedSettings loaded, string key, string value, string initial, string description) => new(
            key, SecretKeys.Show(key, value), initial, OriginOf(loaded, key), description);

    private static string OriginOf(LoadedSettings loaded, string key) =>
        SettingsSource.OriginOf(key, loaded.Values) ?? "default";

    private static string TextOf(object? value) => value is IEnumerable<string> list
        ? string.Join(',', list)
        : value is bool flag
            ? flag ? "true" : "false"
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
}
