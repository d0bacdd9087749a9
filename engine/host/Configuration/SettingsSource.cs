using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LowLatency.Host.Configuration;

/// <summary>
/// What one source says. A list that it names, as one text or element by element, takes the place of the whole list
/// that earlier sources gave: its elements do not mix with theirs.
/// </summary>
internal sealed class SettingsSource
{
    private readonly Dictionary<string, SettingValue> _values = new(StringComparer.OrdinalIgnoreCase);

    // The elements of each list.
    private readonly Dictionary<string, List<string>> _elements = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a value; the last one for a key counts.</summary>
    public void Set(string key, SettingValue value)
    {
        _values[key] = value;
        if (PlaceOf(key) >= 0)
        {
            string list = ListOf(key);
            if (!_elements.TryGetValue(list, out List<string>? elements))
            {
                _elements[list] = elements = [];
            }

            elements.Add(key);
        }
        else if (_elements.Remove(key, out List<string>? elements))
        {
            elements.ForEach(element => _values.Remove(element));
        }
    }

    /// <summary>Puts everything over what earlier sources said.</summary>
    public void AddTo(SortedDictionary<string, SettingValue> values)
    {
        var lists = _values.Keys.Select(ListOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (string key in values.Keys.Where(key => lists.Contains(ListOf(key))).ToArray())
        {
            values.Remove(key);
        }

        foreach ((string key, SettingValue value) in _values)
        {
            values[key] = value;
        }
    }

    /// <summary>The place of an element in its list; -1 where the key is no element.</summary>
    public static int PlaceOf(string key) => int.TryParse(
        key.AsSpan(key.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int place)
        && key.Contains(':', StringComparison.Ordinal)
            ? place
            : -1;

    /// <summary>Where a setting, or a list that was given element by element, came from; null where nobody said
    /// anything.</summary>
    public static string? OriginOf(string key, IReadOnlyDictionary<string, SettingValue> values) =>
        (values.GetValueOrDefault(key) ?? values.FirstOrDefault(
            pair => pair.Key.StartsWith(key, StringComparison.OrdinalIgnoreCase) && pair.Key.Length > key.Length
                && pair.Key[key.Length] == ':' && ListOf(pair.Key).Length == key.Length).Value)?.Origin;

    private static string ListOf(string key) => PlaceOf(key) >= 0 ? key[..key.LastIndexOf(':')] : key;
}
