using System;

namespace LowLatency.Engine.Strategies;

/// <summary>What a member of a strategy's own enum means: a reason as <c>explain</c> shows it, or the help of a gauge.
/// </summary>
/// <param name="text">Of a reason a few words that complete "because …"; of a gauge a sentence with its unit.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class TextAttribute(string text) : Attribute
{
    /// <summary>The words.</summary>
    public string Text { get; } = text;
}
