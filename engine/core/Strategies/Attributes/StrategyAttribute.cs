using System;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// Names a strategy. The class has one public constructor. It takes the settings (a class or record with a constructor
/// without parameters, whose properties carry <see cref="SettingAttribute"/>), and then
/// <list type="bullet">
/// <item>an <see cref="Instruments.Instrument"/>: each instrument of the session gets an instance of its own; or
/// </item>
/// <item>an <c>IReadOnlyList&lt;Instrument&gt;</c>: one instance trades all instruments of the session that name this
/// strategy with the same settings.</item>
/// </list>
/// </summary>
/// <param name="name">Name on the command line and in settings.</param>
/// <param name="description">What it does, in a sentence or two.</param>
/// <param name="contractVersion">Leave it out: the compiler fills in the version that the strategy is built against.
/// </param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StrategyAttribute(
    string name, string description, int contractVersion = StrategyContract.Version) : Attribute
{
    /// <summary>Name on the command line and in settings.</summary>
    public string Name { get; } = name;

    /// <summary>What it does.</summary>
    public string Description { get; } = description;

    /// <summary>Version of the contract that the strategy was built against.</summary>
    public int ContractVersion { get; } = contractVersion;

    /// <summary>Its reasons: an enum of bytes from <see cref="Orders.StrategyReason.First"/> on, each member with a
    /// <see cref="TextAttribute"/>; null for none.</summary>
    public Type? Reasons { get; init; }

    /// <summary>Its gauges: an enum of bytes below <see cref="StrategyGauges.Capacity"/>. The member's name in snake
    /// case is the gauge's name, its <see cref="TextAttribute"/> the help; null for none.</summary>
    public Type? Gauges { get; init; }
}
