using System;

namespace LowLatency.Engine.Strategies;

/// <summary>What a member of a strategy's own enum means, in words: a reason as <c>explain</c> shows it.</summary>
/// <param name="text">A few words that go on "because …".</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class TextAttribute(string text) : Attribute
{
    /// <summary>The words.</summary>
    public string Text { get; } = text;
}
