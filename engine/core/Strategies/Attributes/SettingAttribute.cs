using System;

namespace LowLatency.Engine.Strategies;

/// <summary>Describes a setting of a strategy. The property's initial value is the default.</summary>
/// <param name="description">What it does, in a sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string description) : Attribute
{
    /// <summary>What it does, in a sentence.</summary>
    public string Description { get; } = description;

    /// <summary>Unit of a number, such as "s", "bp" or "quote currency"; empty for a plain number.</summary>
    public string Unit { get; init; } = string.Empty;

    /// <summary>Least value of a number.</summary>
    public double Min { get; init; } = double.MinValue;

    /// <summary>Greatest value of a number.</summary>
    public double Max { get; init; } = double.MaxValue;
}
