using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using System.Text;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>Reads the enums that a strategy declares: its reasons and its gauges. Not for the hot path.</summary>
internal static class DeclaredEnum
{
    /// <summary>The texts of a strategy's reasons, by number.</summary>
    /// <param name="strategy">The strategy's class.</param>
    /// <param name="reasons">Its enum, or null.</param>
    /// <exception cref="ArgumentException">The enum is not as <see cref="StrategyAttribute.Reasons"/> says.</exception>
    public static IReadOnlyDictionary<int, string> ReadReasons(Type strategy, Type? reasons)
    {
        var texts = new SortedDictionary<int, string>();

        // The built-in strategies have the numbers that old journals know them by.
        bool isBuiltIn = reasons?.Assembly == typeof(DeclaredEnum).Assembly;
        foreach ((byte number, FieldInfo member) in Members(strategy, nameof(StrategyAttribute.Reasons), reasons))
        {
            if (isBuiltIn ? !StrategyReason.IsOfStrategies(number) : number < StrategyReason.First)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategy class {strategy.Name}: reason {reasons!.Name}.{member.Name} is {number}; the numbers of "
                    + $"a strategy's own reasons are {StrategyReason.First} to 255"));
            }

            texts.Add(number, TextOf(member));
        }

        return texts;
    }

    /// <summary>The gauges of a strategy, by number.</summary>
    /// <param name="strategy">The strategy's class.</param>
    /// <param name="gauges">Its enum, or null.</param>
    /// <exception cref="ArgumentException">The enum is not as <see cref="StrategyAttribute.Gauges"/> says.</exception>
    public static IReadOnlyList<GaugeDescription> ReadGauges(Type strategy, Type? gauges)
    {
        var found = new List<GaugeDescription>();
        foreach ((byte number, FieldInfo member) in Members(strategy, nameof(StrategyAttribute.Gauges), gauges))
        {
            if (number >= StrategyGauges.Capacity)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategy class {strategy.Name}: gauge {gauges!.Name}.{member.Name} is {number}; the numbers of "
                    + $"gauges are 0 to {StrategyGauges.Capacity - 1}"));
            }

            string name = SnakeCase(member.Name);
            if (found.Exists(gauge => gauge.Name == name))
            {
                throw new ArgumentException(
                    $"strategy class {strategy.Name}: {gauges!.Name} has two gauges that are called {name}");
            }

            found.Add(new GaugeDescription(number, name, TextOf(member)));
        }

        found.Sort((x, y) => x.Number.CompareTo(y.Number));
        return found;
    }

    private static List<(byte Number, FieldInfo Member)> Members(Type strategy, string property, Type? type)
    {
        var members = new List<(byte Number, FieldInfo Member)>();
        if (type is null)
        {
            return members;
        }

        if (!type.IsEnum || Enum.GetUnderlyingType(type) != typeof(byte))
        {
            throw new ArgumentException(
                $"strategy class {strategy.Name}: {property} = {type.Name} must be an enum of bytes, "
                + $"'enum {type.Name} : byte'");
        }

        foreach (FieldInfo member in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var number = (byte)member.GetRawConstantValue()!;
            if (members.Exists(item => item.Number == number))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategy class {strategy.Name}: {type.Name} has the number {number} twice"));
            }

            members.Add((number, member));
        }

        return members;
    }

    private static string TextOf(FieldInfo member) =>
        member.GetCustomAttribute<TextAttribute>()?.Text ?? member.Name;

    // FairPriceBp is fair_price_bp, PnL is pn_l, USDValue is usd_value.
    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            bool isWordStart = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            text.Append(isWordStart ? "_" : string.Empty).Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
