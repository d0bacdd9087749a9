using System;

namespace LowLatency.Engine.Strategies;

/// <summary>An assembly of strategies cannot be used: it has none, one is invalid, or it was built against another
/// version of the contract.</summary>
/// <param name="message">What is wrong, where, and what would be right.</param>
/// <param name="cause">The cause, or null.</param>
public sealed class StrategyAssemblyException(string message, Exception? cause = null)
    : ArgumentException(message, cause);
