using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>Reads the words of a strategy's reasons from its enum. Not for the hot path.</summary>
internal static class ReasonText
{
    /// <summary>The words by number.</summary>
    /// <param name="strategy">The strategy's class.</param>
    /// <param name="reasons">Its enum, or null.</param>
    /// <exception cref="ArgumentException">The enum is not made as <see cref="StrategyAttribute.Reasons"/> says.
    /// </exception>
    public static IReadOnlyDictionary<int, string> Read(Type strategy, Type? reasons)
    {
        var words = new SortedDictionary<int, string>();
        if (reasons is null)
        {
            return words;
        }

        if (!reasons.IsEnum || Enum.GetUnderlyingType(reasons) != typeof(byte))
        {
            throw new ArgumentException(
                $"strategy class {strategy.Name}: Reasons = {reasons.Name} must be an enum of bytes, "
                + $"'enum {reasons.Name} : byte'");
        }

        // The built-in strategies have the numbers that old journals know them by.
        bool isBuiltIn = reasons.Assembly == typeof(ReasonText).Assembly;
        foreach (FieldInfo member in reasons.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var number = (byte)member.GetRawConstantValue()!;
            if (isBuiltIn ? !StrategyReason.IsOfStrategies(number) : number < StrategyReason.First)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategy class {strategy.Name}: reason {reasons.Name}.{member.Name} is {number}; the numbers of "
                    + $"a strategy's own reasons are {StrategyReason.First} to 255"));
            }

            if (!words.TryAdd(number, member.GetCustomAttribute<TextAttribute>()?.Text ?? member.Name))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategy class {strategy.Name}: {reasons.Name} has the number {number} twice"));
            }
        }

        return words;
    }
}
